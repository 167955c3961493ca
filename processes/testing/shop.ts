import type { Pool } from 'pg'
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
import { connectPostgres } from '../../platform/postgres.ts'
import { createDatabase, startEventStore } from '../../test/support/servers.ts'

/** A shop without API and read models, on real servers: what processes are tested in. */
export interface TestShop {
  /** Addresses of what it stands on, for other processes. */
  readonly servers: { readonly eventStore: string; readonly database: string }
  readonly store: ConnectedEventStore
  /** The database of the shop; read models are not in it. */
  readonly pool: Pool
  readonly ledger: SimulatorLedger
  readonly simulator: PaymentProvider
  /** What an instance of its own works with; `provider` stands in for the simulator, `store` for the shop's, `now` for the clock. */
  readonly instance: (replace?: {
    readonly provider?: PaymentProvider
    readonly store?: ConnectedEventStore
    readonly now?: () => Date
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
  /** Waits until the order is cancelled or expired, or its refund has failed. */
  readonly closed: (orderId: string) => Promise<Order>
  readonly stop: () => Promise<void>
}

const context = (): CommandContext => ({
  actor: { kind: 'customer', id: 'c1' },
  correlationId: ulid(),
  causationId: 'test',
  commandId: ulid(),
})

const CLOSING = ['OrderCancelled', 'OrderExpired', 'RefundFailed']
const SETTLING = ['OrderPaid', ...CLOSING]

export const openShop = async (): Promise<TestShop> => {
  const [server, database] = await Promise.all([startEventStore(), createDatabase()])
  const logger = pino({ level: 'silent' })
  const pool = connectPostgres(database.url, { applicationName: 'test', logger })
  const ledger = await openSimulatorLedger(pool)
  const simulator = createSimulator(ledger, { slowMs: 20 })
  const store = connectEventStore({
    connectionString: server.url,
    registry: createRegistry(orderContracts, inventoryContracts, paymentContracts),
    logger,
  })

  const instance: TestShop['instance'] = (replace = {}) => ({
    handler: createCommandHandler({ store: replace.store ?? store }),
    now: replace.now ?? (() => new Date()),
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

  const seen = new Map<string, Set<string>>()
  const waiting = new Set<() => void>()
  const stopping = new AbortController()
  const from = (await store.headPosition()) ?? 'start'
  const watch = async (): Promise<void> => {
    for await (const item of store.subscribeToAll({
      from,
      streamPrefixes: ['order-'],
      signal: stopping.signal,
    })) {
      if (item.kind !== 'event') continue
      const orderId = item.event.stream.slice('order-'.length)
      seen.set(orderId, (seen.get(orderId) ?? new Set()).add(item.event.type))
      for (const look of waiting) look()
    }
  }
  /** Resolves once one of `types` was appended to the order. */
  const has = (orderId: string, types: readonly string[]): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!types.some((type) => seen.get(orderId)?.has(type))) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const watching = watch()

  return {
    servers: { eventStore: server.url, database: database.url },
    store,
    pool,
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
      await has(orderId, SETTLING)
      return stateOf.order(orderId)
    },
    closed: async (orderId) => {
      await has(orderId, CLOSING)
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
