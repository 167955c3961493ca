import { orders, payments } from '../../commands/aggregates.ts'
import type { OrderEvent } from '../../domain/order/events.ts'
import { isIn, outstanding, refundsOf, type PlacedOrder } from '../../domain/order/state.ts'
import type { Payment } from '../../domain/payment/state.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import { ProviderUnavailableError } from '../../gateways/payments/provider.ts'
import { intercept } from '../../gateways/payments/intercept.ts'
import { carryOut, type Deadline } from '../../processes/deadlines.ts'
import { takeStep } from '../../processes/driver.ts'
import { reactTo } from '../../processes/failures.ts'
import { orderProcess } from '../../processes/order-process.ts'
import { eur, outsider, prepare } from '../../processes/testing/memory-books.ts'
import {
  begun,
  cancel,
  captureUnheard,
  deliver,
  goods,
  move,
  openMemoryShop,
  orderId,
  place,
  preauthorize,
  refund,
  report,
  ship,
  type MemoryShop,
  type Part,
} from '../../processes/testing/memory-shop.ts'
import { progressAfter, type OrderProgress } from '../../projections/order-progress.ts'
import { limitsOf, stepOf, STEPS } from '../../projections/sagas/steps.ts'
import { walk } from './walk.ts'

export type Actor = 'process' | 'customer' | 'provider' | 'staff' | 'warehouse' | 'carrier' | 'clock'

/** Something that is done to an order, and how a person would say it. */
interface Deed {
  readonly actor: Actor
  readonly says: string
  readonly part: Part
}

/** A shop, and all that was done in it so far: it can be had again at any time by doing it again. */
interface World {
  readonly stock: 'full' | 'sold out'
  readonly method: string | null
  readonly deeds: readonly Deed[]
}

/** Where an order stands, for people and for what follows. */
export interface Situation {
  readonly order: PlacedOrder
  readonly payment: Payment
  /** What the table of processes has as the next step. */
  readonly step: string | undefined
  /** Who has to do something, as the read model of sagas says; undefined where nothing is left to do. */
  readonly waitsFor: string | undefined
  /** Whether the sweep takes it up after a while. */
  readonly isSwept: boolean
  /** What the provider has done, known or not. */
  readonly effects: readonly string[]
}

export interface Transition {
  /** null: the order is not placed yet. */
  readonly from: Situation | null
  readonly to: Situation
  readonly actor: Actor
  readonly says: string
  /** What was appended to the order by it. */
  readonly events: readonly OrderEvent[]
  /** What came of it beside events: who is waited for, what is done about a failure, that a deadline was stale. */
  readonly outcome: string | undefined
}

const METHODS = [
  'sim_approve',
  'sim_decline',
  'sim_fail_capture',
  'sim_timeout_then_approved',
  'sim_webhook_approve',
  'sim_fail_refund_once',
  'sim_fail_refund_later',
]
/** Those that nothing new would be seen of once the order is paid. */
const ONLY_CHECKOUT = ['sim_timeout_then_approved', 'sim_webhook_approve']

interface Seen extends World {
  readonly situation: Situation | null
  /** Of the last deed. */
  readonly events: readonly OrderEvent[]
  readonly outcome: string | undefined
}

/** Every transition of an order that people, providers, deadlines and its process can bring about in a shop that is worth a diagram. */
export const walkTheShop = async (): Promise<readonly Transition[]> => {
  const starts: Seen[] = [null, ...METHODS].flatMap((method) =>
    (['full', 'sold out'] as const).map((stock) => ({
      ...{ stock, method, deeds: [], situation: null, events: [], outcome: undefined },
    })),
  )
  const ways = await walk(starts, keyOf, async (seen) => {
    const next: { by: string; to: Seen }[] = []
    for (const deed of deedsIn(seen)) {
      const to = await after({ stock: seen.stock, method: seen.method, deeds: [...seen.deeds, deed] })
      if (to !== undefined) next.push({ by: deed.says, to })
    }
    return next
  })
  return ways.flatMap(({ from, to }) => {
    const deed = to.deeds.at(-1)
    if (deed === undefined || to.situation === null) return []
    const { actor } = deed
    const { situation, events, outcome } = to
    const says = outcome === NO_ANSWER ? `${deed.says}, no answer of the provider` : deed.says
    return [{ from: from.situation, to: situation, actor, says, events, outcome }]
  })
}

