import { expect } from 'chai'
import { fold } from '../decider.ts'
import { specification } from '../testing/given.ts'
import { at } from '../testing/orders.ts'
import { inventoryItemDecider } from './decide.ts'
import { inventoryContracts, type InventoryEvent } from './events.ts'
import { evolve, type InventoryItem } from './state.ts'

const given = specification(inventoryItemDecider, inventoryContracts)
const after = (...events: InventoryEvent[]): InventoryItem => fold(inventoryItemDecider, events)

const sku = 'MUG'
const reservationId = 'o-1'
const expiresAt = at(15)

const received = (quantity: number): InventoryEvent => ({
  type: 'StockReceived',
  data: { sku, quantity, reference: 'D-1', receivedAt: at(0) },
})
const threshold = (limit: number): InventoryEvent => ({
  type: 'LowStockThresholdSet',
  data: { sku, threshold: limit, setAt: at(0) },
})
const reserved = (quantity: number, id = reservationId): InventoryEvent => ({
  type: 'StockReserved',
  data: { sku, reservationId: id, quantity, expiresAt, reservedAt: at(1) },
})
const released = (quantity: number, minutes = 2): InventoryEvent => ({
  type: 'ReservationReleased',
  data: { sku, reservationId, quantity, releasedAt: at(minutes) },
})
const committed = (quantity: number, minutes = 2): InventoryEvent => ({
  type: 'ReservationCommitted',
  data: { sku, reservationId, quantity, committedAt: at(minutes) },
})
const refused: InventoryEvent = {
  type: 'ReservationRefused',
  data: { sku, reservationId, expiresAt, refusedAt: at(2) },
}
const ranLow = (available: number, limit: number, minutes: number): InventoryEvent => ({
  type: 'StockRanLow',
  data: { sku, available, threshold: limit, ranLowAt: at(minutes) },
})

const reserve = (quantity: number, minutes = 1) =>
  ({ type: 'ReserveStock', sku, reservationId, quantity, expiresAt, at: at(minutes) }) as const
const release = (minutes = 2) =>
  ({ type: 'ReleaseReservation', sku, reservationId, expiresAt, at: at(minutes) }) as const
const commit = (minutes = 2) => ({ type: 'CommitReservation', sku, reservationId, at: at(minutes) }) as const

describe('InventoryItem: stock', () => {
  it('is received, as often as it comes', () => {
    const receive = { type: 'ReceiveStock', sku, quantity: 5, reference: 'D-1', at: at(0) } as const
    given().when(receive).thenEvents(received(5))
    given(received(5)).when(receive).thenEvents(received(5))
    expect(after(received(5), received(5))).to.include({ available: 10, reserved: 0 })
  })
  it('is adjusted up and down, but never below what is promised', () => {
    const adjust = (delta: number) =>
      ({ type: 'AdjustStock', sku, delta, reason: 'count', at: at(3) }) as const
    const adjusted = (delta: number): InventoryEvent => ({
      type: 'StockAdjusted',
      data: { sku, delta, reason: 'count', adjustedAt: at(3) },
    })
    given().when(adjust(2)).thenEvents(adjusted(2))
    given(received(5), reserved(2)).when(adjust(-3)).thenEvents(adjusted(-3))
    given(received(5), reserved(2))
      .when(adjust(-4))
      .thenRejected({ type: 'insufficient_stock', sku, requested: 4, available: 3 })
    given(received(5)).when(adjust(0)).thenNothing()
    expect(after(received(5), adjusted(-3))).to.include({ available: 2 })
  })
  it('comes back once a return', () => {
    const back = {
      type: 'ReturnStock',
      sku,
      returnId: 'r-1',
      orderId: 'o-1',
      quantity: 2,
      at: at(4),
    } as const
    const returned: InventoryEvent = {
      type: 'StockReturned',
      data: { sku, returnId: 'r-1', orderId: 'o-1', quantity: 2, returnedAt: at(4) },
    }
    const sold = [received(5), reserved(2), committed(2)]
    given(...sold)
      .when(back)
      .thenEvents(returned)
    given(...sold, returned)
      .when(back)
      .thenNothing()
    expect(after(...sold, returned)).to.include({ available: 5, reserved: 0 })
  })
})

