import { cancelOrder } from '../../../commands/cancel-order.ts'
import type { CommandContext } from '../../../commands/context.ts'
import { expireOrder } from '../../../commands/expire-order.ts'
import { moveOrder, type OrderMove } from '../../../commands/move-order.ts'
import { isOutage } from '../../../commands/outage.ts'
import { placeOrder, type PlaceOrderDeps } from '../../../commands/place-order.ts'
import { preauthorizePayment } from '../../../commands/preauthorize-payment.ts'
import { reportPayment } from '../../../commands/report-payment.ts'
import { captureByHand, voidByHand } from '../../../commands/settle-payment.ts'
import { orders } from '../../../commands/aggregates.ts'
import { refundsOf } from '../../../domain/order/state.ts'
import { createSimulatorVerifier } from '../../../gateways/payments/simulator-verifier.ts'
import { deliverDueWebhooks } from '../../../gateways/payments/simulator-webhooks.ts'
import { pino } from 'pino'
import { eur, outsider, shippingAddress, type Begun } from '../memory-books.ts'
import type { Stage } from './stage.ts'
import type { Task } from './world.ts'

/** What people want of a shop, and what it begins with. */
export interface Story extends Begun {
  readonly tasks: readonly Task<PlaceOrderDeps>[]
  /** Deadlines come, providers tell what they have not told yet, and an operator tries again what has failed. */
  readonly endOfDay: (round: number) => readonly Task<PlaceOrderDeps>[]
}

const METHODS = [
  'sim_approve',
  'wallet',
  'sim_decline',
  'sim_slow',
  'sim_insufficient_funds',
  'sim_timeout_then_approved',
  'sim_timeout_then_declined',
  'sim_fail_capture',
  'sim_fail_refund_once',
  'sim_fail_refund',
  'sim_fail_refund_later',
  'sim_webhook_approve',
  'sim_webhook_decline',
] as const

const SKUS = ['A', 'B']
const PRICE = 1_000
const MOST_TRIES = 8
const SECRET = 'signs webhooks of the simulation'
const logger = pino({ level: 'silent' })

type Attempt = (deps: PlaceOrderDeps, context: CommandContext) => Promise<boolean>

/**
 * Tasks of people: whoever gets no answer asks again, with the same command id, until he gives up. `attempt` resolves with whether
 * it was the time for it.
 */
const wish = (name: string, attempt: Attempt): Task<PlaceOrderDeps> => ({
  name,
  triesLeft: MOST_TRIES,
  run: async (deps) => {
    try {
      return (await attempt(deps, outsider(name))) ? 'done' : 'again'
    } catch (error) {
      if (isOutage(error)) return 'again'
      throw error
    }
  },
})

export const storyOf = (stage: Stage): Story => {
  const { whether, choose } = stage
  const buyers = Array.from({ length: choose([1, 2, 3]) }, (_, index) => buyerOf(stage, `o${index + 1}`))
  const passing = wish('time passes', () => {
    stage.pass(20 * 60_000)
    return Promise.resolve(true)
  })
  return {
    orderIds: buyers.map(({ orderId }) => orderId),
    received: new Map(SKUS.map((sku) => [sku, choose([5, 1, 2])])),
    toppedUp: new Map(
      [['c1', choose([10_000, 1_773, 0])]].filter(([, amount]) => amount !== 0) as [string, number][],
    ),
    tasks: [...buyers.flatMap(({ tasks }) => tasks), ...(whether(0.2) ? [passing] : [])],
    endOfDay: (round) => [
      sendWebhooks(stage),
      ...buyers.flatMap(({ orderId }) => [
        expire(orderId, round),
        ...(round === 1 ? [] : [retryRefunds(orderId, round)]),
      ]),
    ],
  }
}

interface Buyer {
  readonly orderId: string
  readonly tasks: readonly Task<PlaceOrderDeps>[]
}

const buyerOf = (stage: Stage, orderId: string): Buyer => {
  const { whether, choose } = stage
  const method = choose(METHODS)
  const isLater = whether(0.3)
  const skus = whether(0.3) ? SKUS : [choose(SKUS)]
  const sku = skus[0] ?? 'A'
  const goods = [{ sku, quantity: 1 }]
  const perhaps = (rate: number, ...tasks: Task<PlaceOrderDeps>[]): Task<PlaceOrderDeps>[] =>
    whether(rate) ? tasks : []
  const refund = { type: 'RequestRefund', orderId, cancelsOrder: false, reason: 'scratched' } as const

  return {
    orderId,
    tasks: [
      place(orderId, skus, isLater ? null : method),
      ...(isLater ? [preauthorize(orderId, method)] : []),
      ...(method.startsWith('sim_webhook') ? [sendWebhooks(stage)] : []),
      ...perhaps(0.35, cancel(orderId)),
      ...perhaps(0.2, expire(orderId, 0)),
      ...perhaps(0.1, voided(orderId)),
      ...perhaps(0.1, captured(orderId)),
      ...perhaps(
        0.2,
        move('refund by amount', { ...refund, refundId: 'r1', amount: eur(300), lines: [], restock: false }),
      ),
      ...perhaps(
        0.2,
        move('return', { ...refund, refundId: 'r2', amount: null, lines: goods, restock: true }),
      ),
      ...perhaps(
        0.2,
        move('refund of all', { ...refund, refundId: 'r3', amount: eur(PRICE), lines: [], restock: false }),
      ),
      ...perhaps(0.3, ...fulfilment(orderId, skus)),
      ...perhaps(0.3, retryRefunds(orderId, 0)),
    ],
  }
}

