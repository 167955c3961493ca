import { expect } from 'chai'
import { openLog } from '../log/log.ts'
import { InvalidRegexError, type EventFilter } from '../streams/filter.ts'
import { filterKey, groupFilter, runsOf } from './filter.ts'
import { allReader } from './source-reader.ts'
import { proposed, recorded } from './testing/doubles.ts'

const event = (stream: string, type: string, position = 0) => recorded(stream, 0, { type, position })
const judge = (filter: EventFilter | undefined, stream: string, type: string) =>
  groupFilter(filter).judge(event(stream, type))
const byPrefix = (on: EventFilter['on'], ...prefixes: string[]): EventFilter => ({ on, regex: '', prefixes })
const byRegex = (on: EventFilter['on'], regex: string): EventFilter => ({ on, regex, prefixes: [] })

const books = '$persistentsubscription-$all::g-checkpoint'

describe('filter of a group on $all', () => {
  it('lets everything through where there is none, but for the books of groups on $all', () => {
    expect(judge(undefined, 'order-1', 'OrderPlaced')).to.equal('deliver')
    expect(judge(undefined, '$$order-1', '$metadata')).to.equal('deliver')
    expect(judge(undefined, '$persistentsubscription-order-1::g-parked', '$>')).to.equal('deliver')
    expect(judge(undefined, '$persistentsubscription-$all::g-parked', '$>')).to.equal('ignore')
    expect(judge(undefined, books, 'SubscriptionCheckpoint')).to.equal('ignore')
    expect(judge(undefined, '$epoch-information', '$epoch-information')).to.equal('ignore')
  })

  it('goes by prefix or regular expression, of stream or type', () => {
    const placed = ['order-1', 'OrderPlaced'] as const
    expect(judge(byPrefix('stream', 'x', 'order-'), ...placed)).to.equal('deliver')
    expect(judge(byPrefix('stream', 'rder-'), ...placed)).to.equal('skip')
    expect(judge(byPrefix('stream'), ...placed)).to.equal('skip')
    expect(judge(byPrefix('type', 'Order'), ...placed)).to.equal('deliver')
    expect(judge(byRegex('stream', '-\\d$'), ...placed)).to.equal('deliver')
    expect(judge(byRegex('type', '^[^$]'), ...placed)).to.equal('deliver')
    expect(judge(byRegex('type', '^\\$'), ...placed)).to.equal('skip')
    expect(judge(byRegex('stream', '.'), books, 'SubscriptionCheckpoint')).to.equal('ignore')
  })

  it('refuses what is no regular expression', () => {
    expect(() => groupFilter(byRegex('type', '('))).to.throw(InvalidRegexError)
  })

  it('is shared by groups that say the same', () => {
    const key = filterKey(byPrefix('stream', 'a'))
    expect(filterKey(byPrefix('stream', 'a'))).to.equal(key)
    for (const other of [
      byPrefix('type', 'a'),
      byPrefix('stream', 'a', 'b'),
      byRegex('stream', 'a'),
      undefined,
    ]) {
      expect(filterKey(other)).not.to.equal(key)
    }
  })

  it('sorts the log into what is delivered and what is passed over before it', () => {
    const events = [
      event('x', 'A', 10),
      event(books, 'C', 20),
      event('x', 'A', 30),
      event('a', 'A', 40),
      event('a', 'A', 50),
      event('x', 'A', 60),
    ]
    const runs = runsOf(events, groupFilter(byPrefix('stream', 'a')))
    expect(
      runs.map(({ skipped, through, event: found }) => [skipped, skipped > 0 ? through : 0, found?.position]),
    ).to.deep.equal([
      [2, 30, 40],
      [0, 0, 50],
      [1, 60, undefined],
    ])
  })

  it('reads the log as it is told of it, page by page, no further than there is room', async () => {
    const log = openLog()
    for (const stream of ['a', 'x', books, 'x', 'a', '$x', 'a', 'x'])
      await log.append(stream, 'any', [proposed('A')])
    for (const filter of [
      byPrefix('stream', 'a'),
      byRegex('type', '^A$'),
      byPrefix('type', 'B'),
      undefined,
    ]) {
      const told = runsOf(log.readAllForwards(0, 100).events, groupFilter(filter))
      const reader = allReader(log, groupFilter(filter))
      const whole = reader.read(0, 100, 100)
      expect(whole.runs).to.deep.equal(told)
      expect(whole).to.include({ considered: 8, atEnd: true })

      const delivered: (number | undefined)[] = []
      for (let page = reader.read(0, 2, 1); ; page = reader.read(page.next, 2, 1)) {
        const found = page.runs.flatMap((run) => run.event?.position ?? [])
        expect(found).to.have.length.at.most(1)
        delivered.push(...found)
        if (page.atEnd) break
      }
      expect(delivered).to.deep.equal(told.flatMap((run) => run.event?.position ?? []))
    }
    await log.close()
  })
})
