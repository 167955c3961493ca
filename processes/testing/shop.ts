import { Pool } from 'pg'
import { pino } from 'pino'
import { ulid } from 'ulid'
import { inventory, orders, payments } from '../../commands/aggregates.ts'
import type { CommandContext } from '../../commands/context.ts'
import { createCommandHandler, type CommandHandler } from '../../commands/handle.ts'
import { placeOrder, type PlaceOrderDeps } from '../../commands/place-order.ts'
import { receiveStock } from '../../commands/receive-stock.ts'
import { inventoryContracts } from '../../domain/inventory-item/events.ts'
import type { InventoryItem } from '../../domain/inventory-item/state.ts'
import { orderContracts } from '../../domain/order/events.ts'
import type { Order } from '../../domain/order/state.ts'
import { paymentContracts } from '../../domain/payment/events.ts'
import type { Payment } from '../../domain/payment/state.ts'
import { connectEventStore, type ConnectedEventStore } from '../../eventstore/connect.ts'
import { createRegistry } from '../../eventstore/registry.ts'
import type { PaymentProvider } from '../../gateways/payments/provider.ts'
import { createProviders } from '../../gateways/payments/providers.ts'
import { createSimulator } from '../../gateways/payments/simulator.ts'
import { openSimulatorLedger, type SimulatorLedger } from '../../gateways/payments/simulator-ledger.ts'
import { createDatabase, startEventStore } from '../../test/support/servers.ts'

/** A shop without API and read models, on real servers: what processes are tested in. */
export interface TestShop {
  readonly store: ConnectedEventStore
  readonly ledger: SimulatorLedger
  readonly simulator: PaymentProvider
  /** What an instance of its own works with; `provider` stands in for the simulator, `store` for the shop's. */
  readonly instance: (replace?: {
    readonly provider?: PaymentProvider
    readonly store?: ConnectedEventStore
  }) => PlaceOrderDeps & { readonly handler: CommandHandler }
  /** A sku of its own with so many pieces in stock. */
  readonly stock: (quantity: number) => Promise<string>
  /** Places an order for one piece of each sku. */
  readonly place: (
    skus: readonly string[],
    paymentMethodId?: string | null,
    quantity?: number,
  ) => Promise<string>
  readonly order: (orderId: string) => Promise<Order>
  readonly item: (sku: string) => Promise<InventoryItem>
  readonly payment: (orderId: string) => Promise<Payment>
  /** Types of the events of a stream. */
  readonly types: (stream: string) => Promise<string[]>
  /** Waits until the order is paid, or has come to its end. */
  readonly settled: (orderId: string) => Promise<Order>
  readonly stop: () => Promise<void>
}

const context = (): CommandContext => ({
  actor: { kind: 'customer', id: 'c1' },
  correlationId: ulid(),
  causationId: 'test',
  commandId: ulid(),
})

const SETTLING: ReadonlySet<string> = new Set(['OrderPaid', 'OrderCancelled', 'OrderExpired', 'RefundFailed'])

export const openShop = async (): Promise<TestShop> => {
  const [server, database] = await Promise.all([startEventStore(), createDatabase()])
  const pool = new Pool({ connectionString: database.url })
  const ledger = await openSimulatorLedger(pool)
  const simulator = createSimulator(ledger, { slowMs: 20 })
  const store = connectEventStore({
    connectionString: server.url,
    registry: createRegistry(orderContracts, inventoryContracts, paymentContracts),
    logger: pino({ level: 'silent' }),
  })

  const instance: TestShop['instance'] = (replace = {}) => ({
    handler: createCommandHandler({ store: replace.store ?? store }),
    now: () => new Date(),
    providers: createProviders({ prefix: 'sim_', provider: replace.provider ?? simulator }),
    reservationMinutes: 15,
    pricing: {
      shipping: [{ countries: '*', fee: { amount: 490, currency: 'EUR' }, freeFrom: 5_000 }],
      tax: [{ countries: '*', basisPoints: 1_900 }],
    },
  })
  const outside = instance()

  const stateOf = {
    order: async (orderId: string) => (await outside.handler.load(orders, orderId)).state,
    item: async (sku: string) => (await outside.handler.load(inventory, sku)).state,
    payment: async (orderId: string) => (await outside.handler.load(payments, orderId)).state,
  }

  const settled = new Set<string>()
  const waiting = new Map<string, () => void>()
  const stopping = new AbortController()
  const from = (await store.headPosition()) ?? 'start'
  const watch = async (): Promise<void> => {
    for await (const item of store.subscribeToAll({
      from,
      streamPrefixes: ['order-'],
      signal: stopping.signal,
    })) {
      if (item.kind !== 'event' || !SETTLING.has(item.event.type)) continue
      const orderId = item.event.stream.slice('order-'.length)
      settled.add(orderId)
      waiting.get(orderId)?.()
    }
  }
  const watching = watch()

  return {
    store,
    ledger,
    simulator,
    instance,
    ...stateOf,
    stock: async (quantity) => {
      const sku = ulid()
      if (quantity > 0) await receiveStock(outside, { sku, quantity, reference: 'first delivery' }, context())
      return sku
    },
    place: async (skus, paymentMethodId = 'sim_approve', quantity = 1) => {
      const orderId = ulid()
      const outcome = await placeOrder(
        outside,
        {
          orderId,
          customerId: 'c1',
          lines: skus.map((sku) => ({
            productId: `product-${sku}`,
            sku,
            name: 'A thing',
            quantity,
            unitPrice: { amount: 1_000, currency: 'EUR' },
          })),
          shippingAddress: {
            name: 'A B',
            line1: 'Street 1',
            city: 'Town',
            postalCode: '12345',
            country: 'DE',
          },
          paymentMethodId,
        },
        context(),
      )
      if (!outcome.accepted) throw new Error(`the order was refused: ${outcome.rejection.type}`)
      return orderId
    },
    types: async (stream) => (await store.readStream(stream)).events.map(({ type }) => type),
    settled: async (orderId) => {
      if (!settled.has(orderId)) {
        await new Promise<void>((resolve) => {
          waiting.set(orderId, resolve)
        })
      }
      return stateOf.order(orderId)
    },
    stop: async () => {
      stopping.abort()
      await watching
      await store.close()
      await pool.end()
      await Promise.all([server.stop(), database.stop()])
    },
  }
}
