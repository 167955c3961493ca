import type { ClientBase } from 'pg'
import type { Projection } from './projection.ts'
import { quoteIdentifier, type Table } from './tables.ts'

/** A row that is not what the events say. */
export interface Difference {
  readonly projection: string
  readonly table: string
  /** Values of the key's columns. */
  readonly key: Readonly<Record<string, unknown>>
  /** missing: queries don't show it. extra: queries show it, and it should not be there. */
  readonly kind: 'missing' | 'extra' | 'different'
  /** The columns that differ: what queries show, and what it should be. */
  readonly columns: Readonly<Record<string, { readonly live: unknown; readonly rebuilt: unknown }>>
}

type Row = Readonly<Record<string, unknown>>

const PAGE = 500

/**
 * Tells of each row in which a table of one schema is not the same as in the other, by its key.
 * @param client in a transaction
 * @returns how many rows there are in `rebuilt`
 */
export const compareTable = async (
  client: ClientBase,
  projection: Projection,
  table: Table,
  live: string,
  rebuilt: string,
  onDifference: (difference: Difference) => void,
): Promise<number> => {
  const name = quoteIdentifier(table.name)
  const isSame = table.key.map((column) => `l.${quoteIdentifier(column)} = r.${quoteIdentifier(column)}`)
  await client.query(
    `DECLARE differences CURSOR FOR
     SELECT to_jsonb(l) AS live, to_jsonb(r) AS rebuilt
     FROM ${quoteIdentifier(live)}.${name} l FULL JOIN ${quoteIdentifier(rebuilt)}.${name} r ON ${isSame.join(' AND ')}
     WHERE l IS DISTINCT FROM r`,
  )
  for (;;) {
    const { rows } = await client.query<{ live: Row | null; rebuilt: Row | null }>(
      `FETCH ${PAGE} FROM differences`,
    )
    for (const row of rows) onDifference(differenceOf(projection, table, row.live, row.rebuilt))
    if (rows.length < PAGE) break
  }
  await client.query('CLOSE differences')
  const { rows } = await client.query<{ n: string }>(
    `SELECT count(*) AS n FROM ${quoteIdentifier(rebuilt)}.${name}`,
  )
  return Number(rows[0]?.n ?? 0)
}

const differenceOf = (
  projection: Projection,
  table: Table,
  live: Row | null,
  rebuilt: Row | null,
): Difference => {
  const columns = Object.keys(table.columns).filter(
    (column) =>
      !table.key.includes(column) && JSON.stringify(live?.[column]) !== JSON.stringify(rebuilt?.[column]),
  )
  return {
    projection: projection.name,
    table: table.name,
    key: Object.fromEntries(table.key.map((column) => [column, (live ?? rebuilt)?.[column]])),
    kind: live === null ? 'missing' : rebuilt === null ? 'extra' : 'different',
    columns: Object.fromEntries(
      columns.map((column) => [column, { live: live?.[column], rebuilt: rebuilt?.[column] }]),
    ),
  }
}
