import { cancelOrder } from '../../commands/cancel-order.ts'
import { completeOrder } from '../../commands/complete-order.ts'
import type { CommandContext } from '../../commands/context.ts'
import { expireOrder } from '../../commands/expire-order.ts'
import { moveOrder, type OrderMove } from '../../commands/move-order.ts'
import { placeOrder, type PlaceOrderDeps } from '../../commands/place-order.ts'
import { topUpWallet } from '../../commands/top-up-wallet.ts'
import type { Resumption } from '../../processes/index.ts'
import type { PlannedOrder } from './plan.ts'
import { SeedError } from './seed-error.ts'
import { CARRIERS } from './words.ts'

export interface StoryDeps {
  readonly commands: PlaceOrderDeps
  /** Takes an order as far as it goes by itself, as the running shop does. */
  readonly resume: (orderId: string) => Promise<Resumption | undefined>
}

/** Something that happens to an order at a time of its own. */
export interface Step {
  readonly at: Date
  readonly take: (deps: StoryDeps) => Promise<void>
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Time for objections. */
const COMPLETES_AFTER_DAYS = 14

type Who = CommandContext['actor']
const staff = (id: string): Who => ({ kind: 'staff', id: `seed-${id}` })
const SYSTEM: Who = { kind: 'system', id: 'seed' }

/** All that happens to an order, in the order of time; what would be in the future has to be left out by whoever tells it. */
export const storyOf = (order: PlannedOrder, reservationMinutes: number): Step[] => {
  const placed = step(order, 0, (deps) => place(deps, order))
  switch (order.fate) {
    case 'declined':
    case 'out_of_stock':
    case 'capture_fails':
      return [placed]
    case 'never_paid':
      return [placed, step(order, (reservationMinutes + 1) * MINUTE_MS, (deps) => expire(deps, order))]
    case 'cancelled':
      return [placed, step(order, within(order, 0.1, 6) * HOUR_MS, (deps) => cancel(deps, order))]
    case 'refunded_at_second_try':
      return [placed, ...refundedAtSecondTry(order)]
    case 'partly_refunded':
      return [placed, ...delivery(order), goodwill(order)]
    case 'returned':
      return [placed, ...returned(order)]
    case 'delivered':
      return [placed, ...delivery(order)]
  }
}

const within = ({ chance }: PlannedOrder, least: number, most: number): number =>
  least + chance.next() * (most - least)

const step = ({ placedAt }: PlannedOrder, afterMs: number, take: Step['take']): Step => ({
  at: new Date(placedAt.getTime() + Math.round(afterMs)),
  take,
})

const context = ({ id }: PlannedOrder, actor: Who, name: string): CommandContext => ({
  actor,
  correlationId: `seed/${id}/${name}`,
  causationId: `seed/${id}/${name}`,
  commandId: `seed/${id}/${name}`,
})

const resumed = async ({ resume }: StoryDeps, { id }: PlannedOrder): Promise<void> => {
  const resumption = await resume(id)
  if (resumption === undefined) throw new SeedError(`The order ${id}`, 'it is not there')
  if (resumption.kind === 'failed') throw new SeedError(`The order ${id}`, resumption.reason)
}

const place = async (deps: StoryDeps, order: PlannedOrder): Promise<void> => {
  const { id, customer, lines, paymentMethodId } = order
  const who: Who = { kind: 'customer', id: customer.id }
  if (paymentMethodId === 'wallet') await topUp(deps, order, who)
  const outcome = await placeOrder(
    deps.commands,
    {
      ...{ orderId: id, customerId: customer.id, lines, paymentMethodId },
      shippingAddress: customer.address,
    },
    context(order, who, 'place'),
  )
  accepted(order, 'place', outcome)
  await resumed(deps, order)
}

/** More than any order costs with shipping and tax. */
const topUp = async ({ commands }: StoryDeps, order: PlannedOrder, who: Who): Promise<void> => {
  const goods = order.lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amount, 0)
  const amount = Math.ceil((goods * 1.25 + 2_000) / 1_000) * 1_000
  const outcome = await topUpWallet(
    commands,
    {
      ...{ customerId: order.customer.id, topUpId: `seed-${order.id}`, amount: { amount, currency: 'EUR' } },
      reference: `transfer ${order.id}`,
    },
    context(order, who, 'top-up'),
  )
  accepted(order, 'top up', outcome)
}

const expire = async (deps: StoryDeps, order: PlannedOrder): Promise<void> => {
  await expireOrder(deps.commands, order.id, context(order, SYSTEM, 'expire'))
  await resumed(deps, order)
}

const cancel = async (deps: StoryDeps, order: PlannedOrder): Promise<void> => {
  const detail = order.chance.oneOf(['Ordered twice', 'Found it elsewhere', 'It would come too late'])
  const who: Who = { kind: 'customer', id: order.customer.id }
  const outcome = await cancelOrder(
    deps.commands,
    { orderId: order.id, by: 'customer', detail },
    context(order, who, 'cancel'),
  )
  accepted(order, 'cancel', outcome)
  await resumed(deps, order)
}

