import type { DomainEvent, StoredEvent } from '../eventstore/types.ts'
import type { Rows } from './rows.ts'
import type { Column, RowOf, Table } from './tables.ts'

/** A table whose every row is fed by one stream; its `revision` tells how far. */
type FoldedTable = Table & { readonly columns: { readonly revision: Column<bigint> } }

export interface RowFold<T extends FoldedTable, Event extends DomainEvent> {
  readonly table: T
  /** Key of the row that an event belongs to; undefined where it belongs to none. */
  readonly keyOf: (event: StoredEvent<Event>) => string | undefined
  /** The row after the event; undefined where there is still none. `revision` is kept by `foldRows`. Pure. */
  readonly evolve: (row: RowOf<T> | undefined, event: StoredEvent<Event>) => RowOf<T> | undefined
  /** Told of each event that changed a row, once, with the row after and before it. */
  readonly applied?: (event: StoredEvent<Event>, after: RowOf<T>, before: RowOf<T> | undefined) => void
}

/**
 * Brings the rows that a batch of events touches up to date: one statement loads them, the events are folded in memory, one
 * statement writes them. An event that a row has seen before (its revision is not above the row's) changes nothing, so that a
 * batch can be fed any number of times.
 */
export const foldRows = async <T extends FoldedTable, Event extends DomainEvent>(
  events: readonly StoredEvent<Event>[],
  rows: Rows,
  { table, keyOf, evolve, applied }: RowFold<T, Event>,
): Promise<void> => {
  const byKey = new Map<string, StoredEvent<Event>[]>()
  for (const event of events) {
    const key = keyOf(event)
    if (key === undefined) continue
    const ofKey = byKey.get(key)
    if (ofKey === undefined) byKey.set(key, [event])
    else ofKey.push(event)
  }
  if (byKey.size === 0) return

  const stored = await rows.load(table, [...byKey.keys()])
  const changed: RowOf<T>[] = []
  for (const [key, ofKey] of byKey) {
    const before = stored.get(key)
    let row = before
    for (const event of ofKey) {
      if (row !== undefined && event.revision <= row.revision) continue
      const next = evolve(row, event)
      if (next === undefined) continue
      const after = { ...next, revision: event.revision }
      applied?.(event, after, row)
      row = after
    }
    if (row !== undefined && row !== before) changed.push(row)
  }
  await rows.put(table, changed)
}
