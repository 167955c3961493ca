import { randomUUID } from 'node:crypto'
import type { InventoryEvent } from '../../domain/inventory-item/events.ts'
import type { AppendReceipt, DomainEvent, EventStore } from '../../eventstore/types.ts'
import { line, paidOrder } from '../../projections/testing/histories.ts'

const PRODUCTS = 500
/** Three of the order, three of its payment, two of the stock of its one line. */
export const EVENTS_AN_ORDER = 8
const AT_ONCE = 64

/** As the API's ids are: 26 digits of Crockford's base 32. */
export const orderId = (number: number): string => `BENCH${String(number).padStart(21, '0')}`
export const customerId = (number: number): string => `CST${String(number).padStart(23, '0')}`

const metadata = {
  ...{ $correlationId: 'bench', $causationId: 'bench', commandId: 'bench' },
  actor: { kind: 'system', id: 'bench' } as const,
}

/**
 * Writes the histories of orders that were paid, from number `first` on; in few appends, as their number is not what is measured.
 * @param written told of each append
 */
export const placeOrders = async (
  store: Pick<EventStore, 'append'>,
  first: number,
  count: number,
  written: (receipt: AppendReceipt) => Promise<void> = () => Promise.resolve(),
): Promise<void> => {
  const streams = new Map<string, DomainEvent[]>()
  const add = (stream: string, event: DomainEvent): void => {
    const events = streams.get(stream)
    if (events === undefined) streams.set(stream, [event])
    else events.push(event)
  }
  for (let number = first; number < first + count; number += 1) {
    const id = orderId(number)
    const sku = `SKU-${number % PRODUCTS}`
    const placedAt = new Date(Date.UTC(2025, 0, 1) + number * 20_000).toISOString()
    const change = { placedAt, customerId: customerId(number % 20_000), lines: [line(sku, 1)] }
    for (const [stream, event] of paidOrder(id, change)) add(stream, dated(event, placedAt))
    for (const event of stockEvents(sku, id, placedAt)) add(`inventory-${sku}`, event)
  }
  const appends = [...streams].map(([stream, events]) => async (): Promise<void> => {
    const own = events.map((event) => ({ ...event, id: randomUUID(), metadata }))
    await written(await store.append(stream, own, 'any'))
  })
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = appends.shift(); next !== undefined; next = appends.shift()) await next()
    }),
  )
}

/** The same event, at the time of its order. */
const dated = <Event extends DomainEvent>(event: Event, at: string): Event => ({
  ...event,
  data: Object.fromEntries(
    Object.entries(event.data as object).map(([name, value]) => [
      name,
      name.endsWith('At') ? at : (value as unknown),
    ]),
  ),
})

const stockEvents = (sku: string, reservationId: string, at: string): InventoryEvent[] => [
  { type: 'StockReserved', data: { sku, reservationId, quantity: 1, expiresAt: at, reservedAt: at } },
  { type: 'ReservationCommitted', data: { sku, reservationId, quantity: 1, committedAt: at } },
]
