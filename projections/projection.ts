import type { DomainEvent, StoredEvent } from '../eventstore/types.ts'
import type { Rows } from './rows.ts'
import type { Table } from './tables.ts'

/** A read model: the tables it fills, the events it is made of, and how the one becomes the other. */
export interface Projection {
  /** Lower case and underscores: it becomes part of schema names. */
  readonly name: string
  readonly streamPrefixes: readonly string[]
  readonly tables: readonly Table[]
  /** The folder that holds its code and nothing else: a change in it, queries and tests apart, asks for a rebuild. */
  readonly home: URL
  /**
   * Brings the rows up to date with a batch of events, in the order of `$all`. Feeding an event again changes nothing.
   * Whatever it throws, Postgres being away apart, is taken for the fault of an event of the batch.
   */
  readonly project: (events: readonly StoredEvent[], rows: Rows) => Promise<void>
}

/** Whether an event is one of those that `contracts` describes; the event store has checked its data against them. */
export const isEventOf =
  <Event extends DomainEvent>(contracts: Readonly<Record<Event['type'], unknown>>) =>
  (event: StoredEvent): event is StoredEvent<Event> =>
    Object.hasOwn(contracts, event.type)