/** Where two orders stand at the same place, the same can be done to them, and the same comes of it. */
const keyOf = ({ stock, method, situation }: Seen): string => {
  if (situation === null) return `${stock} ${method ?? '-'}`
  const { order, payment } = situation
  const { status, paymentMethodId } = order
  const refunds = refundsOf(order).map((each) => [each.refundId, each.status, Math.min(each.tries, 2)])
  const isOpen = isIn(order, 'placed', 'reserved')
  const reason = isOpen ? order.cancelling?.reason : 'reason' in order ? order.reason : undefined
  const shipments = 'shipments' in order ? order.shipments.map((each) => each.delivered) : []
  const isCaptured = situation.effects.includes('capture')
  return JSON.stringify([
    ...[stock, method, status, paymentMethodId, reason, payment.status],
    ...[isCaptured, refunds, shipments],
  ])
}

/** What may be done there. */
const deedsIn = ({ situation, method }: Seen): readonly Deed[] => {
  if (situation === null) {
    const how = method === null ? 'to pay later' : 'with a payment method'
    return [{ actor: 'customer', says: `places it ${how}`, part: place(method) }]
  }
  const { order, payment, step } = situation
  const open = isIn(order, 'placed', 'reserved') && order.cancelling === null
  const deeds: Deed[] = []
  const may = (actor: Actor, says: string, part: Part): void => {
    deeds.push({ actor, says, part })
  }
  if (step !== undefined) {
    may('process', step, oneStep)
    may('process', step, cutOff(oneStep))
  }
  const isUnheard = situation.effects.includes('capture') && payment.status === 'authorized'
  if (step === 'pay' && order.paymentMethodId === 'sim_approve' && !isUnheard)
    may('process', UNHEARD, unheard)
  if (open && order.paymentMethodId === null && order.status === 'reserved') {
    for (const each of METHODS) may('customer', 'chooses how to pay', preauthorize(each))
  }
  if (payment.status === 'pending' && payment.paymentMethodId === 'sim_webhook_approve') {
    may('provider', 'reports that it holds the money', report('authorized'))
    may('provider', 'reports that it declines', report('declined'))
  }
  if (isIn(order, 'placed', 'reserved', 'paid', 'fulfilling')) may('customer', 'cancels', cancel)
  may('clock', 'finds that the time to pay is over', deadline('payment'))
  may('clock', 'finds that the time to complain is over', deadline('completion'))
  if (ONLY_CHECKOUT.includes(order.paymentMethodId ?? '')) return deeds
  if (isIn(order, 'paid', 'fulfilling')) {
    const left = outstanding(order)
    const [first] = left
    if (first !== undefined)
      may('warehouse', left.length > 1 ? 'dispatches a part' : 'dispatches the rest', ship(first.sku))
  }
  if (isIn(order, 'fulfilling', 'shipped')) {
    const travelling = order.shipments.filter((each) => !each.delivered)
    const [first] = travelling
    if (first !== undefined) may('carrier', 'delivers a shipment', deliver(first.shipmentId))
  }
  if (isIn(order, 'paid', 'delivered', 'completed') && order.refunds.length === 0) {
    may(
      'staff',
      'refunds an amount',
      move({ ...refund, refundId: 'r1', amount: eur(100), lines: [], restock: false }),
    )
    const takesBack = order.status === 'paid' ? 'refunds goods that have not left' : 'takes goods back'
    may('staff', takesBack, move({ ...refund, refundId: 'r1', amount: null, lines: goods, restock: true }))
  }
  for (const { refundId, status, tries } of refundsOf(order)) {
    if (status === 'settled' && tries === 1 && order.paymentMethodId === 'sim_fail_refund_later')
      may('provider', 'reports that the refund failed after all', report('refund_failed', refundId))
    if (status === 'failed')
      may('staff', 'retries the refund', move({ type: 'RetryRefund', orderId, refundId }))
  }
  return deeds
}

