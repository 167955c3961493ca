import type { Pool } from 'pg'
import { decodeCursor, pageOf, type Page } from './cursor.ts'
import { pageSize } from './newest-first.ts'

/** A table with a row for each event of a stream, under the id that the stream is of and the revision of the event. */
export interface Ledger {
  /** What is selected from, quoted. */
  readonly view: string
  /** Column of the id. */
  readonly of: string
}

export interface LedgerPage {
  /** Rows a page, 1 to 100. Default 20. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/**
 * A page of what happened to `id`, newest first.
 * @throws InvalidCursorError
 */
export const pageOfLedger = async <Item extends { readonly revision: string }>(
  pool: Pool,
  { view, of }: Ledger,
  id: string,
  { cursor, limit: asked }: LedgerPage,
  toItem: (row: Readonly<Record<string, unknown>>) => Item,
): Promise<Page<Item>> => {
  const limit = pageSize(asked, 100)
  const values: unknown[] = [id]
  // only where it is given: a plan for any values at all would read everything that is newer as well
  const older =
    cursor === undefined ? '' : `AND revision < $${values.push(...decodeCursor(cursor, REVISION))}`
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT * FROM ${view} WHERE ${of} = $1 ${older} ORDER BY revision DESC LIMIT ${limit + 1}`,
    values,
  )
  return pageOf(
    rows.map(toItem),
    limit,
    (item) => item,
    ({ revision }) => [revision],
  )
}

const REVISION = [/^\d{1,18}$/]
