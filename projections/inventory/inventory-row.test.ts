import { expect } from 'chai'
import type { InventoryEvent } from '../../domain/inventory-item/events.ts'
import { createEventLog } from '../testing/event-log.ts'
import { minute, stockReceived } from '../testing/histories.ts'
import { evolveInventory, ledgerEntry } from './inventory-row.ts'
import type { InventoryRow, MovementRow } from './tables.ts'

const sku = 'lamp'
const reservation = { sku, reservationId: 'o1', quantity: 3 }

const after = (...events: InventoryEvent[]): { row: InventoryRow | undefined; ledger: MovementRow[] } => {
  const log = createEventLog()
  const ledger: MovementRow[] = []
  let row: InventoryRow | undefined
  for (const event of events) {
    const stored = log.append(`inventory-${sku}`, event)
    row = { ...evolveInventory(row, stored), revision: stored.revision }
    ledger.push(...ledgerEntry(stored, row))
  }
  return { row, ledger }
}

const received = stockReceived(sku, 10)
const reserved: InventoryEvent = {
  type: 'StockReserved',
  data: { ...reservation, expiresAt: minute(20), reservedAt: minute(1) },
}

describe('the row of an inventory item', () => {
  const cases: [string, InventoryEvent[], Partial<InventoryRow>][] = [
    ['received', [received], { on_hand: 10, reserved: 0, available: 10 }],
    ['reserved', [received, reserved], { on_hand: 10, reserved: 3, available: 7, updated_at: minute(1) }],
    [
      'released',
      [received, reserved, { type: 'ReservationReleased', data: { ...reservation, releasedAt: minute(2) } }],
      { on_hand: 10, reserved: 0, available: 10 },
    ],
    [
      'sold',
      [
        received,
        reserved,
        { type: 'ReservationCommitted', data: { ...reservation, committedAt: minute(2) } },
      ],
      { on_hand: 7, reserved: 0, available: 7 },
    ],
    [
      'returned',
      [
        received,
        {
          type: 'StockReturned',
          data: { sku, returnId: 'r1', orderId: 'o1', quantity: 2, returnedAt: minute(3) },
        },
      ],
      { on_hand: 12, available: 12 },
    ],
    [
      'adjusted',
      [
        received,
        { type: 'StockAdjusted', data: { sku, delta: -4, reason: 'broken', adjustedAt: minute(3) } },
      ],
      { on_hand: 6, available: 6 },
    ],
    [
      'watched',
      [received, { type: 'LowStockThresholdSet', data: { sku, threshold: 5, setAt: minute(4) } }],
      { on_hand: 10, low_stock_threshold: 5, updated_at: minute(4) },
    ],
    [
      'unchanged by what moves nothing',
      [
        {
          type: 'ReservationRefused',
          data: { sku, reservationId: 'o1', expiresAt: minute(20), refusedAt: minute(1) },
        },
        { type: 'StockRanLow', data: { sku, available: 0, threshold: 5, ranLowAt: minute(1) } },
      ],
      { on_hand: 0, reserved: 0, available: 0, low_stock_threshold: null },
    ],
  ]
  for (const [name, events, expected] of cases) {
    it(`is ${name}`, () => {
      expect(after(...events).row).to.include(expected)
    })
  }
})

describe('the movements ledger', () => {
  it('has an entry for each event that moved stock, with the levels after it', () => {
    const { ledger } = after(received, reserved, {
      type: 'LowStockThresholdSet',
      data: { sku, threshold: 5, setAt: minute(4) },
    })
    expect(ledger).to.have.length(2)
    expect(ledger[0]).to.deep.include({
      ...{ sku, revision: 0n, type: 'StockReceived', at: minute(0), reference: 'delivery 1', order_id: null },
      ...{ on_hand_change: 10, reserved_change: 0, on_hand: 10, reserved: 0, available: 10 },
      actor: { kind: 'system', id: 'tests' },
    })
    expect(ledger[1]).to.deep.include({
      ...{ revision: 1n, type: 'StockReserved', order_id: 'o1', reference: null },
      ...{ on_hand_change: 0, reserved_change: 3, on_hand: 10, reserved: 3, available: 7 },
    })
  })
})
