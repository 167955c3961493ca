import { expect } from 'chai'
import fc from 'fast-check'
import { itKeepsItsLaws } from '../testing/laws.ts'
import { at } from '../testing/orders.ts'
import { inventoryItemDecider, type InventoryCommand } from './decide.ts'
import { inventoryContracts, type InventoryEvent } from './events.ts'
import type { Reservations } from './reservations.ts'
import { inventoryItemSnapshots } from './snapshot.ts'
import type { InventoryItem } from './state.ts'

const sku = 'MUG'

/** Clocks of several writers: not in order. Some a day later, so that commits are forgotten, too. */
const time = fc
  .oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 24 * 60, max: 24 * 60 + 60 }))
  .map(at)
const quantity = fc.integer({ min: 1, max: 5 })
const reservation = fc.integer({ min: 0, max: 199 }).map((n) => ({
  reservationId: `o-${n}`,
  expiresAt: at(n % 20),
}))
const always = { sku: fc.constant(sku), at: time }

const commands: fc.Arbitrary<InventoryCommand> = fc.oneof(
  fc.record({
    type: fc.constant('ReceiveStock' as const),
    ...always,
    quantity: fc.integer({ min: 1, max: 50 }),
    reference: fc.constant('D-1'),
  }),
  fc.record({
    type: fc.constant('AdjustStock' as const),
    ...always,
    delta: fc.integer({ min: -5, max: 5 }),
    reason: fc.constant('count'),
  }),
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.record({ type: fc.constantFrom('ReserveStock' as const), ...always, quantity }), reservation)
      .map(([command, of]) => ({ ...command, ...of })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.record({ type: fc.constant('ReleaseReservation' as const), ...always }), reservation)
      .map(([command, of]) => ({ ...command, ...of })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.record({ type: fc.constant('CommitReservation' as const), ...always }), reservation)
      .map(([command, { reservationId }]) => ({ ...command, reservationId })),
  },
  fc.record({
    type: fc.constant('ReturnStock' as const),
    ...always,
    returnId: fc.constantFrom('r-1', 'r-2', 'r-3'),
    orderId: fc.constant('o-1'),
    quantity,
  }),
  fc.record({
    type: fc.constant('SetLowStockThreshold' as const),
    ...always,
    threshold: fc.integer({ min: 0, max: 10 }),
  }),
)

/** What the events say, added up without the aggregate's help. */
const ledger = (history: readonly InventoryEvent[]): { came: number; sold: number; reserved: number } => {
  let [came, sold, reserved] = [0, 0, 0]
  for (const event of history) {
    if (event.type === 'StockReceived' || event.type === 'StockReturned') came += event.data.quantity
    if (event.type === 'StockAdjusted') came += event.data.delta
    if (event.type === 'StockReserved') reserved += event.data.quantity
    if (event.type === 'ReservationReleased') reserved -= event.data.quantity
    if (event.type === 'ReservationCommitted') {
      reserved -= event.data.quantity
      sold += event.data.quantity
    }
  }
  return { came, sold, reserved }
}

const invariant = (item: InventoryItem, history: readonly InventoryEvent[]): void => {
  const { came, sold, reserved } = ledger(history)
  expect(item.available).to.be.at.least(0)
  expect(item.reserved).to.equal(reserved)
  expect(item.available + item.reserved + sold).to.equal(came)

  const lives = new Map<string, string>()
  for (const { type, data } of history) {
    if (!('reservationId' in data)) continue
    const life = `${lives.get(data.reservationId) ?? ''} ${type}`.trim()
    lives.set(data.reservationId, life)
    expect(life).to.be.oneOf([
      'StockReserved',
      'StockReserved ReservationReleased',
      'StockReserved ReservationCommitted',
      'ReservationRefused',
    ])
  }
}

const allOf = ({ current, closed }: Reservations): Record<string, unknown> => ({
  ...Object.fromEntries(closed.ids.map((id, index) => [id, closed.closings[closed.closingOf[index] ?? -1]])),
  ...Object.fromEntries(current),
})

/** Whether a closed reservation is among the current ones or not makes no difference. */
const comparable = ({ reservations, returns, ...figures }: InventoryItem): unknown => ({
  ...figures,
  reservations: allOf(reservations),
  forgottenUntil: reservations.forgottenUntil,
  forgetAt: reservations.forgetAt,
  returns: returns.toArray().sort(),
})

const stocked: InventoryEvent = {
  type: 'StockReceived',
  data: { sku, quantity: 500, reference: 'D-1', receivedAt: at(0) },
}
/** Enough closed reservations for the next ones to push them out. */
const busy = Array.from({ length: 60 }, (_, n): InventoryEvent[] => [
  {
    type: 'StockReserved',
    data: { sku, reservationId: `o-${n}`, quantity: 1, expiresAt: at(n % 20), reservedAt: at(0) },
  },
  n % 2 === 0
    ? {
        type: 'ReservationReleased',
        data: { sku, reservationId: `o-${n}`, quantity: 1, releasedAt: at(0) },
      }
    : {
        type: 'ReservationCommitted',
        data: { sku, reservationId: `o-${n}`, quantity: 1, committedAt: at(0) },
      },
]).flat()

describe('InventoryItem: laws', () => {
  itKeepsItsLaws({
    decider: inventoryItemDecider,
    contracts: inventoryContracts,
    snapshots: inventoryItemSnapshots,
    commands,
    beginnings: [[], [stocked], [stocked, ...busy]],
    comparable,
    notIdempotent: ['ReceiveStock', 'AdjustStock'],
    invariant,
  })
})
