import type { InventoryItem } from '../../domain/inventory-item/state.ts'
import { refundsOf, type Order, type PlacedOrder } from '../../domain/order/state.ts'
import type { Payment } from '../../domain/payment/state.ts'
import type { Wallet } from '../../domain/wallet/state.ts'
import type { SimulatedEffect } from '../../gateways/payments/simulator-ledger.ts'

/** A shop that has come to rest, and what its payment providers say. */
export interface Books {
  readonly orders: readonly PlacedOrder[]
  readonly payments: ReadonlyMap<string, Payment>
  /** What the simulator has done, by payment. */
  readonly effects: ReadonlyMap<string, readonly SimulatedEffect[]>
  /** By sku, with how many pieces were ever received. */
  readonly items: ReadonlyMap<string, { readonly item: InventoryItem; readonly received: number }>
  /** By customer, with how much was ever put in, in minor units. */
  readonly wallets: ReadonlyMap<string, { readonly wallet: Wallet; readonly toppedUp: number }>
}

/** What is not as it has to be, each in a sentence; none where all laws hold. */
export const brokenLaws = (books: Books): string[] => [
  ...books.orders.flatMap((order) => [
    ...stuck(order),
    ...oneEffectEach(order, books),
    ...moneyIsAsTheOrderSays(order, books),
    ...recordsAgree(order, books),
  ]),
  ...stockIsConserved(books),
  ...walletsAddUp(books),
]

const KEPT = ['paid', 'fulfilling', 'shipped', 'delivered', 'completed'] as const

/** Nothing is left under way. What failed at the provider for good waits for an operator, and says so. */
const stuck = (order: PlacedOrder): string[] => {
  const { orderId, status } = order
  const isUnderWay = status === 'placed' || status === 'reserved' || status === 'refund_pending'
  const pending = refundsOf(order).filter((refund) => refund.status === 'pending')
  return [
    ...(isUnderWay ? [`${orderId} is stuck: ${status}`] : []),
    ...pending.map(({ refundId }) => `${orderId} is stuck: its refund ${refundId} is pending`),
  ]
}

const effectsOf = ({ orderId }: PlacedOrder, { effects }: Books): readonly SimulatedEffect[] =>
  effects.get(orderId) ?? []

/** The provider held, took, and let go the money once at most, and each refund was made once. */
const oneEffectEach = (order: PlacedOrder, books: Books): string[] => {
  const { orderId } = order
  const done = effectsOf(order, books)
  const count = (kind: SimulatedEffect['kind']): number =>
    done.filter((effect) => effect.kind === kind).length
  const refundKeys = done
    .filter(({ kind }) => kind === 'refund')
    .map(({ idempotencyKey }) => refundOf(idempotencyKey))
  const said = done.map(({ kind }) => kind).join(', ')
  return [
    ...(['authorize', 'capture', 'void'] as const).flatMap((kind) =>
      count(kind) > 1 ? [`${orderId}: the provider was made to ${kind} ${count(kind)} times`] : [],
    ),
    ...(count('capture') > 0 && count('void') > 0 ? [`${orderId} was captured and voided: ${said}`] : []),
    ...(count('authorize') > count('capture') + count('void')
      ? [`${orderId}: money is held for good: ${said}`]
      : []),
    ...(new Set(refundKeys).size < refundKeys.length ? [`${orderId}: a refund was made twice: ${said}`] : []),
  ]
}

/** Keys are `<payment>/refund/<refund>/<try>`. */
const refundOf = (idempotencyKey: string): string => idempotencyKey.split('/').slice(0, -1).join('/')

/** In minor units: captured and not given back. */
const taken = (order: PlacedOrder, books: Books): number => {
  const { orderId, customerId } = order
  const bySimulator = effectsOf(order, books).reduce((sum, { kind, amount }) => {
    if (kind === 'capture') return sum + (amount?.amount ?? 0)
    return kind === 'refund' ? sum - (amount?.amount ?? 0) : sum
  }, 0)
  const wallet = books.wallets.get(customerId)?.wallet
  const hold = wallet?.holds.get(orderId)
  const credited =
    wallet?.credits.filter((_, id) => id.startsWith(`${orderId}/`)).reduce((sum, each) => sum + each, 0) ?? 0
  return bySimulator + (hold?.status === 'captured' ? hold.captured : 0) - credited
}

