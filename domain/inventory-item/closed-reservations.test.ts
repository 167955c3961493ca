import { expect } from 'chai'
import fc from 'fast-check'
import {
  closedIn,
  mergeClosed,
  noneClosed,
  type ClosedReservation,
  type ClosedReservations,
} from './closed-reservations.ts'

const minute = (number: number): string => new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString()

const closing = fc
  .tuple(fc.constantFrom('released', 'committed', 'refused'), fc.integer({ min: 0, max: 9 }))
  .map(([status, until]) => ({ status, until: minute(until) }))
/** Few enough to be met again. */
const id = fc.integer({ min: 0, max: 60 }).map((number) => `o-${number}`)
const some = fc
  .array(fc.tuple(id, closing), { maxLength: 40 })
  .map((entries) => new Map<string, ClosedReservation>(entries))

/** What they say of every id that there may be. */
const said = (closed: ClosedReservations): [string, ClosedReservation][] =>
  Array.from({ length: 61 }, (_, number) => `o-${number}`).flatMap((each) => {
    const found = closedIn(closed, each)
    return found === undefined ? [] : [[each, found]]
  })

describe('closed reservations', () => {
  it('are what a map would be, however often some are added and those that are over forgotten', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(some, fc.integer({ min: 0, max: 9 })), { maxLength: 5 }), (rounds) => {
        let closed = noneClosed
        let map = new Map<string, ClosedReservation>()
        for (const [added, now] of rounds) {
          const matters = ({ until }: ClosedReservation): boolean => until > minute(now)
          closed = mergeClosed(closed, added, matters)
          map = new Map([...new Map([...map, ...added])].filter(([, one]) => matters(one)))
        }
        expect(new Map(said(closed))).to.deep.equal(map)
        expect(closed.ids).to.deep.equal([...map.keys()].sort())
      }),
    )
  })

  it('share what they were closed as, and keep nothing of those that are over', () => {
    const [early, late] = [minute(1), minute(2)]
    const first = mergeClosed(
      noneClosed,
      new Map([
        ['a', { status: 'committed', until: early }],
        ['b', { status: 'committed', until: late }],
        ['c', { status: 'committed', until: late }],
      ]),
    )
    expect(first.closings).to.have.length(2)
    const later = mergeClosed(first, new Map(), ({ until }) => until > early)
    expect(later).to.deep.equal({
      ids: ['b', 'c'],
      closings: [{ status: 'committed', until: late }],
      closingOf: [0, 0],
    })
  })

  it('are not changed by a merge', () => {
    const before = mergeClosed(noneClosed, new Map([['a', { status: 'released', until: minute(1) }]]))
    const copy = structuredClone(before)
    mergeClosed(before, new Map([['b', { status: 'refused', until: minute(2) }]]))
    expect(before).to.deep.equal(copy)
  })
})
