import type { Pool } from 'pg'
import type { Actor } from '../../eventstore/types.ts'
import type { Page } from '../cursor.ts'
import { pageOfLedger, type Ledger, type LedgerPage } from '../ledger.ts'
import type { Money } from '../money.ts'
import { viewOf } from '../read-schema.ts'
import { decodeRow } from '../rows.ts'
import { walletProjection } from './projection.ts'
import { entriesTable, walletsTable, type EntryRow } from './tables.ts'

export type StatementEntryType = EntryRow['type']

export interface WalletBalance {
  readonly customerId: string
  /** Can be spent. */
  readonly available: Money
  /** Kept for payments under way. */
  readonly held: Money
  readonly updatedAt: string
  /** Revision of the wallet's stream that this shows. */
  readonly revision: string
}

export interface StatementEntry {
  readonly revision: string
  readonly type: StatementEntryType
  readonly eventId: string
  readonly at: string
  /** Minor units; negative where money went. */
  readonly availableChange: number
  readonly heldChange: number
  /** The balances after it. */
  readonly available: Money
  readonly held: Money
  /** Of the top-up, hold or credit. */
  readonly subjectId: string
  /** The payment that it was for, which has its order's id. */
  readonly paymentId: string | null
  /** Where the money came from; or why it was given. */
  readonly reason: string | null
  readonly actor: Actor
}

const wallets = viewOf(walletProjection, walletsTable)
const entries: Ledger = { view: viewOf(walletProjection, entriesTable), of: 'customer_id' }

/** The wallet of a customer; undefined where there was never any money in it. */
export const getWallet = async (pool: Pool, customerId: string): Promise<WalletBalance | undefined> => {
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT * FROM ${wallets} WHERE customer_id = $1`,
    [customerId],
  )
  return rows.map(balanceOf)[0]
}

/**
 * The statement of a wallet, newest first.
 * @throws InvalidCursorError
 */
export const listStatement = (
  pool: Pool,
  { customerId, ...page }: LedgerPage & { readonly customerId: string },
): Promise<Page<StatementEntry>> => pageOfLedger(pool, entries, customerId, page, entryOf)

const balanceOf = (raw: Readonly<Record<string, unknown>>): WalletBalance => {
  const row = decodeRow(walletsTable, raw)
  return {
    customerId: row.customer_id,
    available: { amount: row.available, currency: row.currency },
    held: { amount: row.held, currency: row.currency },
    updatedAt: row.updated_at,
    revision: String(row.revision),
  }
}

const entryOf = (raw: Readonly<Record<string, unknown>>): StatementEntry => {
  const row = decodeRow(entriesTable, raw)
  return {
    revision: String(row.revision),
    type: row.type,
    eventId: row.event_id,
    at: row.at,
    availableChange: row.available_change,
    heldChange: row.held_change,
    available: { amount: row.available, currency: row.currency },
    held: { amount: row.held, currency: row.currency },
    subjectId: row.subject_id,
    paymentId: row.payment_id,
    reason: row.reason,
    actor: row.actor,
  }
}