/** Captures − refunds is what the order says. */
const moneyIsAsTheOrderSays = (order: PlacedOrder, books: Books): string[] => {
  const expected = owed(order)
  const actual = taken(order, books)
  return actual === expected
    ? []
    : [`${order.orderId} is ${order.status}: ${expected} should have been taken, and ${actual} was`]
}

const owed = (order: PlacedOrder): number => {
  const settled = refundsOf(order)
    .filter(({ status }) => status === 'settled')
    .reduce((sum, { amount }) => sum + amount.amount, 0)
  switch (order.status) {
    case 'placed':
    case 'reserved':
    case 'cancelled':
    case 'expired':
      return 0
    default:
      return (order.payment?.amount ?? order.totals.total).amount - settled
  }
}

/** The payment's own stream tells what its provider did. */
const recordsAgree = (order: PlacedOrder, books: Books): string[] => {
  const payment = books.payments.get(order.orderId)
  if (payment === undefined || !('captured' in payment)) {
    return isKept(order) ? [`${order.orderId} is ${order.status} without a capture on record`] : []
  }
  const recorded =
    payment.captured.amount - payment.refunds.reduce((sum, { amount }) => sum + amount.amount, 0)
  const actual = taken(order, books)
  return recorded === actual
    ? []
    : [`${order.orderId}: ${recorded} was taken on record, and ${actual} in truth`]
}

const isKept = (order: Order): boolean => KEPT.some((status) => status === order.status)

/** What was received is on the shelf or was sold; nothing is kept for orders that are at rest. */
const stockIsConserved = ({ orders, items }: Books): string[] =>
  [...items].flatMap(([sku, { item, received }]) => {
    const sold = orders.reduce((sum, order) => sum + soldOf(order, sku), 0)
    return [
      ...(item.reserved === 0 ? [] : [`${sku}: ${item.reserved} are still reserved`]),
      ...(item.available < 0 ? [`${sku}: ${item.available} are available`] : []),
      ...(item.available + item.reserved + sold === received
        ? []
        : [
            `${sku}: of ${received} received ${item.available} are available, ${item.reserved} reserved, ${sold} sold`,
          ]),
    ]
  })

const soldOf = (order: PlacedOrder, sku: string): number => {
  const isPaid = order.status !== 'placed' && order.status !== 'reserved' && order.payment !== null
  if (!isPaid) return 0
  const quantityIn = (lines: readonly { readonly sku: string; readonly quantity: number }[]): number =>
    lines.find((line) => line.sku === sku)?.quantity ?? 0
  return refundsOf(order)
    .filter(({ restocked }) => restocked)
    .reduce((left, { lines }) => left - quantityIn(lines), quantityIn(order.lines))
}

/** What came in is there, held, or was spent; nothing is held for orders that are at rest. */
const walletsAddUp = ({ wallets }: Books): string[] =>
  [...wallets].flatMap(([customerId, { wallet, toppedUp }]) => {
    const spent = wallet.holds.reduce(
      (sum, hold) => sum + (hold.status === 'captured' ? hold.captured : 0),
      0,
    )
    const credited = wallet.credits.reduce((sum, each) => sum + each, 0)
    return [
      ...(wallet.held === 0 ? [] : [`the wallet of ${customerId} still holds ${wallet.held}`]),
      ...(wallet.available < 0 ? [`the wallet of ${customerId} has ${wallet.available}`] : []),
      ...(wallet.available + wallet.held === toppedUp + credited - spent
        ? []
        : [
            `the wallet of ${customerId} has ${wallet.available}, but got ${toppedUp} and ${credited} and spent ${spent}`,
          ]),
    ]
  })
