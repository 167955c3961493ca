import { expect } from 'chai'
import fc from 'fast-check'
import { pino } from 'pino'
import type { OrderEvent } from '../../domain/order/events.ts'
import { release, sweepClaims } from '../claims.ts'
import { startProjections } from '../index.ts'
import { buildAndSwap, prepareRebuild } from '../rebuild.ts'
import { startDatabase, until, type TestDatabase } from '../testing/database.ts'
import { createEventLog, type EventLog } from '../testing/event-log.ts'
import { feed, repeatedBatches } from '../testing/feeding.ts'
import { minute, orderPlaced, paidOrder } from '../testing/histories.ts'
import { deadlinesProjection } from './projection.ts'
import { deadlineBook } from './queries.ts'

const logger = pino({ level: 'silent' })
const date = (minutes: number): Date => new Date(minute(minutes))

/** Shipped and delivered at these minutes. */
const delivered = (orderId: string, at: number): OrderEvent[] => [
  { type: 'FulfilmentStarted', data: { orderId, startedAt: minute(6) } },
  {
    type: 'ShipmentDispatched',
    data: {
      ...{ orderId, shipmentId: 's1', carrier: 'post', trackingNumber: 't1' },
      ...{ lines: [{ sku: 'lamp', quantity: 2 }], dispatchedAt: minute(7) },
    },
  },
  { type: 'ShipmentDelivered', data: { orderId, shipmentId: 's1', deliveredAt: minute(at) } },
]

