/**
 * Rows under their headings; cells may have several lines. The last column takes what the others leave of `width`, and is wrapped
 * at blanks there.
 */
export const wideTable = (
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string => {
  const last = headings.length - 1
  const cells = [headings, ...rows].map((row) => row.map((cell) => cell.split('\n')))
  const widths = headings.map((_, column) =>
    Math.max(...cells.flatMap((row) => (row[column] ?? []).map((line) => line.length))),
  )
  const taken = widths.slice(0, last).reduce((sum, each) => sum + each + GAP.length, 0)
  const rest = Math.max(NARROWEST, width - taken)
  return cells
    .flatMap((row) => {
      const shown = row.map((lines, column) =>
        column === last ? lines.flatMap((line) => wrap(line, rest)) : lines,
      )
      const height = Math.max(...shown.map((lines) => lines.length))
      return Array.from({ length: height }, (_, number) =>
        shown
          .map((lines, column) => (lines[number] ?? '').padEnd(column === last ? 0 : (widths[column] ?? 0)))
          .join(GAP)
          .trimEnd(),
      )
    })
    .join('\n')
}

const GAP = '  '
const NARROWEST = 20

/** Lines of at most `width`; what follows the first one is set in a little. */
export const wrap = (text: string, width: number): string[] => {
  if (text.length <= width) return [text]
  const cut = text.lastIndexOf(' ', width)
  const at = cut > 2 ? cut : width
  return [text.slice(0, at), ...wrap(`  ${text.slice(at).trimStart()}`, width)]
}
