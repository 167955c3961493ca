import pg, { type Pool } from 'pg'
import { coalesced } from '../../platform/coalesce.ts'
import type { Money, Operation } from './provider.ts'
import { simulatorMethods } from './simulator-methods.ts'

/** A line of a payment's books. They are only ever added to. */
export interface Entry {
  readonly idempotencyKey: string
  readonly operation: Operation
  /**
   * `refused` is remembered where the same key has to be refused again; `pending` is settled at `settlesAt`, as its method says. A
   * refund that is `done` and has a `settlesAt` comes back then.
   */
  readonly outcome: 'done' | 'refused' | 'pending'
  readonly amount: Money | null
  /** Of an authorisation. */
  readonly method: string | null
  /** Of a refund. */
  readonly refundId: string | null
  readonly settlesAt: Date | null
}

export interface SimulatedEffect {
  readonly idempotencyKey: string
  readonly paymentId: string
  readonly kind: Operation
  /** Minor units and currency; null where no money moves. */
  readonly amount: Money | null
}

/** A webhook that is to be sent now. */
export interface DueWebhook {
  readonly paymentId: string
  /** From 1. */
  readonly attempt: number
}

export interface SimulatorLedger {
  /** All entries of a payment, oldest first. */
  readonly entries: (paymentId: string) => Promise<Entry[]>
  /**
   * Adds an entry after the `count` that are there. False, and nothing is written, where there are more.
   * @throws KeyReusedError where another payment has the key
   */
  readonly append: (paymentId: string, count: number, entry: Entry) => Promise<boolean>
  /** What was done with a payment, oldest first. */
  readonly effects: (paymentId: string) => Promise<SimulatedEffect[]>
  /**
   * Webhooks that are due. Each is given to one caller, and again after a while (1 s, doubled at each attempt, at most 1 h), until
   * it was delivered or has been tried 15 times.
   */
  readonly takeDueWebhooks: (now: Date, limit: number) => Promise<DueWebhook[]>
  /** Unless there is something new to be told since. */
  readonly webhookDelivered: (webhook: DueWebhook) => Promise<void>
}

export class KeyReusedError extends Error {
  override readonly name = 'KeyReusedError'
  readonly idempotencyKey: string

  constructor(idempotencyKey: string) {
    super(`Another payment has the key ${idempotencyKey}`)
    this.idempotencyKey = idempotencyKey
  }
}

const TABLES = `
  CREATE SCHEMA IF NOT EXISTS simulator;
  CREATE TABLE IF NOT EXISTS simulator.entries (
    payment_id text NOT NULL,
    number integer NOT NULL,
    idempotency_key text NOT NULL CONSTRAINT entries_key UNIQUE,
    operation text NOT NULL CHECK (operation IN ('authorize', 'capture', 'void', 'refund')),
    outcome text NOT NULL CHECK (outcome IN ('done', 'refused', 'pending')),
    amount bigint,
    currency text,
    method text,
    refund_id text,
    settles_at timestamptz,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (payment_id, number)
  );
  CREATE TABLE IF NOT EXISTS simulator.webhooks (
    payment_id text PRIMARY KEY,
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    delivered_at timestamptz
  );
  CREATE INDEX IF NOT EXISTS webhooks_due ON simulator.webhooks (due_at) WHERE delivered_at IS NULL;
`

/** A lock of our own: two instances that start together must not create the tables at once. */
const CREATING = 7_205_190_411

export const MOST_ATTEMPTS = 15

interface NewEntry {
  readonly paymentId: string
  /** Entries that are there. */
  readonly count: number
  readonly entry: Entry
}

/** Entries of different payments, in the order of these, so that two instances do not wait for each other. */
const APPEND = `
  WITH entry AS (
    INSERT INTO simulator.entries (payment_id, number, idempotency_key, operation, outcome,
                                   amount, currency, method, refund_id, settles_at)
    SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[],
                         $6::bigint[], $7::text[], $8::text[], $9::text[], $10::timestamptz[])
    ON CONFLICT (payment_id, number) DO NOTHING
    RETURNING payment_id, settles_at
  ), webhook AS (
    INSERT INTO simulator.webhooks (payment_id, due_at)
    SELECT payment_id, settles_at FROM entry WHERE settles_at IS NOT NULL
    ON CONFLICT (payment_id)
    DO UPDATE SET due_at = excluded.due_at, attempts = 0, delivered_at = NULL
  )
  SELECT payment_id FROM entry`

const isKeyTaken = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.constraint === 'entries_key'

