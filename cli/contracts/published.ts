import { inventoryContracts } from '../../domain/inventory-item/events.ts'
import { orderContracts } from '../../domain/order/events.ts'
import { paymentContracts } from '../../domain/payment/events.ts'
import { walletContracts } from '../../domain/wallet/events.ts'
import type { EventContract, EventContracts } from '../../domain/contract.ts'
import { wakeUps } from '../../processes/order-process.ts'
import { allProjections } from '../../projections/projections.ts'

/** The events of one kind of stream. */
export interface StreamContracts {
  readonly aggregate: string
  /** How its streams are named, for people. */
  readonly stream: string
  readonly category: string
  readonly contracts: EventContracts
}

export const streams: readonly StreamContracts[] = [
  { aggregate: 'Order', stream: 'order-<orderId>', category: 'order-', contracts: orderContracts },
  {
    aggregate: 'Inventory item',
    stream: 'inventory-<sku>',
    category: 'inventory-',
    contracts: inventoryContracts,
  },
  { aggregate: 'Payment', stream: 'payment-<orderId>', category: 'payment-', contracts: paymentContracts },
  { aggregate: 'Wallet', stream: 'wallet-<customerId>', category: 'wallet-', contracts: walletContracts },
]

/** An event type as it is published. */
export interface PublishedEvent {
  readonly type: string
  readonly stream: string
  readonly contract: EventContract
  readonly consumers: readonly string[]
}

/** Every event type, in the order of the contracts. */
export const publishedEvents = (): PublishedEvent[] =>
  streams.flatMap(({ stream, category, contracts }) =>
    Object.entries(contracts).map(([type, contract]) => ({
      type,
      stream,
      contract,
      consumers: consumersOf(category, type),
    })),
  )

const consumersOf = (category: string, type: string): string[] => [
  ...allProjections
    .filter(({ streamPrefixes }) => streamPrefixes.includes(category))
    .map(({ name }) => `projection ${name}`),
  ...(wakeUps.some((wakeUp) => wakeUp === type) ? ['order processes'] : []),
]
