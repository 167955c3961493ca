import { expect } from 'chai'
import { cancelOrder } from '../commands/cancel-order.ts'
import { completeOrder } from '../commands/complete-order.ts'
import { expireOrder } from '../commands/expire-order.ts'
import { createCommandHandler } from '../commands/handle.ts'
import { moveOrder, type OrderMove } from '../commands/move-order.ts'
import { isOutage } from '../commands/outage.ts'
import { placeOrder, type PlaceOrderDeps } from '../commands/place-order.ts'
import { preauthorizePayment } from '../commands/preauthorize-payment.ts'
import { reportPayment } from '../commands/report-payment.ts'
import { createWalletAccount } from '../commands/wallet-account.ts'
import { createMemoryStore, type MemoryStore } from '../eventstore/testing/memory-store.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import { intercept } from '../gateways/payments/intercept.ts'
import type { PaymentProvider } from '../gateways/payments/provider.ts'
import { createProviders } from '../gateways/payments/providers.ts'
import { createSimulator } from '../gateways/payments/simulator.ts'
import { memoryLedger } from '../gateways/payments/testing/memory-ledger.ts'
import { createWalletProvider } from '../gateways/payments/wallet.ts'
import { drive } from './driver.ts'
import { orderProcess, wakeUps } from './order-process.ts'
import { Crash, crashing, unanswered, type Interruptible, type Moment } from './testing/interruptions.ts'
import { brokenLaws } from './testing/laws.ts'
import {
  booksOf,
  eur,
  outsider,
  prepare,
  pricing,
  registry,
  shippingAddress,
} from './testing/memory-books.ts'

const orderId = 'o1'
const total = eur(2_963)
const begun = {
  orderIds: [orderId],
  received: new Map([
    ['A', 3],
    ['B', 3],
  ]),
  toppedUp: new Map([['c1', 5_000]]),
}
const LATE_MS = 2_500

/** A shop in memory. */
const openShop = () => {
  let time = Date.parse('2026-01-01T00:00:00.000Z')
  const now = (): Date => new Date((time += 1))
  const store: MemoryStore = createMemoryStore({ registry, now })
  const ledger = memoryLedger()
  const simulator = createSimulator(ledger, {
    clock: { now },
    delay: (ms) => (ms > LATE_MS ? Promise.reject(new Error('too late')) : Promise.resolve()),
  })
  const instance = (
    through: Pick<Interruptible, 'store' | 'provider'> = { store: (same) => same, provider: (same) => same },
  ): PlaceOrderDeps => {
    const sleep = (): Promise<void> => Promise.resolve()
    const handler = createCommandHandler({ store: through.store(store), sleep })
    const wallet = createWalletProvider(createWalletAccount({ handler, now, sleep }))
    return {
      handler,
      now,
      providers: createProviders(
        { prefix: 'sim_', provider: through.provider(simulator) },
        { prefix: 'wallet', provider: through.provider(wallet) },
      ),
      reservationMinutes: 15,
      pricing,
    }
  }
  return { store, ledger, now, instance, pass: (minutes: number) => (time += minutes * 60_000) }
}
type Shop = ReturnType<typeof openShop>

/** Done by a process; repeated by whoever wanted it where that ends, or gets no answer. */
type Part = (shop: Shop, deps: PlaceOrderDeps) => Promise<unknown>

const wakeUpsIn = (store: MemoryStore): StoredEvent[] =>
  store.events(`order-${orderId}`).filter(({ type }) => wakeUps.some((known) => known === type))

const place =
  (paymentMethodId: string | null): Part =>
  (_shop, deps) => {
    const lines = ['A', 'B'].map((sku) => ({
      ...{ productId: `p-${sku}`, sku, name: 'A thing', quantity: 1 },
      unitPrice: eur(1_000),
    }))
    const input = { orderId, customerId: 'c1', lines, shippingAddress, paymentMethodId }
    return placeOrder(deps, input, outsider('place'))
  }
const process: Part = async ({ store }, deps) => {
  const cause = wakeUpsIn(store).at(-1)
  if (cause === undefined) throw new Error('nothing has happened')
  return drive(deps, orderProcess, orderId, cause)
}
const cancel: Part = (_shop, deps) =>
  cancelOrder(deps, { orderId, by: 'customer', detail: null }, outsider('cancel'))
const preauthorize: Part = (_shop, deps) =>
  preauthorizePayment(deps, { orderId, amount: total, paymentMethodId: 'sim_approve' }, outsider('preauth'))
const report: Part = ({ pass }, deps) => {
  pass(1)
  const result = { kind: 'authorized', amount: total, providerReference: `sim_${orderId}` } as const
  return reportPayment(deps, { paymentId: orderId, reportId: 'r1', result }, outsider('webhook'))
}
const expire: Part = ({ pass }, deps) => {
  pass(20)
  return expireOrder(deps, orderId, outsider('expire'))
}
const move =
  (wanted: OrderMove): Part =>
  (_shop, deps) =>
    moveOrder(deps, wanted, outsider(JSON.stringify(wanted)))
/** The process ends right after the provider has captured, and nobody has written it down. */
const captureUnheard: Part = (shop) => {
  const dying: Pick<Interruptible, 'store' | 'provider'> = {
    store: (same) => same,
    provider: (provider: PaymentProvider) =>
      intercept(provider, async (operation, _request, call) => {
        const result = await call()
        if (operation === 'capture') throw new Crash('after the capture')
        return result
      }),
  }
  return process(shop, shop.instance(dying)).catch((error: unknown) => {
    if (!(error instanceof Crash)) throw error
  })
}

