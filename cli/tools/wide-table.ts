/**
 * Rows under their headings; cells may have several lines. The last column takes what the others leave of `width`, and is wrapped
 * at blanks and behind commas there.
 */
export const wideTable = (
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width?: number,
): string => {
  const columns = columnsFor([headings, ...rows], width)
  return [headings, ...rows].map((row) => rowIn(columns, row)).join('\n')
}

/** How wide the columns of a table are. */
export interface Columns {
  readonly widths: readonly number[]
  /** Of the last one. */
  readonly rest: number
}

/** Columns that these rows fit in: those of a table that grows are made for the widest ones that may come. */
export const columnsFor = (
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): Columns => {
  const widths = (rows[0] ?? [])
    .slice(0, -1)
    .map((_, column) =>
      Math.max(...rows.flatMap((row) => (row[column] ?? '').split('\n').map((line) => line.length))),
    )
  const taken = widths.reduce((sum, each) => sum + each + GAP.length, 0)
  return { widths, rest: Math.max(NARROWEST, width - taken) }
}

/** A row of a table. */
export const rowIn = ({ widths, rest }: Columns, row: readonly string[]): string => {
  const cells = row.map((cell, column) =>
    cell.split('\n').flatMap((line) => (column < widths.length ? [line] : wrap(line, rest))),
  )
  const height = Math.max(...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, number) =>
    cells
      .map((lines, column) => (lines[number] ?? '').padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  ).join('\n')
}

const GAP = '  '
const NARROWEST = 20

/** Lines of at most `width`; what follows the first one is set in by `indent`, else a little. */
export const wrap = (text: string, width: number, indent = '  '): string[] => {
  if (text.length <= width) return [text]
  const cut = Math.max(text.lastIndexOf(' ', width), text.lastIndexOf(',', width - 1) + 1)
  const at = cut > indent.length ? cut : width
  return [text.slice(0, at), ...wrap(`${indent}${text.slice(at).trimStart()}`, width, indent)]
}

/** A time in a narrow column: the day, and below it the time of that day. */
export const twoLines = (time: Date): string => time.toISOString().slice(0, -1).replace('T', '\n')
