import type { Pool } from 'pg'

type Kind = 'authorize' | 'capture' | 'void' | 'refund'

export interface SimulatedEffect {
  readonly idempotencyKey: string
  readonly paymentId: string
  readonly kind: Kind
  /** Minor units and currency; null where no money moves. */
  readonly amount: { readonly amount: number; readonly currency: string } | null
}

export interface SimulatorLedger {
  /**
   * Writes the effect unless its key is known, or the payment was captured or voided already and this would be the other.
   * Tells what stands in the end: its own kind, or the one that was first.
   */
  readonly record: (effect: SimulatedEffect) => Promise<Kind>
  /** All effects on a payment, oldest first. */
  readonly effects: (paymentId: string) => Promise<SimulatedEffect[]>
}

const TABLES = `
  CREATE SCHEMA IF NOT EXISTS simulator;
  CREATE TABLE IF NOT EXISTS simulator.effects (
    number bigint GENERATED ALWAYS AS IDENTITY,
    idempotency_key text PRIMARY KEY,
    payment_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('authorize', 'capture', 'void', 'refund')),
    amount bigint,
    currency text,
    recorded_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX IF NOT EXISTS effects_payment ON simulator.effects (payment_id);
  -- what is captured can't be voided, and the other way round, whoever comes first
  CREATE UNIQUE INDEX IF NOT EXISTS effects_closing ON simulator.effects (payment_id) WHERE kind IN ('capture', 'void');
`

/** A lock of our own: two instances that start together must not create the tables at once. */
const CREATING = 7_205_190_411

/** The simulator's books in Postgres, shared by all instances. */
export const openSimulatorLedger = async (pool: Pool): Promise<SimulatorLedger> => {
  await pool.query(`BEGIN; SELECT pg_advisory_xact_lock(${CREATING}); ${TABLES} COMMIT;`)
  return {
    record: async ({ idempotencyKey, paymentId, kind, amount }) => {
      const { rows } = await pool.query<{ kind: Kind }>({
        name: 'simulator-record',
        text: `INSERT INTO simulator.effects (idempotency_key, payment_id, kind, amount, currency)
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING kind`,
        values: [idempotencyKey, paymentId, kind, amount?.amount ?? null, amount?.currency ?? null],
      })
      if (rows[0] !== undefined) return rows[0].kind
      const standing = await pool.query<{ kind: Kind }>(
        `SELECT kind FROM simulator.effects
          WHERE idempotency_key = $1 OR (payment_id = $2 AND kind IN ('capture', 'void') AND $3 IN ('capture', 'void'))
          ORDER BY idempotency_key = $1 DESC LIMIT 1`,
        [idempotencyKey, paymentId, kind],
      )
      const first = standing.rows[0]
      if (first === undefined) throw new Error(`the simulator neither wrote nor knows ${idempotencyKey}`)
      return first.kind
    },
    effects: async (paymentId) => {
      const { rows } = await pool.query<{
        idempotency_key: string
        kind: Kind
        amount: string | null
        currency: string | null
      }>('SELECT * FROM simulator.effects WHERE payment_id = $1 ORDER BY number', [paymentId])
      return rows.map((row) => ({
        idempotencyKey: row.idempotency_key,
        paymentId,
        kind: row.kind,
        amount: row.amount === null ? null : { amount: Number(row.amount), currency: row.currency ?? '' },
      }))
    },
  }
}
