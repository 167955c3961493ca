import { decodeCursor, InvalidCursorError } from './cursor.ts'

/** A list that is read page by page, newest first; rows of one moment are sorted by their id. */
export interface List {
  /** What is selected from, quoted. */
  readonly view: string
  readonly columns: readonly string[]
  /** Columns of the time and of the id. */
  readonly time: string
  readonly id: string
}

export interface Selection {
  /** Values that columns must have; undefined: any. */
  readonly equals?: Readonly<Record<string, string | undefined>>
  /** Statuses, one of which a row must have; undefined: any. */
  readonly statuses?: readonly string[] | undefined
  /** RFC 3339, inclusive. */
  readonly from?: string | undefined
  /** RFC 3339, exclusive. */
  readonly before?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
  /** Only those of these ids; undefined: any. */
  readonly ids?: readonly string[] | undefined
  /** Further conditions, with their values as parameters. Most rows may meet them. */
  readonly further?: (parameter: (value: unknown) => string) => readonly string[]
}

export interface Query {
  readonly text: string
  readonly values: readonly unknown[]
}

/**
 * Selects a page and one row more, which tells whether there is a next page. Rows that are added meanwhile don't shift the pages.
 *
 * Where the status alone narrows the list down, the newest of each status are taken and then merged: an index gives each of these,
 * so that no more rows are read than are shown, however rare or common a status is.
 *
 * @throws InvalidCursorError
 */
export const newestFirst = ({ view, columns, time, id }: List, selection: Selection): Query => {
  const values: unknown[] = []
  const parameter = (value: unknown): string => `$${values.push(value)}`
  const { equals = {}, ids, statuses, from, before, cursor, limit, further } = selection
  const conditions: string[] = []
  for (const [column, value] of Object.entries(equals)) {
    if (value !== undefined) conditions.push(`r.${column} = ${parameter(value)}`)
  }
  if (ids !== undefined) conditions.push(`r.${id} = ANY(${parameter(ids)})`)
  const isNarrow = conditions.length > 0
  if (further !== undefined) conditions.push(...further(parameter))
  if (from !== undefined) conditions.push(`r.${time} >= ${parameter(from)}`)
  if (before !== undefined) conditions.push(`r.${time} < ${parameter(before)}`)
  if (cursor !== undefined) {
    const [at, last] = placeIn(cursor)
    conditions.push(`(r.${time}, r.${id}) < (${parameter(at)}, ${parameter(last)})`)
  }
  if (statuses !== undefined && isNarrow) conditions.push(`r.status = ANY(${parameter(statuses)})`)
  const page = (own: readonly string[]): string =>
    `SELECT ${columns.map((column) => `r.${column}`).join(', ')} FROM ${view} r
     ${own.length === 0 ? '' : `WHERE ${own.join(' AND ')}`}
     ORDER BY r.${time} DESC, r.${id} DESC LIMIT ${limit + 1}`
  if (statuses === undefined || isNarrow) return { text: page(conditions), values }
  const each = page([...conditions, 'r.status = s.status'])
  return {
    text: `SELECT o.* FROM unnest(${parameter(statuses)}::text[]) AS s(status) CROSS JOIN LATERAL (${each}) AS o
     ORDER BY o.${time} DESC, o.${id} DESC LIMIT ${limit + 1}`,
    values,
  }
}

/** Time and id of the row that a page ended with. @throws InvalidCursorError */
export const placeIn = (cursor: string): [at: string, id: string] => {
  const [at = '', id = ''] = decodeCursor(cursor, [/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/, /^[^\0]+$/])
  if (!isInstant(at)) throw new InvalidCursorError()
  return [at, id]
}

/** Whether Postgres takes it for a time, too. */
const isInstant = (text: string): boolean =>
  !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text

/** A number of rows a page that somebody asked for, within bounds. */
export const pageSize = (asked: number | undefined, most: number): number =>
  Math.min(Math.max(asked ?? 20, 1), most)
