/** Values at whose beginning a spreadsheet would see a formula. */
const FORMULA = /^[=+\-@\t\r]/

/**
 * A table as RFC 4180 has it, with the names of the fields in its first line. Texts that a spreadsheet would take for a formula
 * begin with an apostrophe: what stands in a product's name is not run on somebody's machine.
 */
export const toCsv = (rows: readonly object[]): string => {
  const [first] = rows
  if (first === undefined) return ''
  const columns = Object.keys(first)
  const lines = rows.map((row) => columns.map((column) => cell(Reflect.get(row, column) as unknown)))
  return [columns.map(cell), ...lines].map((line) => `${line.join(',')}\r\n`).join('')
}

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const harmless = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
