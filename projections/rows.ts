import { DatabaseError, type ClientBase, type QueryConfig } from 'pg'
import { prepared } from '../platform/prepared.ts'
import { quoteIdentifier, type RowOf, type Table } from './tables.ts'

/**
 * All that a projector gets to work with: the rows of its own tables, in the transaction of its batch. There is nothing in
 * it that could reach the outside, so a replay can't either.
 */
export interface Rows {
  /** Rows whose key is one of `keys`, by key. For tables with a key of one column. */
  load<T extends Table>(table: T, keys: readonly string[]): Promise<Map<string, RowOf<T>>>
  /** Writes rows as they are given, over those with the same keys. */
  put<T extends Table>(table: T, rows: readonly RowOf<T>[]): Promise<void>
  /** Adds rows; one whose key is there already stays as it is. */
  add<T extends Table>(table: T, rows: readonly RowOf<T>[]): Promise<void>
  /** Adds the numbers of these rows to those of the rows with the same keys. Whoever calls it sees to it that nothing counts twice. */
  increase<T extends Table>(table: T, rows: readonly RowOf<T>[], merges?: Merges): Promise<void>
}

/** How a value is brought together with the one that is there. */
export type Merge = 'sum' | 'least' | 'greatest'
/** By column; those that are not named are added up. */
export type Merges = Readonly<Record<string, Merge>>

/**
 * Postgres could not do it, and no event is at fault: it is away, out of resources, busy, or its tables are not as they should
 * be. Waiting helps, or an operator does.
 */
export class PostgresTrouble extends Error {
  override readonly name = 'PostgresTrouble'

  constructor(table: string, cause: unknown) {
    super(
      `Postgres could not read or write ${table}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
}

/** More in one statement gains nothing, and makes one large message of it. */
const CHUNK = 2_000

export const rowsIn = (client: ClientBase, schema: string): Rows => ({
  load: async (table, keys) => {
    const [key, ...rest] = table.key
    if (key === undefined || rest.length > 0) throw new TypeError(`${table.name} has no key of one column`)
    if (keys.length === 0) return new Map()
    const rows = await query(
      client,
      table,
      // planned anew each time: a plan that was made while the table was empty would read all of it once it is full
      {
        text: `SELECT ${columnList(table)} FROM ${nameOf(schema, table)} WHERE ${quoteIdentifier(key)} = ANY($1)`,
        values: [keys],
      },
    )
    return new Map(rows.map((row) => [String(row[key]), decodeRow(table, row)]))
  },
  put: (table, rows) => {
    const updates = updatesOf(table, (column) => `excluded.${column}`)
    return insert(client, schema, table, rows, `UPDATE SET ${updates}`)
  },
  add: (table, rows) => insert(client, schema, table, rows, 'NOTHING'),
  increase: (table, rows, merges = {}) => {
    const updates = updatesOf(table, (column, name) => merging(merges[name] ?? 'sum', column))
    return insert(client, schema, table, rows, `UPDATE SET ${updates}`)
  },
})

/** What each column that is not of the key is set to. */
const updatesOf = ({ columns, key }: Table, valueOf: (quoted: string, column: string) => string): string =>
  Object.keys(columns)
    .filter((column) => !key.includes(column))
    .map((column) => `${quoteIdentifier(column)} = ${valueOf(quoteIdentifier(column), column)}`)
    .join(', ')

/** `t` is the row that is there. */
const merging = (merge: Merge, column: string): string =>
  merge === 'sum' ? `t.${column} + excluded.${column}` : `${merge}(t.${column}, excluded.${column})`

/** The row of plain values that Postgres gave, with the types of its columns. */
export const decodeRow = <T extends Table>(table: T, row: Readonly<Record<string, unknown>>): RowOf<T> => {
  const decoded: Record<string, unknown> = {}
  for (const column in table.columns) decoded[column] = table.columns[column]?.fromSql(row[column])
  // one entry for each column, read by that column: what RowOf says
  return decoded as RowOf<T>
}

const insert = async <T extends Table>(
  client: ClientBase,
  schema: string,
  table: T,
  rows: readonly RowOf<T>[],
  onConflict: string,
): Promise<void> => {
  const key = table.key.map(quoteIdentifier).join(', ')
  const record = Object.entries(table.columns).map(
    ([column, { sql }]) => `${quoteIdentifier(column)} ${sql.replace(' NOT NULL', '')}`,
  )
  const statement =
    `INSERT INTO ${nameOf(schema, table)} AS t (${columnList(table)}) ` +
    `SELECT ${columnList(table)} FROM json_to_recordset($1::json) AS r(${record.join(', ')}) ` +
    `ON CONFLICT (${key}) DO ${onConflict}`
  for (let start = 0; start < rows.length; start += CHUNK) {
    const json = JSON.stringify(rows.slice(start, start + CHUNK).map((row) => encodeRow(table, row)))
    await query(client, table, prepared(statement, [storable(json)]))
  }
}

/** Values that Postgres won't take (classes 22 and 23 of its error codes) are the fault of whoever brought them. */
const query = async (
  client: ClientBase,
  { name }: Table,
  asked: QueryConfig,
): Promise<Record<string, unknown>[]> => {
  try {
    return (await client.query<Record<string, unknown>>(asked)).rows
  } catch (error) {
    if (error instanceof DatabaseError && /^2[23]/.test(error.code ?? '')) throw error
    throw new PostgresTrouble(name, error)
  }
}

const encodeRow = <T extends Table>({ columns }: T, row: RowOf<T>): Record<string, unknown> => {
  const encoded: Record<string, unknown> = {}
  for (const column in columns) encoded[column] = columns[column]?.toJson(row[column] as never)
  return encoded
}

/**
 * Postgres text holds neither U+0000 nor half of a surrogate pair; JSON.stringify writes exactly these as escapes. They
 * become U+FFFD, the replacement character.
 */
const storable = (json: string): string =>
  // looking for an escape at all is much cheaper, and there hardly ever is one
  !json.includes('\\u')
    ? json
    : json.replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '$1\\ufffd')

const columnList = ({ columns }: Table): string => Object.keys(columns).map(quoteIdentifier).join(', ')

const nameOf = (schema: string, { name }: Table): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