const UNHEARD = 'pay, crash once the money is captured'
const unheard: Part = async (shop, deps) => {
  await captureUnheard(shop, deps)
  return { kind: 'unheard' }
}

const deadline =
  (kind: Deadline['kind']): Part =>
  async ({ pass }, deps) => {
    pass(60 * 24 * 30)
    const kept = await carryOut(deps, { orderId, kind, causationId: 'test', correlationId: 'test' })
    return kept ? undefined : { kind: 'stale' }
  }

/** The next step of the table, and no more. */
const oneStep: Part = async (_shop, deps) => {
  const { state } = await deps.handler.load(orders, orderId)
  const step = state.status === 'none' ? undefined : orderProcess(state)
  if (step === undefined || state.status === 'none') throw new Error(`Nothing is to be done: ${state.status}`)
  const result = await takeStep(deps, step, state, outsider(`${orderId}/${step.name}`))
  return result.kind === 'done' ? undefined : result
}

/** What the provider answers gets lost. */
const cutOff =
  (part: Part): Part =>
  (shop) =>
    part(
      shop,
      shop.instance({
        store: (same) => same,
        provider: (provider) =>
          intercept(provider, async (operation, _request, call) => {
            await call()
            throw new ProviderUnavailableError(provider.name, operation, new Error('cut off'))
          }),
      }),
    )

/** undefined where the last deed could not be done, or changed nothing and said nothing. */
const after = async ({ stock, method, deeds }: World): Promise<Seen | undefined> => {
  const shop = openMemoryShop()
  const received = stock === 'full' ? begun.received : new Map([['A', 3]])
  await prepare(shop.store, shop.now, { ...begun, received })
  let before = 0
  let outcome: string | undefined
  for (const deed of deeds) {
    before = shop.store.events(`order-${orderId}`).length
    outcome = await done(deed, () => deed.part(shop, shop.instance()))
  }
  const stored = shop.store.events(`order-${orderId}`)
  const events = stored.slice(before) as unknown as readonly OrderEvent[]
  if (events.length === 0 && outcome === undefined) return undefined
  return { stock, method, deeds, events, outcome, situation: await situationIn(shop) }
}

const NO_ANSWER = 'waits, and tries again'
const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['waiting', 'waits for the provider to report'],
  ['stale', 'nothing, it is stale'],
  ['unheard', 'nobody has written it down'],
])

/** What came of it, where that is more than events. */
const done = async ({ actor }: Deed, work: () => Promise<unknown>): Promise<string | undefined> => {
  try {
    const result = await work()
    if (typeof result !== 'object' || result === null || !('kind' in result)) return undefined
    return typeof result.kind === 'string' ? OUTCOMES.get(result.kind) : undefined
  } catch (error) {
    const reaction = reactTo(error, 1)
    if (reaction.kind !== 'retry_after' || reaction.because !== 'outage') throw error
    return actor === 'process' ? NO_ANSWER : undefined
  }
}

const situationIn = async ({ instance, store, ledger }: MemoryShop): Promise<Situation | null> => {
  const { state: order } = await instance().handler.load(orders, orderId)
  if (order.status === 'none') return null
  const stored = store.events(`order-${orderId}`) as readonly StoredEvent<OrderEvent>[]
  const progress = stored.reduce<OrderProgress | undefined>(progressAfter, undefined)
  const name = progress === undefined ? undefined : stepOf(progress)
  const limits = progress && name && limitsOf(name, new Date(0).toISOString(), progress)
  return {
    order,
    payment: (await instance().handler.load(payments, orderId)).state,
    step: orderProcess(order)?.name,
    waitsFor: name === undefined ? undefined : STEPS[name].waitsFor,
    isSwept: limits !== undefined && limits.sweepAt !== null,
    effects: (await ledger.effects(orderId)).map(({ kind }) => kind),
  }
}