const refund = { type: 'RequestRefund', orderId, cancelsOrder: false, reason: 'scratched' } as const
const goods = [{ sku: 'A', quantity: 1 }]
const ship = (sku: string): Part =>
  move({
    ...{ type: 'DispatchShipment', orderId, shipmentId: sku, carrier: 'DHL', trackingNumber: '1' },
    lines: [{ sku, quantity: 1 }],
  })
const deliver = (sku: string): Part => move({ type: 'DeliverShipment', orderId, shipmentId: sku })
const complete: Part = (_shop, deps) => completeOrder(deps, orderId, outsider('complete'))
const retry: Part = move({ type: 'RetryRefund', orderId, refundId: `${orderId}-cancelled` })

interface Saga {
  readonly parts: readonly Part[]
  readonly status: string
  readonly effects: readonly string[]
}
const bought = ['authorize', 'capture']
const sagas: Readonly<Record<string, Saga>> = {
  'checkout, paid with the order': {
    parts: [place('sim_approve'), process],
    status: 'paid',
    effects: bought,
  },
  'checkout, with the wallet': { parts: [place('wallet'), process], status: 'paid', effects: [] },
  'checkout, answered too late': {
    parts: [place('sim_timeout_then_approved'), process],
    status: 'paid',
    effects: bought,
  },
  'checkout, declined': { parts: [place('sim_decline'), process], status: 'cancelled', effects: [] },
  'checkout, capture refused': {
    parts: [place('sim_fail_capture'), process],
    status: 'cancelled',
    effects: ['authorize', 'void'],
  },
  'checkout, paid once it is reserved': {
    parts: [place(null), process, preauthorize, process],
    status: 'paid',
    effects: bought,
  },
  'checkout, by webhook': {
    parts: [place('sim_webhook_approve'), process, report, process],
    status: 'paid',
    effects: bought,
  },
  'expiry, and a webhook that comes too late': {
    parts: [place('sim_webhook_approve'), process, expire, process, report],
    status: 'expired',
    effects: ['authorize', 'void'],
  },
  'cancellation before payment': {
    parts: [place(null), process, cancel, process],
    status: 'cancelled',
    effects: [],
  },
  'cancellation after payment': {
    parts: [place('sim_approve'), process, cancel, process],
    status: 'cancelled',
    effects: [...bought, 'refund'],
  },
  'cancellation after payment with the wallet': {
    parts: [place('wallet'), process, cancel, process],
    status: 'cancelled',
    effects: [],
  },
  'a capture that nobody has heard of when the order is cancelled': {
    parts: [place('sim_approve'), captureUnheard, cancel, process],
    status: 'cancelled',
    effects: [...bought, 'refund'],
  },
  'a refund that fails once, and is tried again': {
    parts: [place('sim_fail_refund_once'), process, cancel, process, retry, process],
    status: 'cancelled',
    effects: [...bought, 'refund'],
  },
  'partial refunds, by amount and by line with restocking': {
    parts: [
      place('sim_approve'),
      process,
      move({ ...refund, refundId: 'r1', amount: eur(100), lines: [], restock: false }),
      process,
      move({ ...refund, refundId: 'r2', amount: null, lines: goods, restock: true }),
      process,
    ],
    status: 'paid',
    effects: [...bought, 'refund', 'refund'],
  },
  fulfilment: {
    parts: [place('sim_approve'), process, ship('A'), ship('B'), deliver('A'), deliver('B'), complete],
    status: 'completed',
    effects: bought,
  },
}

const MOST_TRIES = 5

const play = async (parts: readonly Part[], shop: Shop, interruption: Interruptible): Promise<void> => {
  let deps = shop.instance(interruption)
  for (const part of parts) {
    for (let tries = 1; ; tries += 1) {
      try {
        await part(shop, deps)
        break
      } catch (error) {
        if (error instanceof Crash) deps = shop.instance()
        else if (!isOutage(error) || tries === MOST_TRIES) throw error
      }
    }
  }
}

const ends: Readonly<Record<string, (call: number, moment: Moment) => Interruptible>> = {
  'the process ends': crashing,
  'no answer comes': unanswered,
}

describe('every saga, at every call that leaves its process', () => {
  for (const [name, { parts, status, effects }] of Object.entries(sagas)) {
    for (const [what, interruptAt] of Object.entries(ends)) {
      for (const moment of ['before', 'after'] as const) {
        it(`${name}: ${what} ${moment} it takes effect; then all events come twice, the newest first`, async () => {
          let points = 0
          for (let call = 1; ; call += 1) {
            const shop = openShop()
            await prepare(shop.store, shop.now, begun)
            const interruption = interruptAt(call, moment)
            await play(parts, shop, interruption)
            if (!interruption.reached()) break
            points += 1
            const causes = wakeUpsIn(shop.store).toReversed()
            for (const cause of [...causes, ...causes]) {
              expect(await drive(shop.instance(), orderProcess, orderId, cause)).to.deep.equal({
                kind: 'waiting',
              })
            }
            const books = await booksOf(shop.store, shop.ledger, begun)
            const at = `interrupted at call ${call}`
            expect(brokenLaws(books), at).to.deep.equal([])
            expect(books.orders[0]?.status, at).to.equal(status)
            expect(
              books.effects.get(orderId)?.map(({ kind }) => kind),
              at,
            ).to.deep.equal(effects)
          }
          expect(points).to.be.greaterThan(5)
        })
      }
    }
  }
})
