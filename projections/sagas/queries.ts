import type { Pool } from 'pg'
import { take } from '../claims.ts'
import { pageOf, type Page } from '../cursor.ts'
import { pageSize, placeIn } from '../newest-first.ts'
import { viewOf } from '../read-schema.ts'
import { decodeRow } from '../rows.ts'
import { sagasProjection } from './projection.ts'
import { STEPS, type StepName, type WaitsFor } from './steps.ts'
import { sagasTable, type LastEvent, type SagaRow } from './tables.ts'

export { STEP_NAMES, WAITS_FOR, type StepName, type WaitsFor } from './steps.ts'

/** An order that is on its way, or stands still. */
export interface Saga {
  readonly orderId: string
  readonly state: 'in_flight' | 'stuck'
  readonly step: StepName
  readonly waitsFor: WaitsFor
  /** What it waits for, for people. */
  readonly reason: string
  /** When it last moved. */
  readonly since: string
  /** From then on it stands for longer than its step allows. */
  readonly stuckAt: string
  readonly lastEvent: LastEvent
  /** Revision of the order's stream that this is of. */
  readonly revision: string
}

export interface SagaFilter {
  /** `in_flight`: all that are under way and not stuck. Default: both. */
  readonly state?: Saga['state'] | undefined
  readonly step?: StepName | undefined
  /** A page has 1 to 100 of them. Default 20. */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

const MAX_LIMIT = 100
const sagas = viewOf(sagasProjection, sagasTable)

/** Orders under way at `now`, those first that have stood for the longest time. @throws InvalidCursorError */
export const listSagas = async (pool: Pool, now: Date, filter: SagaFilter = {}): Promise<Page<Saga>> => {
  const values: unknown[] = []
  const conditions = ['step IS NOT NULL']
  const parameter = (value: unknown): string => `$${values.push(value)}`
  if (filter.state !== undefined) {
    conditions.push(`stuck_at ${filter.state === 'stuck' ? '<=' : '>'} ${parameter(now)}`)
  }
  if (filter.step !== undefined) conditions.push(`step = ${parameter(filter.step)}`)
  if (filter.cursor !== undefined) {
    const [since, id] = placeIn(filter.cursor)
    conditions.push(`(since, order_id) > (${parameter(since)}, ${parameter(id)})`)
  }
  const limit = pageSize(filter.limit, MAX_LIMIT)
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT * FROM ${sagas} WHERE ${conditions.join(' AND ')}
     ORDER BY since, order_id LIMIT ${limit + 1}`,
    values,
  )
  return pageOf(
    rows.flatMap((row) => sagaOf(decodeRow(sagasTable, row), now)),
    limit,
    (saga) => saga,
    ({ since, orderId }) => [since, orderId],
  )
}

/** Where an order stands at `now`; undefined where nothing is to happen to it, or it is not known. */
export const getSaga = async (pool: Pool, orderId: string, now: Date): Promise<Saga | undefined> => {
  const { rows } = await pool.query<Record<string, unknown>>(`SELECT * FROM ${sagas} WHERE order_id = $1`, [
    orderId,
  ])
  const [row] = rows
  return row === undefined ? undefined : sagaOf(decodeRow(sagasTable, row), now)[0]
}

const sagaOf = ({ order_id, step, since, stuck_at, last_event, revision }: SagaRow, now: Date): Saga[] => {
  if (step === null || stuck_at === null) return []
  const { waitsFor, reason } = STEPS[step]
  const state = stuck_at <= now.toISOString() ? 'stuck' : 'in_flight'
  return [
    {
      ...{ orderId: order_id, state, step, waitsFor, reason, since, stuckAt: stuck_at },
      ...{ lastEvent: last_event, revision: String(revision) },
    },
  ]
}

/** How many orders stand at a step. */
export interface SagaCount {
  readonly step: StepName
  readonly state: Saga['state']
  readonly orders: number
}

/** Orders under way at `now`, by step. */
export const countSagas = async (pool: Pool, now: Date): Promise<SagaCount[]> => {
  const { rows } = await pool.query<{ step: StepName; stuck: boolean; orders: number }>(
    `SELECT step, stuck_at <= $1 AS stuck, count(*)::integer AS orders FROM ${sagas}
     WHERE step IS NOT NULL GROUP BY 1, 2`,
    [now],
  )
  return rows.map(({ step, stuck, orders }) => ({ step, state: stuck ? 'stuck' : 'in_flight', orders }))
}

/** An order that something should have happened to by now. */
export interface StandingOrder {
  readonly orderId: string
  readonly step: StepName
  readonly since: Date
}

/** An order that stays where it is, is taken up at longer and longer intervals. */
const FIRST_INTERVAL_MS = 60_000

/** Orders that may have lost a wake-up, for the sweep; any number of instances share them. */
export const standingOrders = (
  pool: Pool,
): { readonly take: (now: Date, limit: number) => Promise<StandingOrder[]> } => ({
  take: async (now, limit) => {
    const rows = await take(
      pool,
      {
        ...{ purpose: 'sweep', from: sagas, key: `d.order_id || '@' || d.revision` },
        ...{ where: 'd.sweep_at <= $4', values: [now], orderBy: 'd.sweep_at, d.order_id' },
        leaseMs: FIRST_INTERVAL_MS,
      },
      limit,
    )
    return rows.flatMap((row) => {
      const { order_id, step, since } = decodeRow(sagasTable, row)
      return step === null ? [] : [{ orderId: order_id, step, since: new Date(since) }]
    })
  },
})
