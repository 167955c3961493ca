import { setTimeout as delay } from 'node:timers/promises'
import type { Kind } from './arguments.ts'
import type { Placed } from './drive.ts'
import { createTimer, type Percentiles } from './meters.ts'
import type { OrderView, Session, StockView } from './shop-client.ts'

/** What has to hold, whatever the load was. */
export interface Findings {
  readonly orders: number
  /** How they ended. */
  readonly ended: Readonly<Record<string, number>>
  /** How long it took after the last answer until none was under way any more. */
  readonly drainMs: number
  /** Orders paid a second, in the fullest and the emptiest of the whole 5 s windows while orders came in. */
  readonly paidPerSecond: { readonly least: number; readonly mean: number; readonly most: number }
  /** By the times in the orders' own histories: of every order that was paid, from placed to paid. */
  readonly placedToPaid: Percentiles
  /** A sentence each; none where all is as it has to be. */
  readonly broken: readonly string[]
}

export type Stocks = ReadonlyMap<string, StockView>

/** @throws Error where the shop does not say */
export const readStocks = async (staff: Session, skus: readonly string[]): Promise<Stocks> => {
  const stocks = new Map<string, StockView>()
  for (const sku of skus) {
    const { status, body } = await staff.get<StockView>(`/inventory/${sku}`)
    if (status !== 200) throw new Error(`The stock of ${sku} can't be read: ${status}`)
    stocks.set(sku, body)
  }
  return stocks
}

const MOST_DRAIN_MS = 120_000
const AT_ONCE = 16
const WINDOW_MS = 5_000
const UNDER_WAY = new Set(['placed', 'reserved', 'refund_pending'])

export interface CheckOptions {
  readonly staff: Session
  readonly placed: readonly Placed[]
  /** Before the first order. */
  readonly before: Stocks
  /** Between which the measured orders came in. */
  readonly from: Date
  readonly to: Date
}

/** Waits until nothing is under way, then looks at every order and every product. */
export const checkLaws = async ({ staff, placed, before, from, to }: CheckOptions): Promise<Findings> => {
  const began = performance.now()
  const orders = await settledOrders(staff, placed, began)
  const drainMs = orders.drainedAt - began
  const after = await readStocks(staff, [...before.keys()])

  const broken: string[] = []
  const ended: Record<string, number> = {}
  const taken = new Map<string, number>()
  const timer = createTimer()
  const windows = new Map<number, number>()
  for (const { id, kind } of placed) {
    const order = orders.views.get(id)
    if (order === undefined) {
      broken.push(`Order ${id} was acknowledged and is not there`)
      continue
    }
    const end = order.cancellation === null ? order.status : `${order.status}: ${order.cancellation.reason}`
    ended[end] = (ended[end] ?? 0) + 1
    broken.push(...complaints(order, kind))
    if (order.status !== 'paid') continue
    for (const { sku, quantity } of order.items) taken.set(sku, (taken.get(sku) ?? 0) + quantity)
    const at = (status: string): number =>
      Date.parse(order.history.find((transition) => transition.status === status)?.at ?? '')
    const paidAt = at('paid')
    timer.add(paidAt - at('placed'))
    if (paidAt >= from.getTime() && paidAt < to.getTime()) {
      const window = Math.floor((paidAt - from.getTime()) / WINDOW_MS)
      windows.set(window, (windows.get(window) ?? 0) + 1)
    }
  }
  for (const [sku, stock] of before)
    broken.push(...stockComplaints(sku, stock, after.get(sku), taken.get(sku) ?? 0))
  return {
    ...{ orders: placed.length, ended, drainMs, broken },
    paidPerSecond: ratesOf(windows, Math.floor((to.getTime() - from.getTime()) / WINDOW_MS)),
    placedToPaid: timer.read(),
  }
}

const ratesOf = (windows: ReadonlyMap<number, number>, whole: number): Findings['paidPerSecond'] => {
  const rates = Array.from({ length: whole }, (_, window) => ((windows.get(window) ?? 0) * 1_000) / WINDOW_MS)
  if (rates.length === 0) return { least: 0, mean: 0, most: 0 }
  const sum = rates.reduce((total, rate) => total + rate, 0)
  return { least: Math.min(...rates), mean: sum / rates.length, most: Math.max(...rates) }
}

interface SettledOrders {
  readonly views: ReadonlyMap<string, OrderView>
  readonly drainedAt: number
}

/** Every order as the read model shows it once it is at rest, or as it is when patience ends. */
const settledOrders = async (
  staff: Session,
  placed: readonly Placed[],
  began: number,
): Promise<SettledOrders> => {
  const views = new Map<string, OrderView>()
  // the youngest first: once they are at rest the others are, too
  const queue = placed.map(({ id, kind }) => ({ id, kind })).reverse()
  let drainedAt = performance.now()
  const isAtRest = ({ status }: OrderView, kind: Kind): boolean =>
    !UNDER_WAY.has(status) && !(kind === 'cancelled' && status === 'paid')

  const look = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { id, kind } = next
      for (;;) {
        const { status, body } = await staff.get<OrderView>(`/orders/${id}`)
        if (status === 404) break
        if (status === 200) views.set(id, body)
        if (status === 200 && isAtRest(body, kind)) break
        if (performance.now() - began > MOST_DRAIN_MS) break
        await delay(50)
        drainedAt = performance.now()
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, look))
  return { views, drainedAt }
}

const complaints = (order: OrderView, kind: Kind): string[] => {
  const { id, status, payment, totals } = order
  const kept = payment.captured.amount - payment.refunded.amount
  const isShort = order.cancellation?.reason === 'out_of_stock'
  const expected = kind === 'paid' && !isShort ? 'paid' : 'cancelled'
  const found: string[] = []
  if (status !== expected) found.push(`Order ${id} is ${status}, but has to be ${expected}`)
  const owed = status === 'paid' ? totals.total.amount : 0
  if (kept !== owed) found.push(`Order ${id} is ${status}, and ${kept} was kept of ${owed}`)
  return found
}

const stockComplaints = (
  sku: string,
  before: StockView,
  after: StockView | undefined,
  sold: number,
): string[] => {
  if (after === undefined) return [`The stock of ${sku} is not there any more`]
  const found: string[] = []
  if (after.onHand !== before.onHand - sold) {
    found.push(`${sku}: ${before.onHand} on hand, ${sold} sold, and ${after.onHand} are left`)
  }
  if (after.reserved !== before.reserved)
    found.push(`${sku}: ${after.reserved - before.reserved} stay reserved`)
  if (after.available < 0) found.push(`${sku}: ${after.available} available`)
  return found
}
