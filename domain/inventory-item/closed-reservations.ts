export type ClosedAs = 'released' | 'committed' | 'refused'

/** Remembered until `until`, a full minute, so that nothing that arrives late can open it again. */
export interface ClosedReservation {
  readonly status: ClosedAs
  readonly until: string
}

/**
 * Closed reservations in ascending order of their ids. A busy item remembers a day of them: so they take less memory than in a map,
 * and can be looked into as they stand in a snapshot, without being put into anything first.
 */
export interface ClosedReservations {
  readonly ids: readonly string[]
  /** What they were closed as and until when it matters: a busy item has many of each minute. */
  readonly closings: readonly ClosedReservation[]
  /** For each of `ids` the index of its closing. */
  readonly closingOf: readonly number[]
}

export const noneClosed: ClosedReservations = { ids: [], closings: [], closingOf: [] }

/** By binary search. */
export const closedIn = (
  { ids, closings, closingOf }: ClosedReservations,
  reservationId: string,
): ClosedReservation | undefined => {
  let [first, end] = [0, ids.length]
  while (first < end) {
    const middle = (first + end) >>> 1
    if ((ids[middle] ?? '') < reservationId) first = middle + 1
    else end = middle
  }
  return ids[first] === reservationId ? closings[closingOf[first] ?? -1] : undefined
}

/** `before` and `added`, as far as they still matter; what was added counts where both know a reservation. */
export const mergeClosed = (
  before: ClosedReservations,
  added: ReadonlyMap<string, ClosedReservation>,
  matters: (closed: ClosedReservation) => boolean = () => true,
): ClosedReservations => {
  const merged = { ids: [] as string[], closings: [] as ClosedReservation[], closingOf: [] as number[] }
  const indexes = new Map<string, number>()
  const indexOf = (closed: ClosedReservation): number | undefined => {
    if (!matters(closed)) return undefined
    const key = `${closed.status} ${closed.until}`
    const known = indexes.get(key)
    if (known !== undefined) return known
    const index = merged.closings.push(closed) - 1
    indexes.set(key, index)
    return index
  }
  const push = (reservationId: string, index: number | undefined): void => {
    if (index === undefined) return
    merged.ids.push(reservationId)
    merged.closingOf.push(index)
  }

  const coming = [...added].sort(([one], [other]) => (one < other ? -1 : 1)).values()
  let next = coming.next()
  const indexesNow = before.closings.map(indexOf)
  for (const [at, reservationId] of before.ids.entries()) {
    for (; next.done !== true && next.value[0] < reservationId; next = coming.next()) {
      push(next.value[0], indexOf(next.value[1]))
    }
    if (!added.has(reservationId)) push(reservationId, indexesNow[before.closingOf[at] ?? -1])
  }
  for (; next.done !== true; next = coming.next()) push(next.value[0], indexOf(next.value[1]))
  return merged
}
