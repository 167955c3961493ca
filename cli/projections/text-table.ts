/** Rows under their headings, in columns as wide as what stands in them; numbers to the right. */
export const textTable = (headings: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const isNumeric = headings.map((_, column) => rows.every((row) => /^[\d,.]*( s)?$/.test(row[column] ?? '')))
  const format = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return isNumeric[column] === true ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return [format(headings), ...rows.map(format)].join('\n')
}
