import {
  inventoryItemDecider,
  type InventoryCommand,
  type InventoryRejection,
} from '../domain/inventory-item/decide.ts'
import type { InventoryEvent } from '../domain/inventory-item/events.ts'
import { inventoryItemSnapshots } from '../domain/inventory-item/snapshot.ts'
import { remembered } from '../domain/inventory-item/reservations.ts'
import type { InventoryItem } from '../domain/inventory-item/state.ts'
import { orderDecider, type OrderCommand, type OrderRejection } from '../domain/order/decide.ts'
import type { OrderEvent } from '../domain/order/events.ts'
import type { Order } from '../domain/order/state.ts'
import { paymentDecider, type PaymentCommand, type PaymentRejection } from '../domain/payment/decide.ts'
import type { PaymentEvent } from '../domain/payment/events.ts'
import type { Payment } from '../domain/payment/state.ts'
import { walletDecider, type WalletCommand, type WalletRejection } from '../domain/wallet/decide.ts'
import type { WalletEvent } from '../domain/wallet/events.ts'
import { walletSnapshots } from '../domain/wallet/snapshot.ts'
import type { Wallet } from '../domain/wallet/state.ts'
import type { Aggregate } from './aggregate.ts'
import { foldHash } from './fold-hash.ts'

export type { PlacedOrder } from '../domain/order/state.ts'

// Weights are bytes of heap, measured on typical states and rounded up.

export const orders: Aggregate<Order, OrderCommand, OrderEvent, OrderRejection> = {
  category: 'order',
  decider: orderDecider,
  weigh: (order) => (order.status === 'none' ? 100 : 1_500 + 500 * order.lines.length),
}

export const payments: Aggregate<Payment, PaymentCommand, PaymentEvent, PaymentRejection> = {
  category: 'payment',
  decider: paymentDecider,
  weigh: () => 1_000,
}

export const inventory: Aggregate<InventoryItem, InventoryCommand, InventoryEvent, InventoryRejection> = {
  category: 'inventory',
  decider: inventoryItemDecider,
  weigh: (item) => 500 + 300 * (remembered(item.reservations) + item.returns.size),
  snapshots: { ...inventoryItemSnapshots, foldHash: foldHash('inventory-item') },
}

export const wallets: Aggregate<Wallet, WalletCommand, WalletEvent, WalletRejection> = {
  category: 'wallet',
  decider: walletDecider,
  weigh: (wallet) => 700 + 300 * (wallet.holds.size + wallet.topUps.size + wallet.credits.size),
  snapshots: { ...walletSnapshots, foldHash: foldHash('wallet') },
}
