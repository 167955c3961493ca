import { inventoryContracts } from '../../domain/inventory-item/events.ts'
import { orderContracts } from '../../domain/order/events.ts'
import { paymentContracts } from '../../domain/payment/events.ts'
import { walletContracts } from '../../domain/wallet/events.ts'
import { createRegistry } from '../../eventstore/registry.ts'

/** All that a shop writes. */
export const registry = createRegistry(orderContracts, inventoryContracts, paymentContracts, walletContracts)