const place = (
  orderId: string,
  skus: readonly string[],
  paymentMethodId: string | null,
): Task<PlaceOrderDeps> =>
  wish(`place ${orderId} (${paymentMethodId ?? 'paid later'})`, async (deps, context) => {
    const lines = skus.map((sku) => ({
      ...{ productId: `product-${sku}`, sku, name: 'A thing', quantity: 1 },
      unitPrice: eur(PRICE),
    }))
    const input = { orderId, customerId: 'c1', lines, shippingAddress, paymentMethodId }
    const outcome = await placeOrder(deps, input, context)
    if (!outcome.accepted && outcome.rejection.type !== 'order_exists') {
      throw new Error(`${orderId} was refused: ${outcome.rejection.type}`)
    }
    return true
  })

const preauthorize = (orderId: string, paymentMethodId: string): Task<PlaceOrderDeps> =>
  wish(`preauthorize ${orderId} with ${paymentMethodId}`, async (deps, context) => {
    const { state } = await deps.handler.load(orders, orderId)
    if (state.status === 'none') return false
    const input = { orderId, amount: state.totals.total, paymentMethodId }
    const answer = await preauthorizePayment(deps, input, context)
    return answer.kind !== 'refused' || answer.refusal.type !== 'order_not_reserved'
  })

const cancel = (orderId: string): Task<PlaceOrderDeps> =>
  wish(`cancel ${orderId}`, async (deps, context) => {
    const outcome = await cancelOrder(deps, { orderId, by: 'customer', detail: null }, context)
    return outcome.accepted || outcome.rejection.type !== 'order_unknown'
  })

const expire = (orderId: string, round: number): Task<PlaceOrderDeps> =>
  wish(`deadline ${round} of ${orderId}`, async (deps, context) => {
    await expireOrder(deps, orderId, context)
    return true
  })

const voided = (orderId: string): Task<PlaceOrderDeps> =>
  wish(
    `void ${orderId} by hand`,
    async (deps, context) => (await voidByHand(deps, orderId, null, context)).kind !== 'unknown',
  )

const captured = (orderId: string): Task<PlaceOrderDeps> =>
  wish(`capture ${orderId} by hand`, async (deps, context) => {
    const settling = await captureByHand(deps, orderId, context)
    return (
      settling.kind === 'settled' ||
      (settling.kind === 'refused' && settling.rejection.type === 'order_closed')
    )
  })

/** Tried again while the order is not so far. */
const move = (name: string, wanted: OrderMove): Task<PlaceOrderDeps> =>
  wish(`${name} ${wanted.orderId}`, async (deps, context) => {
    const { accepted } = await moveOrder(deps, wanted, context)
    return accepted
  })

const fulfilment = (orderId: string, skus: readonly string[]): Task<PlaceOrderDeps>[] => {
  const shipment = (sku: string): string => `s-${sku}`
  return skus.flatMap((sku) => [
    move(`ship ${sku} of`, {
      ...{
        type: 'DispatchShipment',
        orderId,
        shipmentId: shipment(sku),
        carrier: 'DHL',
        trackingNumber: '1',
      },
      lines: [{ sku, quantity: 1 }],
    }),
    move(`deliver ${sku} of`, { type: 'DeliverShipment', orderId, shipmentId: shipment(sku) }),
  ])
}

const retryRefunds = (orderId: string, round: number): Task<PlaceOrderDeps> =>
  wish(`retry refunds of ${orderId}, ${round}`, async (deps, context) => {
    const { state } = await deps.handler.load(orders, orderId)
    const failed = refundsOf(state).filter(({ status }) => status === 'failed')
    for (const { refundId } of failed) {
      const commandId = `${context.commandId}/${refundId}`
      await moveOrder(deps, { type: 'RetryRefund', orderId, refundId }, { ...context, commandId })
    }
    return failed.length > 0
  })

/** What the simulator has to tell by now is signed, checked, and told as often as it happens to be sent. */
const sendWebhooks = ({ ledger, now, pass, add, whether }: Stage): Task<PlaceOrderDeps> => {
  let sent = 0
  return wish('the simulator sends webhooks', async () => {
    pass(20)
    const verifier = createSimulatorVerifier([SECRET], { clock: { now } })
    await deliverDueWebhooks({
      ...{ ledger, secret: SECRET, logger, clock: { now } },
      deliver: ({ body, headers }) => {
        const verdict = verifier.verify(Buffer.from(body), headers)
        if (verdict.kind !== 'event') throw new Error('its own webhook was not verified')
        const { eventId, paymentId, news } = verdict.event
        const tell = (more = ''): Task<PlaceOrderDeps> =>
          wish(`webhook of ${paymentId}: ${news.kind}${more}`, async (deps, context) => {
            await reportPayment(deps, { paymentId, reportId: eventId, result: news }, context)
            return true
          })
        // providers do not give up before they are heard
        add(
          ...[tell(), ...(whether(0.4) ? [tell(', a second time')] : [])].map((task) => ({
            ...task,
            triesLeft: 100,
          })),
        )
        sent += 1
        return Promise.resolve()
      },
    })
    return sent > 0
  })
}
