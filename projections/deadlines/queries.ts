import type { Pool } from 'pg'
import { release, strike, take } from '../claims.ts'
import { viewOf } from '../read-schema.ts'
import { decodeRow } from '../rows.ts'
import { deadlinesProjection } from './projection.ts'
import { deadlinesTable } from './tables.ts'

/** A deadline that is due. */
export interface DueDeadline {
  readonly orderId: string
  readonly kind: 'payment' | 'completion'
  /** The event that set it: no two have the same. */
  readonly causationId: string
  readonly correlationId: string
}

const PURPOSE = 'deadlines'
/** Longer than carrying one out takes: an instance that ended in between leaves it to another one then. */
const LEASE_MS = 60_000

/** What is due, shared by any number of instances. */
export const deadlineBook = (
  pool: Pool,
): {
  readonly take: (now: Date, limit: number) => Promise<DueDeadline[]>
  readonly strike: (deadline: DueDeadline) => Promise<void>
  readonly release: (deadline: DueDeadline) => Promise<void>
} => ({
  take: async (now, limit) => {
    const rows = await take(
      pool,
      {
        ...{ purpose: PURPOSE, from: viewOf(deadlinesProjection, deadlinesTable), key: 'd.set_by' },
        ...{ where: 'd.due_at <= $4', values: [now], orderBy: 'd.due_at, d.order_id', leaseMs: LEASE_MS },
      },
      limit,
    )
    return rows.flatMap((row) => {
      const { order_id, kind, set_by, correlation_id } = decodeRow(deadlinesTable, row)
      if (kind === null || set_by === null || correlation_id === null) return []
      return { orderId: order_id, kind, causationId: set_by, correlationId: correlation_id }
    })
  },
  strike: ({ causationId }) => strike(pool, PURPOSE, causationId),
  release: ({ causationId }) => release(pool, PURPOSE, causationId),
})
