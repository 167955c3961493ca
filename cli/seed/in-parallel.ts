/** Does `work` with each of `things`, in their order, at most `limit` at a time. @throws what the first one that fails throws */
export const inParallel = async <Thing>(
  things: Iterable<Thing>,
  limit: number,
  work: (thing: Thing) => Promise<unknown>,
): Promise<void> => {
  const left = things[Symbol.iterator]()
  let failed = false
  const worker = async (): Promise<void> => {
    for (let next = left.next(); !next.done && !failed; next = left.next()) {
      try {
        await work(next.value)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: limit }, worker))
}
