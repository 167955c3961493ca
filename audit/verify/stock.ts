import type { InventoryEvent } from '../../domain/inventory-item/events.ts'
import type { InventoryItem } from '../../domain/inventory-item/state.ts'
import { asJson, createColdStates } from './cold-states.ts'
import type { Tell } from './laws.ts'
import type { ScratchFile } from './scratch-file.ts'

/** What has happened to the pieces of a sku, each kind of movement summed up. */
export interface SkuBooks {
  received: number
  adjusted: number
  returned: number
  /** Ever reserved, whatever became of it. */
  reserved: number
  released: number
  committed: number
}

/** What an order has of a sku. It outlives what the aggregate itself remembers. */
export interface OrderStock {
  readonly sku: string
  readonly quantity: number
  readonly status: 'open' | 'released' | 'committed' | 'refused'
  /** By the id of the return. */
  readonly returns?: Readonly<Record<string, number>>
}

export const emptyBooks = (): SkuBooks => ({
  received: 0,
  adjusted: 0,
  returned: 0,
  reserved: 0,
  released: 0,
  committed: 0,
})

/** Who has how much of what. `lineOf`: how many of a sku an order is for; undefined where there is no such order. */
export interface StockBooks {
  readonly apply: (stream: string, event: InventoryEvent) => void
  /** Compares with the state that the domain has folded. */
  readonly check: (stream: string, sku: string, item: InventoryItem) => void
  readonly of: (orderId: string) => readonly OrderStock[]
  readonly totals: () => SkuBooks & { available: number; onReserve: number; skus: number }
}

export const createStockBooks = (
  tell: Tell,
  file: ScratchFile,
  lineOf: (orderId: string, sku: string) => number | undefined,
): StockBooks => {
  const skus = createColdStates(asJson<SkuBooks>(), file)
  const orders = createColdStates(asJson<readonly OrderStock[]>(), file)
  const sum = emptyBooks()

  const enter = (sku: string, movement: keyof SkuBooks, quantity: number): void => {
    sum[movement] += quantity
    const books = skus.get(sku) ?? emptyBooks()
    skus.set(sku, { ...books, [movement]: books[movement] + quantity })
  }
  const keptFor = (orderId: string, sku: string): OrderStock | undefined =>
    orders.get(orderId)?.find((kept) => kept.sku === sku)
  const keep = (orderId: string, kept: OrderStock): void => {
    const others = (orders.get(orderId) ?? []).filter(({ sku }) => sku !== kept.sku)
    orders.set(orderId, [...others, kept])
  }

  const open = (stream: string, orderId: string, kept: OrderStock): void => {
    keep(orderId, kept)
    if (kept.status !== 'open') return
    const wanted = lineOf(orderId, kept.sku)
    if (wanted === undefined) {
      tell('reservation', stream, `${kept.quantity} are reserved for ${orderId}, and there is no such order`)
    } else if (wanted !== kept.quantity) {
      tell(
        'reservation',
        stream,
        `${kept.quantity} are reserved for order ${orderId}, which is for ${wanted}`,
      )
    }
  }

  const close = (
    stream: string,
    { data, type }: Extract<InventoryEvent, { type: 'ReservationReleased' | 'ReservationCommitted' }>,
  ): void => {
    const { reservationId, sku, quantity } = data
    const kept = keptFor(reservationId, sku)
    const now = type === 'ReservationReleased' ? 'released' : 'committed'
    if (kept === undefined) {
      tell('reservation', stream, `the reservation of ${reservationId} is ${now}, and was never made`)
      return
    }
    if (kept.status !== 'open') {
      tell(
        'reservation',
        stream,
        `the reservation of ${reservationId} is ${now}, and was ${kept.status} before`,
      )
    } else if (kept.quantity !== quantity) {
      tell(
        'reservation',
        stream,
        `${quantity} of ${reservationId} are ${now}, and ${kept.quantity} were reserved`,
      )
    }
    keep(reservationId, { ...kept, status: now })
  }

  const giveBack = (
    stream: string,
    { sku, orderId, returnId, quantity }: Extract<InventoryEvent, { type: 'StockReturned' }>['data'],
  ): void => {
    const kept = keptFor(orderId, sku)
    if (kept?.status !== 'committed') {
      tell('stock', stream, `${quantity} are returned from ${orderId}, to which none were sold`)
      return
    }
    if (kept.returns?.[returnId] !== undefined) {
      tell('stock', stream, `the return ${returnId} is entered twice`)
    }
    const returns = { ...kept.returns, [returnId]: (kept.returns?.[returnId] ?? 0) + quantity }
    keep(orderId, { ...kept, returns })
    const back = Object.values(returns).reduce((all, each) => all + each, 0)
    if (back > kept.quantity) {
      tell('stock', stream, `${back} were returned from ${orderId}, and ${kept.quantity} were sold to it`)
    }
  }

  return {
    apply: (stream, event) => {
      const { sku } = event.data
      switch (event.type) {
        case 'StockReceived':
          enter(sku, 'received', event.data.quantity)
          return
        case 'StockAdjusted':
          enter(sku, 'adjusted', event.data.delta)
          return
        case 'StockReserved': {
          const { reservationId, quantity } = event.data
          enter(sku, 'reserved', quantity)
          if (keptFor(reservationId, sku) === undefined) {
            open(stream, reservationId, { sku, quantity, status: 'open' })
          } else tell('reservation', stream, `a reservation for ${reservationId} is made a second time`)
          return
        }
        case 'ReservationReleased':
          enter(sku, 'released', event.data.quantity)
          close(stream, event)
          return
        case 'ReservationCommitted':
          enter(sku, 'committed', event.data.quantity)
          close(stream, event)
          return
        case 'ReservationRefused': {
          const { reservationId } = event.data
          if (keptFor(reservationId, sku) === undefined) {
            open(stream, reservationId, { sku, quantity: 0, status: 'refused' })
          } else
            tell('reservation', stream, `the reservation of ${reservationId} is refused, and there is one`)
          return
        }
        case 'StockReturned':
          enter(sku, 'returned', event.data.quantity)
          giveBack(stream, event.data)
          return
        case 'LowStockThresholdSet':
        case 'StockRanLow':
          return
      }
    },

    check: (stream, sku, { available, reserved }) => {
      const { received, adjusted, returned, ...books } = skus.get(sku) ?? emptyBooks()
      const inHouse = received + adjusted + returned - books.committed
      const onReserve = books.reserved - books.released - books.committed
      if (available + reserved !== inHouse || reserved !== onReserve) {
        tell(
          'stock',
          stream,
          `${available} available and ${reserved} reserved, but its movements come to ${inHouse - onReserve} and ${onReserve}`,
        )
      }
      if (available < 0) tell('stock', stream, `${available} are available`)
      if (reserved < 0) tell('stock', stream, `${reserved} are reserved`)
    },

    of: (orderId) => orders.get(orderId) ?? [],

    totals: () => {
      const onReserve = sum.reserved - sum.released - sum.committed
      const available = sum.received + sum.adjusted + sum.returned - sum.committed - onReserve
      return { ...sum, onReserve, available, skus: skus.size() }
    },
  }
}
