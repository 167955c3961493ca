import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { InventoryItem } from '../../domain/inventory-item/state.ts'
import { refundsOf, type Order } from '../../domain/order/state.ts'
import { isIn, refundedAmount, type Payment } from '../../domain/payment/state.ts'
import type { EventStore, Position, StoredEvent } from '../../eventstore/types.ts'
import { inventoryRows, notYetAt, orderRows, paymentRows, walletRows } from '../../projections/audit/rows.ts'
import { deciders, type Kind } from '../kinds.ts'
import type { Audit, StateOf } from './audit.ts'
import { createKeyTable, keyOf } from './key-table.ts'

export interface ReadModelOptions {
  readonly pool: Pool
  readonly store: Pick<EventStore, 'readStream'>
  /** Of the last event that the audit has folded. */
  readonly position: Position
  readonly signal: AbortSignal
  /** How long read models that are behind are waited for, in milliseconds. Default 30,000. */
  readonly patienceMs?: number
}

export interface ReadModelCheck {
  /** Rows that were compared. */
  readonly rows: number
  /** Read models that have not come to where the audit ended: nothing can be said of them. */
  readonly behind: readonly string[]
}

type Facts = Readonly<Record<string, unknown>>
interface Comparison<K extends Kind, Row> {
  readonly kind: K
  readonly rows: AsyncIterable<Row & { readonly revision: bigint }>
  readonly idOf: (row: Row) => string
  readonly shown: (row: Row) => Facts
  readonly folded: (state: StateOf[K]) => Facts
}

/**
 * Compares the rows of orders, payments and stock with the states that the domain has folded, each at the revision that the row
 * says it shows: a row that is ahead, because orders go on, is compared with its stream as it is then.
 * @throws StoreUnavailableError; what Postgres throws
 */
export const checkReadModels = async (audit: Audit, options: ReadModelOptions): Promise<ReadModelCheck> => {
  const behind = await waitForThem(options)
  let rows = 0
  if (!behind.includes('orders')) {
    rows += await compare(audit, options, {
      kind: 'order',
      rows: orderRows(options.pool),
      idOf: ({ id }) => id,
      shown: ({ status, customer_id: customer, total_amount: total, refunds }) => ({
        ...{ status, customer, total },
        refunds: refunds.map((refund) => `${refund.id} ${refund.status} ${refund.amount.amount}`).join(', '),
      }),
      folded: orderFacts,
    })
  }
  if (!behind.includes('payments')) {
    rows += await compare(audit, options, {
      kind: 'payment',
      rows: paymentRows(options.pool),
      idOf: ({ id }) => id,
      shown: ({ status, captured_amount: captured, refunded_amount: refunded }) => ({
        status,
        captured,
        refunded,
      }),
      folded: paymentFacts,
    })
  }
  if (!behind.includes('inventory')) {
    rows += await compare(audit, options, {
      kind: 'inventory',
      rows: inventoryRows(options.pool),
      idOf: ({ sku }) => sku,
      shown: ({ available, reserved, on_hand: onHand, low_stock_threshold: threshold }) => ({
        ...{ available, reserved, onHand, threshold },
      }),
      folded: itemFacts,
    })
  }
  if (!behind.includes('wallet')) {
    rows += await compare(audit, options, {
      kind: 'wallet',
      rows: walletRows(options.pool),
      idOf: ({ customer_id: id }) => id,
      shown: ({ available, held }) => ({ available, held }),
      folded: ({ available, held }) => ({ available, held }),
    })
  }
  return { rows, behind }
}

const waitForThem = async ({
  pool,
  position,
  signal,
  patienceMs = 30_000,
}: ReadModelOptions): Promise<string[]> => {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const behind = await notYetAt(pool, position)
    if (behind.length === 0 || signal.aborted || performance.now() >= deadline) return behind
    await delay(100)
  }
}

const compare = async <K extends Kind, Row>(
  audit: Audit,
  { store, signal }: ReadModelOptions,
  { kind, rows, idOf, shown, folded }: Comparison<K, Row>,
): Promise<number> => {
  const seen = createKeyTable(0)
  const tell = (id: string, problem: string): void => {
    audit.tell({ law: 'read-model', stream: `${kind}-${id}`, problem })
  }
  for await (const row of rows) {
    signal.throwIfAborted()
    const id = idOf(row)
    seen.set(keyOf(id))
    if (audit.isLost(kind, id)) continue
    const known = audit.stateOf(kind, id)
    if (known !== undefined && row.revision < known.revision) {
      tell(id, `the read model shows revision ${row.revision}, and the stream is at ${known.revision}`)
      continue
    }
    const state =
      known?.revision === Number(row.revision) ? known.state : await stateAt(store, kind, id, row.revision)
    if (state === undefined) {
      tell(id, `the read model shows revision ${row.revision}, which the stream does not have`)
      continue
    }
    const [is, should] = [shown(row), folded(state)]
    const wrong = Object.keys(should).filter((name) => is[name] !== should[name])
    for (const name of wrong) {
      tell(id, `the read model shows ${name} ${String(is[name])}, the events say ${String(should[name])}`)
    }
  }
  for (const { id } of audit.states[kind]())
    if (!seen.has(keyOf(id))) tell(id, 'the read model does not show it')
  return seen.size()
}

const stateAt = async <K extends Kind>(
  store: Pick<EventStore, 'readStream'>,
  kind: K,
  id: string,
  revision: bigint,
): Promise<StateOf[K] | undefined> => {
  const { events } = await store.readStream<StoredEvent>(`${kind}-${id}`, { limit: Number(revision) + 1 })
  if (events.at(-1)?.revision !== revision) return undefined
  // what folding events of a kind gives is a state of that kind
  return events.reduce(deciders[kind].evolve, deciders[kind].initial) as StateOf[K]
}

const orderFacts = (order: Order): Facts =>
  order.status === 'none'
    ? {}
    : {
        status: order.status,
        customer: order.customerId,
        total: order.totals.total.amount,
        refunds: refundsOf(order)
          .map((refund) => `${refund.refundId} ${refund.status} ${refund.amount.amount}`)
          .join(', '),
      }

const paymentFacts = (payment: Payment): Facts => {
  const captured = isIn(payment, 'captured', 'partially_refunded', 'refunded') ? payment : undefined
  return {
    status: payment.status,
    captured: captured?.captured.amount ?? 0,
    refunded: captured === undefined ? 0 : refundedAmount(captured),
  }
}

const itemFacts = ({ available, reserved, lowStockThreshold: threshold }: InventoryItem): Facts => ({
  ...{ available, reserved, onHand: available + reserved, threshold },
})
