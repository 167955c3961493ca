import type { Aggregate } from '../../commands/aggregate.ts'
import { inventory, orders, payments, wallets } from '../../commands/aggregates.ts'
import type { CommandContext } from '../../commands/context.ts'
import { createCommandHandler } from '../../commands/handle.ts'
import { receiveStock } from '../../commands/receive-stock.ts'
import { topUpWallet } from '../../commands/top-up-wallet.ts'
import { fold } from '../../domain/decider.ts'
import { inventoryContracts } from '../../domain/inventory-item/events.ts'
import { orderContracts } from '../../domain/order/events.ts'
import type { PlacedOrder } from '../../domain/order/state.ts'
import { paymentContracts } from '../../domain/payment/events.ts'
import type { PricingRules } from '../../domain/totals.ts'
import { walletContracts } from '../../domain/wallet/events.ts'
import { createRegistry } from '../../eventstore/registry.ts'
import type { MemoryStore } from '../../eventstore/testing/memory-store.ts'
import type { DomainEvent } from '../../eventstore/types.ts'
import type { SimulatorLedger } from '../../gateways/payments/simulator-ledger.ts'
import type { Books } from './laws.ts'

/** What a shop in memory begins with, and what was ordered there. */
export interface Begun {
  readonly orderIds: readonly string[]
  /** Pieces by sku. */
  readonly received: ReadonlyMap<string, number>
  /** Minor units by customer. */
  readonly toppedUp: ReadonlyMap<string, number>
}

export const registry = createRegistry(orderContracts, inventoryContracts, paymentContracts, walletContracts)

export const eur = (amount: number): { readonly amount: number; readonly currency: 'EUR' } => ({
  amount,
  currency: 'EUR',
})

export const outsider = (commandId: string): CommandContext => ({
  actor: { kind: 'customer', id: 'c1' },
  correlationId: commandId,
  causationId: 'test',
  commandId,
})

export const pricing: PricingRules = {
  shipping: [{ countries: '*', fee: eur(490), freeFrom: null }],
  tax: [{ countries: '*', basisPoints: 1_900 }],
}

export const shippingAddress = {
  name: 'A B',
  line1: 'Street 1',
  city: 'Town',
  postalCode: '12345',
  country: 'DE',
}

/** Stock and wallets, before anything can go wrong. */
export const prepare = async (store: MemoryStore, now: () => Date, begun: Begun): Promise<void> => {
  const deps = { handler: createCommandHandler({ store }), now }
  for (const [sku, quantity] of begun.received) {
    await receiveStock(deps, { sku, quantity, reference: 'first delivery' }, outsider(`receive/${sku}`))
  }
  for (const [customerId, amount] of begun.toppedUp) {
    const topUp = { customerId, topUpId: 'first', amount: eur(amount), reference: 'cash' }
    await topUpWallet(deps, topUp, outsider(`top-up/${customerId}`))
  }
}

const stateIn = <State, Event extends DomainEvent>(
  store: MemoryStore,
  { decider, category }: Aggregate<State, never, Event, unknown>,
  id: string,
): State => fold(decider, store.events(`${category}-${id}`) as unknown as readonly Event[])

export const ordersIn = (store: MemoryStore, { orderIds }: Begun): PlacedOrder[] =>
  orderIds.flatMap((orderId) => {
    const order = stateIn(store, orders, orderId)
    // a customer may have given up before it was placed
    return order.status === 'none' ? [] : [order]
  })

export const effectsIn = async (ledger: SimulatorLedger, { orderIds }: Begun): Promise<Books['effects']> =>
  new Map(
    await Promise.all(orderIds.map(async (orderId) => [orderId, await ledger.effects(orderId)] as const)),
  )

export const booksOf = async (store: MemoryStore, ledger: SimulatorLedger, begun: Begun): Promise<Books> => ({
  orders: ordersIn(store, begun),
  payments: new Map(begun.orderIds.map((orderId) => [orderId, stateIn(store, payments, orderId)])),
  effects: await effectsIn(ledger, begun),
  items: new Map(
    [...begun.received].map(([sku, received]) => [sku, { item: stateIn(store, inventory, sku), received }]),
  ),
  wallets: new Map(
    [...begun.toppedUp].map(([id, toppedUp]) => [id, { wallet: stateIn(store, wallets, id), toppedUp }]),
  ),
})