/** The simulator's books in Postgres, shared by all instances. */
export const openSimulatorLedger = async (pool: Pool): Promise<SimulatorLedger> => {
  await pool.query(`BEGIN; SELECT pg_advisory_xact_lock(${CREATING}); ${TABLES} COMMIT;`)

  const entries = async (paymentId: string): Promise<Entry[]> => {
    const { rows } = await pool.query<EntryRow>({
      name: 'simulator-entries',
      text: 'SELECT * FROM simulator.entries WHERE payment_id = $1 ORDER BY number',
      values: [paymentId],
    })
    return rows.map(toEntry)
  }

  const append = coalesced<NewEntry, boolean>(
    async (made) => {
      const rows = made.toSorted((a, b) => (a.paymentId < b.paymentId ? -1 : 1))
      const column = <Value>(valueOf: (one: Entry) => Value): Value[] =>
        rows.map(({ entry }) => valueOf(entry))
      const entered = await pool.query<{ payment_id: string }>({
        name: 'simulator-append',
        text: APPEND,
        values: [
          rows.map(({ paymentId }) => paymentId),
          rows.map(({ count }) => count + 1),
          column(({ idempotencyKey }) => idempotencyKey),
          column(({ operation }) => operation),
          column(({ outcome }) => outcome),
          column(({ amount }) => amount?.amount ?? null),
          column(({ amount }) => amount?.currency ?? null),
          column(({ method }) => method),
          column(({ refundId }) => refundId),
          column(({ settlesAt }) => settlesAt),
        ],
      })
      const ids = new Set(entered.rows.map((row) => row.payment_id))
      return made.map(({ paymentId }) => ids.has(paymentId))
    },
    { keyOf: ({ paymentId }) => paymentId, isOfOne: isKeyTaken },
  )

  return {
    entries,
    append: async (paymentId, count, entry) => {
      try {
        return await append({ paymentId, count, entry })
      } catch (error) {
        if (!isKeyTaken(error)) throw error
        // or the same request came twice at once, and the other was first
        const known = await entries(paymentId)
        if (known.some((other) => other.idempotencyKey === entry.idempotencyKey)) return false
        throw new KeyReusedError(entry.idempotencyKey)
      }
    },
    effects: async (paymentId) => effectsOf(paymentId, await entries(paymentId)),
    takeDueWebhooks: async (now, limit) => {
      const { rows } = await pool.query<{ payment_id: string; attempts: number }>(
        `UPDATE simulator.webhooks
            SET attempts = attempts + 1, due_at = $1 + least(power(2, attempts), 3600) * interval '1 second'
          WHERE payment_id IN (
            SELECT payment_id FROM simulator.webhooks
             WHERE delivered_at IS NULL AND due_at <= $1 AND attempts < ${MOST_ATTEMPTS}
             ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
          RETURNING payment_id, attempts`,
        [now, limit],
      )
      return rows.map((row) => ({ paymentId: row.payment_id, attempt: row.attempts }))
    },
    webhookDelivered: async ({ paymentId, attempt }) => {
      await pool.query(
        'UPDATE simulator.webhooks SET delivered_at = now() WHERE payment_id = $1 AND attempts = $2',
        [paymentId, attempt],
      )
    },
  }
}

/** What the entries of a payment have done. */
export const effectsOf = (paymentId: string, entries: readonly Entry[]): SimulatedEffect[] =>
  entries.filter(isEffect).map(({ idempotencyKey, operation, amount }) => ({
    idempotencyKey,
    paymentId,
    kind: operation,
    amount,
  }))

/** What is pending and will be approved is held already; a refund that comes back is none. */
const isEffect = ({ operation, outcome, method, settlesAt }: Entry): boolean =>
  (outcome === 'done' && (operation !== 'refund' || settlesAt === null)) ||
  (outcome === 'pending' && simulatorMethods.get(method ?? '')?.declined === undefined)

interface EntryRow {
  readonly idempotency_key: string
  readonly operation: Operation
  readonly outcome: Entry['outcome']
  /** bigint, which the driver gives as text. */
  readonly amount: string | null
  readonly currency: string | null
  readonly method: string | null
  readonly refund_id: string | null
  readonly settles_at: Date | null
}

const toEntry = (row: EntryRow): Entry => ({
  idempotencyKey: row.idempotency_key,
  operation: row.operation,
  outcome: row.outcome,
  amount:
    row.amount === null || row.currency === null
      ? null
      : { amount: Number(row.amount), currency: row.currency },
  method: row.method,
  refundId: row.refund_id,
  settlesAt: row.settles_at,
})
