import type { Merge, Merges, Rows } from './rows.ts'
import type { RowOf, Table } from './tables.ts'

/** Rows of counters, added up in memory until they are written. */
export interface Tally<T extends Table> {
  add(row: RowOf<T>): void
  /** Adds them to what is there. */
  write(rows: Rows): Promise<void>
}

export const createTally = <T extends Table>(table: T, merges: Merges = {}): Tally<T> => {
  const byKey = new Map<string, RowOf<T>>()
  const counts = Object.keys(table.columns).filter((column) => !table.key.includes(column))
  return {
    add: (row) => {
      const key = JSON.stringify(table.key.map((column) => row[column]))
      const before = byKey.get(key)
      byKey.set(key, before === undefined ? row : merged(before, row, counts, merges))
    },
    write: (rows) => rows.increase(table, [...byKey.values()], merges),
  }
}

const merged = <Row extends Record<string, unknown>>(
  some: Row,
  more: Row,
  columns: readonly string[],
  merges: Merges,
): Row => {
  const sum: Record<string, unknown> = { ...some }
  for (const column of columns) sum[column] = mergeOf(merges[column])(some[column], more[column])
  return sum as Row
}

type Merging = (some: unknown, more: unknown) => unknown
const mergeOf = (merge: Merge | undefined): Merging => MERGES[merge ?? 'sum']

const MERGES: Readonly<Record<Merge, Merging>> = {
  sum: (some, more) => Number(some) + Number(more),
  // times, as text of one form
  least: (some, more) => (String(some) < String(more) ? some : more),
  greatest: (some, more) => (String(some) > String(more) ? some : more),
}
