import { expect } from 'chai'
import { fold } from '../decider.ts'
import { ImpossibleHistory } from '../impossible-history.ts'
import { at } from '../testing/orders.ts'
import { decide, inventoryItemDecider } from './decide.ts'
import type { InventoryEvent } from './events.ts'
import { remembered, reservationIn } from './reservations.ts'
import { evolve, type InventoryItem } from './state.ts'

const sku = 'MUG'
const day = 24 * 60

const received: InventoryEvent = {
  type: 'StockReceived',
  data: { sku, quantity: 1_000_000, reference: 'D-1', receivedAt: at(0) },
}

type Close = (reservationId: string, minutes: number) => InventoryEvent
const releasedAs: Close = (reservationId, minutes) => ({
  type: 'ReservationReleased',
  data: { sku, reservationId, quantity: 1, releasedAt: at(minutes) },
})
const committedAs: Close = (reservationId, minutes) => ({
  type: 'ReservationCommitted',
  data: { sku, reservationId, quantity: 1, committedAt: at(minutes) },
})

/** Each is reserved in its minute for a quarter of an hour, and closed a minute later. */
const soldOneByOne = (from: number, count: number, close: Close): InventoryEvent[] =>
  Array.from({ length: count }, (_, index) => from + index).flatMap((minute) => [
    {
      type: 'StockReserved' as const,
      data: {
        sku,
        reservationId: `o-${minute}`,
        quantity: 1,
        expiresAt: at(minute + 15),
        reservedAt: at(minute),
      },
    },
    close(`o-${minute}`, minute + 1),
  ])

const after = (events: InventoryEvent[]): InventoryItem => fold(inventoryItemDecider, events)

describe('InventoryItem: memory of closed reservations', () => {
  it('is bounded where they are released', () => {
    expect(remembered(after([received, ...soldOneByOne(0, 5_000, releasedAs)]).reservations)).to.be.below(64)
  })
  it('is bounded where they are sold: some two days at most', () => {
    const item = after([received, ...soldOneByOne(0, 10_000, committedAs)])
    expect(remembered(item.reservations)).to.be.within(day, 2 * (day + 30))
  })
  it('keeps what is open, however old', () => {
    const item = after([
      received,
      {
        type: 'StockReserved',
        data: { sku, reservationId: 'old', quantity: 7, expiresAt: at(1), reservedAt: at(0) },
      },
      ...soldOneByOne(0, 5_000, releasedAs),
    ])
    expect(item.reserved).to.equal(7)
    expect(
      decide(
        {
          type: 'ReleaseReservation',
          sku,
          reservationId: 'old',
          expiresAt: at(1),
          at: at(6_000),
        },
        item,
      ),
    ).to.deep.equal({
      accepted: true,
      events: [
        {
          type: 'ReservationReleased',
          data: { sku, reservationId: 'old', quantity: 7, releasedAt: at(6_000) },
        },
      ],
    })
  })
  it('opens none of them again, even for a caller whose clock is days behind', () => {
    for (const close of [releasedAs, committedAs]) {
      const item = after([received, ...soldOneByOne(0, 5_000, close)])
      for (let minute = 0; minute < 5_000; minute += 1) {
        const late = { sku, reservationId: `o-${minute}`, expiresAt: at(minute + 15), at: at(minute) }
        expect(
          decide({ type: 'ReserveStock', quantity: 1, ...late }, item).accepted,
          `${close.name} ${minute}`,
        ).to.equal(false)
      }
    }
  })
  it('needs no record of a release of one that is forgotten: no request for it is lawful any more', () => {
    const item = after([received, ...soldOneByOne(0, 5_000, releasedAs)])
    const forgotten = { sku, reservationId: 'never-asked-for', expiresAt: at(15), at: at(5_000) }
    expect(decide({ type: 'ReleaseReservation', ...forgotten }, item)).to.deep.equal({
      accepted: true,
      events: [],
    })
  })
  it('keeps them closed when a writer whose clock is behind comes next', () => {
    const before = after([received, ...soldOneByOne(0, 200, releasedAs)])
    // enough of them to forget once more, by a clock that stands at 100
    const stragglers = soldOneByOne(0, 100, releasedAs).map((event): InventoryEvent => {
      if (event.type !== 'StockReserved' && event.type !== 'ReservationReleased') return event
      const reservationId = `late-${event.data.reservationId}`
      return event.type === 'StockReserved'
        ? { ...event, data: { ...event.data, reservationId } }
        : { ...event, data: { ...event.data, reservationId } }
    })
    const item = fold({ ...inventoryItemDecider, initial: before }, stragglers)
    expect(item.reservations.forgottenUntil).to.equal(before.reservations.forgottenUntil)
  })
  it('refuses nothing on account of one writer whose clock is a month ahead, as long as nothing was forgotten', () => {
    const ahead = 30 * day
    const open = Array.from({ length: 100 }, (_, n): InventoryEvent => ({
      type: 'StockReserved',
      data: {
        sku,
        reservationId: `far-${n}`,
        quantity: 1,
        expiresAt: at(ahead + 15),
        reservedAt: at(ahead),
      },
    }))
    const item = after([received, ...open])
    expect(item.reservations.forgottenUntil).to.equal('')
    const command = {
      type: 'ReserveStock',
      sku,
      reservationId: 'o-1',
      quantity: 1,
      expiresAt: at(15),
      at: at(0),
    } as const
    expect(decide(command, item)).to.include({ accepted: true })
  })
  it('knows for a day that a reservation was committed, so that its goods are put back and not forgotten', () => {
    const sold = soldOneByOne(0, 2 * day, committedAs)
    for (const minutes of [15, 16, day, day + 14]) {
      const item = after([received, ...sold.slice(0, 2 * minutes)])
      const release = {
        type: 'ReleaseReservation',
        sku,
        reservationId: 'o-0',
        expiresAt: at(15),
        at: at(minutes),
      } as const
      expect(decide(release, item)).to.deep.equal({
        accepted: false,
        rejection: { type: 'reservation_closed', sku, reservationId: 'o-0', closedAs: 'committed' },
      })
    }
  })
  it('counts the day from a commit that came after expiry', () => {
    const late = after([
      received,
      ...soldOneByOne(0, 1, () => committedAs('o-0', 600)),
      ...soldOneByOne(600, day - 1, releasedAs),
    ])
    expect(reservationIn(late.reservations, 'o-0')?.status).to.equal('committed')
  })
  it('shares what did not change with the state before', () => {
    const before = after([received, ...soldOneByOne(0, 20, committedAs)])
    const one = { reservationId: 'one', quantity: 1, expiresAt: at(99), reservedAt: at(30) }
    const next = evolve(before, { type: 'StockReserved', data: { sku, ...one } })
    expect(before.reservations.current.has('one')).to.equal(false)
    expect(reservationIn(next.reservations, 'o-3')).to.equal(reservationIn(before.reservations, 'o-3'))
  })
  it('is not fooled by a history that nobody decided', () => {
    expect(() => after([received, releasedAs('o-1', 1)])).to.throw(
      ImpossibleHistory,
      "ReservationReleased can't follow in status none",
    )
    expect(() => after([received, ...soldOneByOne(1, 1, releasedAs), committedAs('o-1', 3)])).to.throw(
      ImpossibleHistory,
      "ReservationCommitted can't follow in status released",
    )
  })
})
