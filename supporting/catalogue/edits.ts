/**
 * How many letters have to be changed, added, left out or swapped with their neighbour to make one word of the other (optimal string
 * alignment), as far as that is at most `most`; else `most + 1`.
 */
export const editsBetween = (a: string, b: string, most: number): number => {
  const [from, to] = [Array.from(a), Array.from(b)]
  if (Math.abs(from.length - to.length) > most) return most + 1
  const rows: number[][] = []
  const at = (row: number, column: number): number =>
    row < 0 ? column + 1 : column < 0 ? row + 1 : (rows[row]?.[column] ?? 0)
  for (const [row, letter] of from.entries()) {
    const current: number[] = []
    rows.push(current)
    for (const [column, other] of to.entries()) {
      const replaced = at(row - 1, column - 1) + (letter === other ? 0 : 1)
      const isSwapped = row > 0 && column > 0 && letter === to[column - 1] && from[row - 1] === other
      const swapped = isSwapped ? at(row - 2, column - 2) + 1 : replaced
      current.push(Math.min(replaced, swapped, at(row - 1, column) + 1, at(row, column - 1) + 1))
    }
    if (Math.min(row + 1, ...current) > most) return most + 1
  }
  return Math.min(at(from.length - 1, to.length - 1), most + 1)
}