const move = async (
  deps: StoryDeps,
  order: PlannedOrder,
  name: string,
  who: Who,
  what: OrderMove,
): Promise<void> => {
  accepted(order, name, await moveOrder(deps.commands, what, context(order, who, name)))
}

/** Picked, sent in one parcel or two, arrived, and over. */
const delivery = (order: PlannedOrder): Step[] => {
  const { id: orderId, lines, chance } = order
  const warehouse = staff('warehouse')
  const parcels = lines.length > 1 && chance.next() < 0.15 ? [lines.slice(0, 1), lines.slice(1)] : [lines]
  let day = within(order, 0.1, 1.5)
  const picked = step(order, day * DAY_MS, (deps) =>
    move(deps, order, 'pick', warehouse, { type: 'StartFulfilment', orderId }),
  )
  const sent = parcels.map((goods, index) => {
    day += within(order, 0.05, 1)
    const shipmentId = `${orderId}-${index + 1}`
    const trackingNumber = String(chance.between(10 ** 11, 10 ** 12 - 1))
    const carrier = chance.oneOf(CARRIERS)
    return step(order, day * DAY_MS, (deps) =>
      move(deps, order, `send-${index + 1}`, warehouse, {
        ...{ type: 'DispatchShipment', orderId, shipmentId, carrier, trackingNumber },
        lines: goods.map(({ sku, quantity }) => ({ sku, quantity })),
      }),
    )
  })
  const arrived = parcels.map((_, index) => {
    day += within(order, 0.5, 3)
    return step(order, day * DAY_MS, (deps) =>
      move(deps, order, `arrive-${index + 1}`, warehouse, {
        ...{ type: 'DeliverShipment', orderId, shipmentId: `${orderId}-${index + 1}` },
      }),
    )
  })
  const over = step(order, (day + COMPLETES_AFTER_DAYS) * DAY_MS, async ({ commands }) => {
    await completeOrder(commands, orderId, context(order, SYSTEM, 'complete'))
  })
  return [picked, ...sent, ...arrived, over]
}

const refund = async (
  deps: StoryDeps,
  order: PlannedOrder,
  what: Extract<OrderMove, { readonly type: 'RequestRefund'; readonly cancelsOrder: false }>,
): Promise<void> => {
  await move(deps, order, 'refund', staff('support'), what)
  await resumed(deps, order)
}

const refundId = ({ id }: PlannedOrder): string => `${id}-r1`

/** Delivered, and one line of it sent back, before it is over or a little later. */
const returned = (order: PlannedOrder): Step[] => {
  const { id: orderId, lines, placedAt, chance } = order
  const way = delivery(order)
  const { sku, quantity } = lines[chance.between(0, lines.length - 1)] ?? { sku: '', quantity: 0 }
  const reason = chance.oneOf(['Does not fit', 'Not as described', 'Damaged', 'Changed my mind'])
  const over = way.at(-1)?.at ?? placedAt
  const afterMs = over.getTime() - placedAt.getTime() + within(order, -12, 5) * DAY_MS
  const back = step(order, afterMs, (deps) =>
    refund(deps, order, {
      ...{ type: 'RequestRefund', orderId, refundId: refundId(order), amount: null },
      ...{ lines: [{ sku, quantity }], restock: reason !== 'Damaged', cancelsOrder: false, reason },
    }),
  )
  return [...way, back].toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

/** Some of the money, long after it is over. */
const goodwill = (order: PlannedOrder): Step => {
  const { id: orderId, lines } = order
  const amount = Math.max(50, Math.round((lines[0]?.unitPrice.amount ?? 0) * within(order, 0.1, 0.3)))
  return step(order, within(order, 40, 60) * DAY_MS, (deps) =>
    refund(deps, order, {
      ...{ type: 'RequestRefund', orderId, refundId: refundId(order), lines: [], restock: false },
      ...{ amount: { amount, currency: 'EUR' }, cancelsOrder: false, reason: 'Goodwill' },
    }),
  )
}

/** Taken back before it is sent; the provider says no at first. */
const refundedAtSecondTry = (order: PlannedOrder): Step[] => {
  const { id: orderId } = order
  const support = staff('support')
  const hours = within(order, 0.2, 5)
  return [
    step(order, hours * HOUR_MS, (deps) => cancel(deps, order)),
    step(order, (hours + within(order, 1, 30)) * HOUR_MS, async (deps) => {
      const what = { type: 'RetryRefund', orderId, refundId: `${orderId}-cancelled` } as const
      await move(deps, order, 'retry', support, what)
      await resumed(deps, order)
    }),
  ]
}

const accepted = (
  { id }: PlannedOrder,
  what: string,
  outcome: { readonly accepted: true } | { readonly accepted: false; readonly rejection: { type: string } },
): void => {
  if (!outcome.accepted)
    throw new SeedError(`The order ${id}`, `${what}: refused, ${JSON.stringify(outcome.rejection)}`)
}
