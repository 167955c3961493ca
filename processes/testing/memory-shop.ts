import { cancelOrder } from '../../commands/cancel-order.ts'
import { completeOrder } from '../../commands/complete-order.ts'
import { expireOrder } from '../../commands/expire-order.ts'
import { createCommandHandler } from '../../commands/handle.ts'
import { moveOrder, type OrderMove } from '../../commands/move-order.ts'
import { placeOrder, type PlaceOrderDeps } from '../../commands/place-order.ts'
import { preauthorizePayment } from '../../commands/preauthorize-payment.ts'
import { reportPayment } from '../../commands/report-payment.ts'
import { createWalletAccount } from '../../commands/wallet-account.ts'
import { createMemoryStore, type MemoryStore } from '../../eventstore/testing/memory-store.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import { intercept } from '../../gateways/payments/intercept.ts'
import type { PaymentProvider } from '../../gateways/payments/provider.ts'
import { createProviders } from '../../gateways/payments/providers.ts'
import { createSimulator } from '../../gateways/payments/simulator.ts'
import type { SimulatorLedger } from '../../gateways/payments/simulator-ledger.ts'
import { memoryLedger } from '../../gateways/payments/memory-ledger.ts'
import { createWalletProvider } from '../../gateways/payments/wallet.ts'
import type { PaymentNews } from '../../gateways/payments/webhook.ts'
import { drive } from '../driver.ts'
import { orderProcess, wakeUps } from '../order-process.ts'
import { Crash, type Interruptible } from './interruptions.ts'
import { eur, outsider, pricing, registry, shippingAddress, type Begun } from './memory-books.ts'

export const orderId = 'o1'
/** Of the refund of an order that is cancelled after it was paid. */
export const refundId = `${orderId}-cancelled`
const total = eur(2_963)
export const begun: Begun = {
  orderIds: [orderId],
  received: new Map([
    ['A', 3],
    ['B', 3],
  ]),
  toppedUp: new Map([['c1', 5_000]]),
}
const LATE_MS = 2_500

/** A shop in memory, with one order: what sagas are walked through in. */
export interface MemoryShop {
  readonly store: MemoryStore
  readonly ledger: SimulatorLedger
  readonly now: () => Date
  /** What an instance of its own works with. */
  readonly instance: (through?: Pick<Interruptible, 'store' | 'provider'>) => PlaceOrderDeps
  readonly pass: (minutes: number) => void
}

export const openMemoryShop = (): MemoryShop => {
  let time = Date.parse('2026-01-01T00:00:00.000Z')
  const now = (): Date => new Date((time += 1))
  const store: MemoryStore = createMemoryStore({ registry, now })
  const ledger = memoryLedger()
  const simulator = createSimulator(ledger, {
    clock: { now },
    delay: (ms) => (ms > LATE_MS ? Promise.reject(new Error('too late')) : Promise.resolve()),
  })
  const instance: MemoryShop['instance'] = (
    through = { store: (same) => same, provider: (same) => same },
  ) => {
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
  return {
    store,
    ledger,
    now,
    instance,
    pass: (minutes) => {
      time += minutes * 60_000
    },
  }
}

/** Done by a process; repeated by whoever wanted it where that ends, or gets no answer. */
export type Part = (shop: MemoryShop, deps: PlaceOrderDeps) => Promise<unknown>

export const wakeUpsIn = (store: MemoryStore): StoredEvent[] =>
  store.events(`order-${orderId}`).filter(({ type }) => wakeUps.some((known) => known === type))

export const place =
  (paymentMethodId: string | null): Part =>
  (_shop, deps) => {
    const lines = ['A', 'B'].map((sku) => ({
      ...{ productId: `p-${sku}`, sku, name: 'A thing', quantity: 1 },
      unitPrice: eur(1_000),
    }))
    const input = { orderId, customerId: 'c1', lines, shippingAddress, paymentMethodId }
    return placeOrder(deps, input, outsider('place'))
  }
/** The order's process takes it as far as it goes. */
export const proceed: Part = async ({ store }, deps) => {
  const cause = wakeUpsIn(store).at(-1)
  if (cause === undefined) throw new Error('nothing has happened')
  return drive(deps, orderProcess, orderId, cause)
}
export const cancel: Part = (_shop, deps) =>
  cancelOrder(deps, { orderId, by: 'customer', detail: null }, outsider('cancel'))
export const preauthorize =
  (paymentMethodId: string): Part =>
  (_shop, deps) =>
    preauthorizePayment(deps, { orderId, amount: total, paymentMethodId }, outsider('preauth'))
export const report =
  (kind: 'authorized' | 'declined' | 'refund_failed', ofRefund = refundId): Part =>
  ({ pass }, deps) => {
    pass(1)
    const said = { code: 'refused', message: 'Not today' }
    const news: Readonly<Record<typeof kind, PaymentNews>> = {
      authorized: { kind: 'authorized', amount: total, providerReference: `sim_${orderId}` },
      declined: { kind: 'declined', ...said },
      refund_failed: { kind: 'refund_failed', refundId: ofRefund, ...said },
    }
    const result = news[kind]
    return reportPayment(deps, { paymentId: orderId, reportId: kind, result }, outsider('webhook'))
  }
export const expire: Part = ({ pass }, deps) => {
  pass(20)
  return expireOrder(deps, orderId, outsider('expire'))
}
export const move =
  (wanted: OrderMove): Part =>
  (_shop, deps) =>
    moveOrder(deps, wanted, outsider(JSON.stringify(wanted)))
/** The process ends right after the provider has captured, and nobody has written it down. */
export const captureUnheard: Part = (shop) => {
  const dying: Pick<Interruptible, 'store' | 'provider'> = {
    store: (same) => same,
    provider: (provider: PaymentProvider) =>
      intercept(provider, async (operation, _request, call) => {
        const result = await call()
        if (operation === 'capture') throw new Crash('after the capture')
        return result
      }),
  }
  return proceed(shop, shop.instance(dying)).catch((error: unknown) => {
    if (!(error instanceof Crash)) throw error
  })
}

export const refund = { type: 'RequestRefund', orderId, cancelsOrder: false, reason: 'scratched' } as const
export const goods = [{ sku: 'A', quantity: 1 }]
export const ship = (sku: string): Part =>
  move({
    ...{ type: 'DispatchShipment', orderId, shipmentId: sku, carrier: 'DHL', trackingNumber: '1' },
    lines: [{ sku, quantity: 1 }],
  })
export const deliver = (sku: string): Part => move({ type: 'DeliverShipment', orderId, shipmentId: sku })
export const complete: Part = (_shop, deps) => completeOrder(deps, orderId, outsider('complete'))
export const retry: Part = move({ type: 'RetryRefund', orderId, refundId })
