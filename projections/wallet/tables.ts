import type { WalletEvent } from '../../domain/wallet/events.ts'
import type { Actor } from '../../eventstore/types.ts'
import { document, instant, integer, nullable, oneOf, revision, table, text, type RowOf } from '../tables.ts'

/** One row a customer who ever had money in the wallet, fed by the `wallet-` stream. Amounts are in minor units. */
export const walletsTable = table({
  name: 'wallets',
  columns: {
    customer_id: text,
    /** That of the first money in it. */
    currency: text,
    available: integer,
    held: integer,
    /** Holds that are neither captured nor released: hold id to amount. A capture of less gives the rest back. */
    holds: document<Readonly<Record<string, number>>>(),
    updated_at: instant,
    revision,
  },
  key: ['customer_id'],
  indexes: [],
})
export type WalletRow = RowOf<typeof walletsTable>

/** The statement: one row an event, with the balances after it. Rows are only ever added. */
export const entriesTable = table({
  name: 'entries',
  columns: {
    customer_id: text,
    revision,
    type: oneOf([
      'WalletToppedUp',
      'FundsHeld',
      'HoldCaptured',
      'HoldReleased',
      'WalletCredited',
    ] as const satisfies readonly WalletEvent['type'][]),
    event_id: text,
    at: instant,
    currency: text,
    available_change: integer,
    held_change: integer,
    available: integer,
    held: integer,
    /** Of the top-up, hold or credit. */
    subject_id: text,
    /** The payment, which has its order's id, that it was for, where there is one. */
    payment_id: nullable(text),
    /** Where the money came from; or why it was given. */
    reason: nullable(text),
    actor: document<Actor>(),
  },
  // also the order of a statement
  key: ['customer_id', 'revision'],
  indexes: [],
})
export type EntryRow = RowOf<typeof entriesTable>
