import { expect } from 'chai'
import { ZodError } from 'zod'
import { fold } from '../decider.ts'
import { at } from '../testing/orders.ts'
import { inventoryItemDecider } from './decide.ts'
import type { InventoryEvent } from './events.ts'
import { inventoryItemSnapshots } from './snapshot.ts'

const sku = 'MUG'

/** 80 pieces sold one by one, and one more kept. */
const history: InventoryEvent[] = [
  { type: 'StockReceived', data: { sku, quantity: 100, reference: 'D-1', receivedAt: at(0) } },
  ...Array.from({ length: 80 }, (_, n): InventoryEvent[] => [
    {
      type: 'StockReserved',
      data: { sku, reservationId: `o-${n}`, quantity: 1, expiresAt: at(n + 15), reservedAt: at(n) },
    },
    {
      type: 'ReservationCommitted',
      data: { sku, reservationId: `o-${n}`, quantity: 1, committedAt: at(n + 1) },
    },
  ]).flat(),
  {
    type: 'StockReserved',
    data: { sku, reservationId: 'open', quantity: 1, expiresAt: at(99), reservedAt: at(90) },
  },
]

interface Data {
  closed: { ids: unknown[]; closings: unknown[]; closingOf: unknown[] }
}

describe('InventoryItem: snapshots', () => {
  const taken = (): Data => {
    const state = fold(inventoryItemDecider, history)
    return JSON.parse(JSON.stringify(inventoryItemSnapshots.toSnapshot(state))) as Data
  }

  it('hold what was closed and what is open', () => {
    const snapshot = taken()
    expect(snapshot.closed.ids).to.have.length(80)
    expect(snapshot).to.deep.include({ available: 19, reserved: 1, open: [['open', 1, at(99)]] })
    const again = inventoryItemSnapshots.toSnapshot(inventoryItemSnapshots.fromSnapshot(snapshot))
    expect(again).to.deep.equal(snapshot)
  })

  const damages: [string, (closed: Data['closed']) => void][] = [
    ['no ids', (closed) => Object.assign(closed, { ids: null })],
    ['an id that is none', (closed) => (closed.ids[3] = 3)],
    ['ids out of order', (closed) => closed.ids.reverse()],
    ['an id twice', (closed) => (closed.ids[1] = closed.ids[0])],
    ['an id without a closing', (closed) => closed.closingOf.pop()],
    ['a closing that is not there', (closed) => (closed.closingOf[0] = closed.closings.length)],
    ['a closing before the first', (closed) => (closed.closingOf[0] = -1)],
    ['half a closing', (closed) => (closed.closingOf[0] = 0.5)],
    ['closed as something unheard of', (closed) => (closed.closings[0] = { status: 'lost', until: at(0) })],
    ['until nobody knows when', (closed) => (closed.closings[0] = { status: 'committed', until: 'noon' })],
    ['closed as nothing', (closed) => (closed.closings[0] = null)],
  ]
  for (const [damage, harm] of damages) {
    it(`are refused with ${damage}`, () => {
      const snapshot = taken()
      harm(snapshot.closed)
      expect(() => inventoryItemSnapshots.fromSnapshot(snapshot)).to.throw(ZodError)
    })
  }
})
