import { expect } from 'chai'
import fc from 'fast-check'
import { pino } from 'pino'
import type { OrderEvent } from '../../domain/order/events.ts'
import { StoreUnavailableError } from '../../eventstore/errors.ts'
import { createEventLog, type EventLog } from '../testing/event-log.ts'
import { eur, minute, orderPlaced } from '../testing/histories.ts'
import { followOrder, type FollowDeps, type OrderNews } from './follow-order.ts'

const orderId = 'o1'
const stream = `order-${orderId}`
const reported = (n: number): OrderEvent => ({
  type: 'PaymentReported',
  data: { orderId, reportId: `report ${n}`, reportedAt: minute(n) },
})
const cancelled: OrderEvent = {
  type: 'OrderCancelled',
  data: { orderId, reason: 'requested_by_customer', cancelledAt: minute(9) },
}

/** An order that somebody follows, whose signals come when the test says so. */
const given = (readStream?: (log: EventLog) => FollowDeps['store']['readStream']) => {
  const log = createEventLog()
  const wakers = new Set<() => void>()
  const deps: FollowDeps = {
    store: { readStream: readStream?.(log) ?? log.readStream },
    signals: {
      watch: (id, wake) => {
        expect(id).to.equal(orderId)
        wakers.add(wake)
        return Promise.resolve(() => void wakers.delete(wake))
      },
    },
    logger: pino({ level: 'silent' }),
  }
  const ending = new AbortController()
  return {
    log,
    ending,
    wakers,
    signal: () => {
      for (const wake of wakers) wake()
    },
    follow: (after = -1n, quietMs = 60_000) =>
      followOrder(deps, orderId, { after, quietMs, signal: ending.signal }),
  }
}

const idOf = ({ value }: IteratorResult<OrderNews, void>): string | undefined =>
  value?.kind === 'event' ? value.event.revision : value?.kind

const idsOf = async (news: AsyncIterable<OrderNews>): Promise<(string | undefined)[]> => {
  const ids = []
  for await (const value of news) ids.push(idOf({ value }))
  return ids
}

describe('following an order', () => {
  it('tells what was, then what comes, with where the order stands, and ends when it is over', async () => {
    const { log, follow, signal, wakers } = given()
    log.append(stream, orderPlaced(orderId))
    const news = follow()
    const first = await news.next()
    expect(first.value).to.have.property('kind', 'event')
    expect(first.value).to.have.nested.property('event.status', 'placed')
    expect(first.value).to.have.nested.property('event.type', 'OrderPlaced')
    expect(JSON.stringify(first.value), 'personal data').to.not.contain('Long Lane')

    const next = news.next()
    log.append(stream, { type: 'OrderReserved', data: { orderId, reservedAt: minute(1) } })
    signal()
    expect((await next).value).to.have.nested.property('event.status', 'reserved')

    const last = news.next()
    log.append(stream, cancelled)
    signal()
    expect((await last).value).to.have.nested.property('event.status', 'cancelled')
    expect(await news.next()).to.deep.equal({ value: undefined, done: true })
    expect(wakers.size, 'it has left').to.equal(0)
  })

  it('does not miss what comes between its reading and its waiting', async () => {
    let isLate = false
    const { log, follow, signal } = given((all) => async (...asked) => {
      const slice = await all.readStream(...asked)
      if (isLate) {
        isLate = false
        log.append(stream, cancelled)
        signal()
      }
      return slice as never
    })
    log.append(stream, orderPlaced(orderId))
    const news = follow()
    await news.next()
    isLate = true
    signal()
    expect(idOf(await news.next())).to.equal('1')
  })

  it('reads without a signal each time it was quiet', async () => {
    const { log, follow } = given()
    log.append(stream, orderPlaced(orderId))
    const news = follow(-1n, 5)
    await news.next()
    expect(idOf(await news.next())).to.equal('quiet')
    log.append(stream, reported(1))
    expect(idOf(await news.next())).to.equal('1')
  })

  it('brings each event once, wherever it was broken off', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 230 }), fc.array(fc.nat(60)), async (count, breaks) => {
        const { log, follow } = given()
        log.append(stream, orderPlaced(orderId))
        for (let n = 0; n < count; n += 1) log.append(stream, reported(n))
        log.append(stream, cancelled)
        const seen: string[] = []
        for (const length of [...breaks, Infinity]) {
          const news = follow(BigInt(seen.at(-1) ?? -1))
          for (let taken = 0; taken < length; taken += 1) {
            const item = await news.next()
            if (item.done === true) break
            seen.push(idOf(item) ?? '')
          }
          await news.return()
        }
        expect(seen).to.deep.equal(Array.from({ length: count + 2 }, (_, n) => String(n)))
      }),
      { numRuns: 30 },
    )
  })

  it('reads no more than is taken', async () => {
    let reads = 0
    const { log, follow } = given((all) => (...asked) => {
      reads += 1
      return all.readStream(...asked) as never
    })
    log.append(stream, orderPlaced(orderId))
    for (let n = 0; n < 1_000; n += 1) log.append(stream, reported(n))
    const news = follow()
    for (let n = 0; n < 150; n += 1) await news.next()
    expect(reads).to.equal(2)
    await news.return()
  })

  it('waits for a store that is away, and says meanwhile that it is there', async () => {
    let failures = 2
    const { log, follow } = given((all) => (...asked) => {
      if (failures-- > 0) return Promise.reject(new StoreUnavailableError('read', new Error('away')))
      return all.readStream(...asked) as never
    })
    log.append(stream, orderPlaced(orderId))
    log.append(stream, cancelled)
    expect(await idsOf(follow())).to.deep.equal(['quiet', 'quiet', '0', '1'])
  })

  it('fails with what is no outage', async () => {
    const { follow, wakers } = given(() => () => Promise.reject(new RangeError('broken')))
    const failure: unknown = await idsOf(follow()).catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(RangeError)
    expect(wakers.size).to.equal(0)
  })

  it('goes on after the end while money is still to come back', async () => {
    const { log, follow, signal } = given()
    const amount = eur(500)
    log.append(stream, orderPlaced(orderId))
    const refund = { orderId, refundId: 'r1', amount }
    log.append(stream, {
      type: 'RefundRequested',
      data: {
        ...{ ...refund, lines: [], restock: false, cancelsOrder: false, reason: 'goodwill' },
        requestedAt: minute(2),
      },
    })
    log.append(stream, { type: 'OrderCompleted', data: { orderId, completedAt: minute(3) } })
    const news = follow(1n)
    expect((await news.next()).value).to.have.nested.property('event.status', 'completed')
    const next = news.next()
    log.append(stream, { type: 'RefundSettled', data: { ...refund, settledAt: minute(4) } })
    signal()
    expect(idOf(await next)).to.equal('3')
    expect((await news.next()).done).to.equal(true)
  })

  it('ends at once when it is told to, also while the store does not answer', async () => {
    const { ending, follow } = given(() => () => new Promise(() => undefined))
    const ended = idsOf(follow())
    ending.abort()
    expect(await ended).to.deep.equal([])
  })
})
