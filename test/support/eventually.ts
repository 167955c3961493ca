import { setTimeout as delay } from 'node:timers/promises'

/**
 * Resolves with what `look` returns once that is neither undefined nor false. For what nobody can be asked to announce,
 * such as the end of another process.
 *
 * @param withinMs after which it fails, with the last error of `look` as its cause
 */
export const eventually = async <Found>(
  look: () => Found | Promise<Found>,
  { withinMs = 10_000 }: { readonly withinMs?: number } = {},
): Promise<Exclude<Found, undefined | false>> => {
  const deadline = performance.now() + withinMs
  let cause: unknown
  do {
    try {
      const found = await look()
      if (found !== undefined && found !== false) return found as Exclude<Found, undefined | false>
    } catch (error) {
      cause = error
    }
    await delay(10)
  } while (performance.now() < deadline)
  throw new Error(`It was not so within ${withinMs} ms`, { cause })
}
