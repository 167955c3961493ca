import { expect } from 'chai'
import { InvalidRequestError } from './errors.ts'
import { eventPredicate, filterKey, runsOf } from './filter.ts'
import { recorded } from './testing/doubles.ts'

const event = (stream: string, type: string, position = 0) => recorded(stream, 0, { type, position })

describe('filter of a group on $all', () => {
  it('lets everything through where there is none, but for the books of groups on $all', () => {
    const matches = eventPredicate(undefined)
    expect(matches(event('order-1', 'OrderPlaced'))).to.equal(true)
    expect(matches(event('$$order-1', '$metadata'))).to.equal(true)
    expect(matches(event('$persistentsubscription-order-1::g-parked', '$>'))).to.equal(true)
    expect(matches(event('$persistentsubscription-$all::g-parked', '$>'))).to.equal(false)
    expect(matches(event('$persistentsubscription-$all::g-checkpoint', 'SubscriptionCheckpoint'))).to.equal(
      false,
    )
    expect(matches(event('$epoch-information', '$epoch-information'))).to.equal(false)
  })

  it('goes by prefix or regular expression, of stream or type', () => {
    const placed = event('order-1', 'OrderPlaced')
    expect(eventPredicate({ on: 'stream', prefixes: ['x', 'order-'] })(placed)).to.equal(true)
    expect(eventPredicate({ on: 'stream', prefixes: ['rder-'] })(placed)).to.equal(false)
    expect(eventPredicate({ on: 'type', prefixes: ['Order'] })(placed)).to.equal(true)
    expect(eventPredicate({ on: 'stream', regex: '-\\d$' })(placed)).to.equal(true)
    expect(eventPredicate({ on: 'type', regex: '^[^$]' })(placed)).to.equal(true)
    expect(eventPredicate({ on: 'type', regex: '^\\$' })(placed)).to.equal(false)
    expect(
      eventPredicate({ on: 'stream', regex: '.' })(event('$persistentsubscription-$all::g-parked', '$>')),
    ).to.equal(false)
  })

  it('refuses what is no regular expression', () => {
    expect(() => eventPredicate({ on: 'type', regex: '(' })).to.throw(InvalidRequestError)
  })

  it('is shared by groups that say the same', () => {
    const key = filterKey({ on: 'stream', prefixes: ['a'] })
    expect(filterKey({ on: 'stream', prefixes: ['a'] })).to.equal(key)
    expect(filterKey({ on: 'type', prefixes: ['a'] })).not.to.equal(key)
    expect(filterKey({ on: 'stream', regex: 'a' })).not.to.equal(key)
    expect(filterKey(undefined)).not.to.equal(key)
  })

  it('sorts the log into what is delivered and what is passed over before it', () => {
    const books = '$persistentsubscription-$all::g-checkpoint'
    const events = [
      event('x', 'A', 10),
      event(books, 'C', 20),
      event('x', 'A', 30),
      event('a', 'A', 40),
      event('a', 'A', 50),
      event('x', 'A', 60),
    ]
    const runs = runsOf(events, eventPredicate({ on: 'stream', prefixes: ['a'] }))
    expect(
      runs.map(({ skipped, through, event: found }) => [
        skipped,
        skipped > 0 ? through : undefined,
        found?.position,
      ]),
    ).to.deep.equal([
      [2, 30, 40],
      [0, undefined, 50],
      [1, 60, undefined],
    ])
  })
})