describe('the book of deadlines', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await startDatabase()
  })
  afterEach(() => database.stop())

  const withBook = async (
    log: EventLog,
    work: (taken: (events: number) => Promise<void>) => Promise<void>,
  ): Promise<void> => {
    const projections = await startProjections({
      ...{ store: log, pool: database.pool, logger, projections: [deadlinesProjection] },
      limits: { lingerMs: 0 },
    })
    try {
      await work((events) =>
        until(async () => (await projections.status()).every((status) => status.events === BigInt(events))),
      )
    } finally {
      await projections.stop()
    }
  }
  const idsOf = (due: readonly { readonly orderId: string; readonly kind: string }[]): string[] =>
    due.map(({ orderId, kind }) => `${orderId} ${kind}`)

  it('has the time that an order may be paid in, and the time after which a delivered one is over', async () => {
    const log = createEventLog()
    log.append('order-o1', orderPlaced('o1'))
    log.append('order-o2', orderPlaced('o2', { payBy: minute(12) }))
    for (const [stream, event] of paidOrder('o3')) log.append(stream, event)
    const day = 24 * 60
    await withBook(log, async (taken) => {
      await taken(log.events.filter(({ stream }) => stream.startsWith('order-')).length)
      const book = deadlineBook(database.pool)
      expect(await book.take(date(11), 10)).to.deep.equal([])
      const [first] = await book.take(date(12), 10)
      const placed = log.events.find(({ stream }) => stream === 'order-o2')
      expect(first).to.deep.equal({
        ...{ orderId: 'o2', kind: 'payment' },
        ...{ causationId: placed?.id, correlationId: placed?.metadata.$correlationId },
      })
      expect(idsOf(await book.take(date(60), 10))).to.deep.equal(['o1 payment'])

      for (const event of delivered('o3', 10)) log.append('order-o3', event)
      await taken(log.events.filter(({ stream }) => stream.startsWith('order-')).length)
      expect(await book.take(date(14 * day + 9), 10)).to.deep.equal([])
      expect(idsOf(await book.take(date(14 * day + 10), 10))).to.deep.equal(['o3 completion'])
    })
  })

  it('forgets a deadline once its order has moved on', async () => {
    const log = createEventLog()
    const moves: readonly OrderEvent[] = [
      {
        type: 'OrderCancellationStarted',
        data: {
          ...{ orderId: 'o1', reason: 'requested_by_staff', detail: null },
          ...{ shortfalls: [], startedAt: minute(1) },
        },
      },
      {
        type: 'OrderCancelled',
        data: { orderId: 'o1', reason: 'requested_by_staff', cancelledAt: minute(2) },
      },
    ]
    log.append('order-o1', orderPlaced('o1'))
    for (const move of moves) {
      log.append('order-o1', move)
      const { deadlines } = await feed(database.pool, deadlinesProjection, [log.events])
      expect(deadlines?.[0], move.type).to.include({ kind: null, due_at: null, set_by: null })
    }
    const completed = createEventLog()
    for (const [stream, event] of paidOrder('o3')) completed.append(stream, event)
    for (const event of delivered('o3', 10)) completed.append('order-o3', event)
    completed.append('order-o3', { type: 'OrderCompleted', data: { orderId: 'o3', completedAt: minute(11) } })
    const { deadlines } = await feed(database.pool, deadlinesProjection, [completed.events])
    expect(deadlines?.[0]).to.include({ kind: null, due_at: null })
  })

  it('lends each deadline to one of many instances, and again where it was released', async () => {
    const log = createEventLog()
    const orderIds = Array.from({ length: 200 }, (_, index) => `o${index}`)
    for (const orderId of orderIds) log.append(`order-${orderId}`, orderPlaced(orderId))
    await withBook(log, async (taken) => {
      await taken(200)
      const book = deadlineBook(database.pool)
      const takers = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const mine: string[] = []
          for (let round = 0; round < 20; round += 1) {
            mine.push(...(await book.take(date(20), 10)).map(({ orderId }) => orderId))
          }
          return mine
        }),
      )
      expect(takers.flat()).to.have.members(orderIds)
      expect(takers.flat()).to.have.length(200)
      expect(takers.filter((mine) => mine.length > 0)).to.have.length.greaterThan(1)

      const [one, other] = log.events
      if (one === undefined || other === undefined) throw new Error('no events')
      await release(database.pool, 'deadlines', one.id)
      await database.pool.query(
        `UPDATE projections.claims SET until = now() WHERE until < now() + interval '5 s'`,
      )
      expect(idsOf(await book.take(date(20), 10))).to.deep.equal(['o0 payment'])

      // one that is struck does not come again, though the read model has it still
      const deadline = { orderId: 'o1', kind: 'payment', correlationId: '' } as const
      await book.strike({ ...deadline, causationId: other.id })
      await database.pool.query(
        `UPDATE projections.claims SET until = now() WHERE until < now() + interval '1 h'`,
      )
      expect(idsOf(await book.take(date(20), 500)))
        .to.have.length(199)
        .and.not.include('o1 payment')
    })
  })

  it('lends nothing twice while a rebuild swaps its tables', async () => {
    const log = createEventLog()
    const orderIds = Array.from({ length: 400 }, (_, index) => `o${index}`)
    for (const orderId of orderIds) log.append(`order-${orderId}`, orderPlaced(orderId))
    await withBook(log, async (taken) => {
      await taken(400)
      const book = deadlineBook(database.pool)
      const mine: string[] = []
      let isSwapped = false
      const taking = Array.from({ length: 4 }, async () => {
        while (!isSwapped || mine.length < 400) {
          mine.push(...(await book.take(date(20), 3)).map(({ orderId }) => orderId))
        }
      })
      await rebuildDeadlines(log)
      isSwapped = true
      await Promise.all(taking)
      expect(mine).to.have.length(400)
      expect(new Set(mine).size).to.equal(400)
    })
  })

  const rebuildDeadlines = async (log: EventLog): Promise<void> => {
    const deps = {
      ...{ store: log, pool: database.pool, logger, retryDelaysMs: [1] },
      limits: { maxEvents: 50, lingerMs: 0, busyLingerMs: 0, catchUpLingerMs: 0 },
    }
    const prepared = await prepareRebuild(database.pool, [deadlinesProjection], { reuse: false })
    await buildAndSwap(deps, prepared, new AbortController().signal)
  }

  it('is empty as long as nobody has built it', async () => {
    expect(await deadlineBook(database.pool).take(date(20), 10)).to.deep.equal([])
    expect(await sweepClaims(database.pool)).to.equal(0)
  })

  it('gives the same rows however its events are cut into batches and repeated', async () => {
    const log = createEventLog()
    for (const orderId of ['o1', 'o2']) {
      for (const [stream, event] of paidOrder(orderId)) log.append(stream, event)
    }
    for (const event of delivered('o1', 10)) log.append('order-o1', event)
    const expected = await feed(database.pool, deadlinesProjection, [log.events])
    await fc.assert(
      fc.asyncProperty(repeatedBatches(log.events), async (batches) => {
        expect(await feed(database.pool, deadlinesProjection, batches)).to.deep.equal(expected)
      }),
      { numRuns: 15 },
    )
  })

  it('keeps no claims for longer than they are of use', async () => {
    const log = createEventLog()
    log.append('order-o1', orderPlaced('o1'))
    await withBook(log, async (taken) => {
      await taken(1)
      const book = deadlineBook(database.pool)
      await book.take(date(20), 1)
      expect(await sweepClaims(database.pool)).to.equal(0)
      await database.pool.query(`UPDATE projections.claims SET until = now() - interval '25 h'`)
      expect(await sweepClaims(database.pool)).to.equal(1)
    })
  })
})