describe('InventoryItem: reservations', () => {
  it('are made of what is available', () => {
    given(received(5)).when(reserve(5)).thenEvents(reserved(5))
    given(received(5))
      .when(reserve(6))
      .thenRejected({ type: 'insufficient_stock', sku, requested: 6, available: 5 })
    given().when(reserve(1)).thenRejected({ type: 'insufficient_stock', sku, requested: 1, available: 0 })
    given(received(5), reserved(3, 'o-2'))
      .when(reserve(3))
      .thenRejected({ type: 'insufficient_stock', sku, requested: 3, available: 2 })
    expect(after(received(5), reserved(3))).to.include({ available: 2, reserved: 3 })
  })
  it('are made once, even where nothing is left', () => {
    given(received(5), reserved(5)).when(reserve(5)).thenNothing()
    given(received(5), reserved(5)).when(reserve(5, 16)).thenNothing()
    given(received(5), reserved(2)).when(reserve(3)).thenRejected({
      type: 'reservation_quantity_differs',
      sku,
      reservationId,
      reserved: 2,
      requested: 3,
    })
  })
  it('are no longer made at the time at which they would expire', () => {
    given(received(5))
      .when(reserve(1, 14))
      .thenEvents({
        type: 'StockReserved',
        data: { sku, reservationId, quantity: 1, expiresAt, reservedAt: at(14) },
      })
    given(received(5))
      .when(reserve(1, 15))
      .thenRejected({ type: 'reservation_expired', sku, reservationId, expiresAt })
  })
  it('are released once, also after they have expired', () => {
    given(received(5), reserved(2)).when(release()).thenEvents(released(2))
    given(received(5), reserved(2)).when(release(60)).thenEvents(released(2, 60))
    given(received(5), reserved(2), released(2)).when(release()).thenNothing()
    expect(after(received(5), reserved(2), released(2))).to.include({ available: 5, reserved: 0 })
  })
  it('are committed once, also after they have expired', () => {
    given(received(5), reserved(2)).when(commit()).thenEvents(committed(2))
    given(received(5), reserved(2)).when(commit(60)).thenEvents(committed(2, 60))
    given(received(5), reserved(2), committed(2)).when(commit()).thenNothing()
    expect(after(received(5), reserved(2), committed(2))).to.include({ available: 3, reserved: 0 })
  })
  it('are either committed or released', () => {
    given(received(5), reserved(2), committed(2))
      .when(release())
      .thenRejected({ type: 'reservation_closed', sku, reservationId, closedAs: 'committed' })
    given(received(5), reserved(2), released(2))
      .when(commit())
      .thenRejected({ type: 'reservation_closed', sku, reservationId, closedAs: 'released' })
  })
  it('are not made again once they are closed', () => {
    given(received(5), reserved(2), released(2))
      .when(reserve(2, 3))
      .thenRejected({ type: 'reservation_closed', sku, reservationId, closedAs: 'released' })
    given(received(5), reserved(2), committed(2))
      .when(reserve(2, 3))
      .thenRejected({ type: 'reservation_closed', sku, reservationId, closedAs: 'committed' })
  })
  it('are not committed where there were none', () => {
    given(received(5)).when(commit()).thenRejected({ type: 'reservation_unknown', sku, reservationId })
  })
})

describe('InventoryItem: a release that overtakes its request', () => {
  it('is recorded, and the request refused', () => {
    given(received(5)).when(release()).thenEvents(refused)
    given(received(5), refused)
      .when(reserve(2, 3))
      .thenRejected({ type: 'reservation_closed', sku, reservationId, closedAs: 'refused' })
    given(received(5), refused)
      .when(commit())
      .thenRejected({ type: 'reservation_closed', sku, reservationId, closedAs: 'refused' })
    expect(after(received(5), refused)).to.include({ available: 5, reserved: 0 })
  })
  it('is recorded once', () => {
    given(received(5), refused).when(release()).thenNothing()
  })
  it('is recorded also when its time is over: a request that was made in time may be decided later', () => {
    const late = { ...refused, data: { ...refused.data, refusedAt: at(15) } }
    given(received(5)).when(release(15)).thenEvents(late)
    given(received(5), late)
      .when(reserve(2, 14))
      .thenRejected({ type: 'reservation_closed', sku, reservationId, closedAs: 'refused' })
    given(received(5))
      .when(reserve(2, 15))
      .thenRejected({ type: 'reservation_expired', sku, reservationId, expiresAt })
  })
})

describe('InventoryItem: low stock', () => {
  it('has a threshold', () => {
    const set = { type: 'SetLowStockThreshold', sku, threshold: 2, at: at(0) } as const
    given().when(set).thenEvents(threshold(2))
    given(threshold(2)).when(set).thenNothing()
    given(threshold(3)).when(set).thenEvents(threshold(2))
  })
  it('is told when it comes from above', () => {
    given(threshold(2), received(5)).when(reserve(2)).thenEvents(reserved(2))
    given(threshold(2), received(5))
      .when(reserve(3))
      .thenEvents(reserved(3), ranLow(2, 2, 1))
    given(threshold(2), received(5))
      .when(reserve(5))
      .thenEvents(reserved(5), ranLow(0, 2, 1))
    given(threshold(2), received(5))
      .when({ type: 'AdjustStock', sku, delta: -4, reason: 'broken', at: at(3) })
      .thenEvents(
        { type: 'StockAdjusted', data: { sku, delta: -4, reason: 'broken', adjustedAt: at(3) } },
        ranLow(1, 2, 3),
      )
  })
  it('is not told again while it stays low, but is after it was up', () => {
    const low = [threshold(2), received(5), reserved(3, 'o-2'), ranLow(2, 2, 1)]
    given(...low)
      .when(reserve(1))
      .thenEvents(reserved(1))
    given(...low, received(1))
      .when(reserve(1))
      .thenEvents(reserved(1), ranLow(2, 2, 1))
  })
  it('is not told without a threshold', () => {
    given(received(1)).when(reserve(1)).thenEvents(reserved(1))
  })
  it('changes no figure', () => {
    const item = after(received(5))
    expect(evolve(item, ranLow(2, 2, 1))).to.equal(item)
  })
})
