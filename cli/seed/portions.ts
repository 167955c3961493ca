/** `things` in their order, so many at a time. */
export function* portions<Thing>(things: readonly Thing[], size: number): Iterable<readonly Thing[]> {
  for (let first = 0; first < things.length; first += size) yield things.slice(first, first + size)
}
