import { expect } from 'chai'
import { pino } from 'pino'
import { startProjections } from '../../projections/index.ts'
import { sagasProjection } from '../../projections/sagas/projection.ts'
import { getSaga } from '../../projections/sagas/queries.ts'
import { openShop } from '../../processes/testing/shop.ts'
import { createMetrics, type Metrics } from '../../platform/metrics.ts'
import { eventually } from '../../test/support/eventually.ts'
import { ORDER_GROUP, orderDeadLetters } from '../../processes/index.ts'
import { deadLettersOf, type DeadLetters } from '../../eventstore/dead-letters.ts'
import { measureDeadLetters, measureSagas } from './metrics.ts'

const logger = pino({ level: 'silent' })

describe('the gauges of orders', () => {
  let metrics: Metrics
  let place: () => Promise<string>
  let deadLetters: DeadLetters
  let parkNext: () => Promise<void>
  let stop: () => Promise<void>
  /** Minutes that the clock of the gauges is ahead. */
  let ahead = 0

  before(async () => {
    const shop = await openShop()
    const projections = await startProjections({
      ...{ store: shop.store, pool: shop.pool, logger, projections: [sagasProjection] },
      limits: { lingerMs: 0 },
    })
    metrics = createMetrics()
    const now = (): Date => new Date(Date.now() + ahead * 60_000)
    measureSagas(metrics, { pool: shop.pool, now, logger })
    deadLetters = deadLettersOf(
      orderDeadLetters({ store: shop.store, resume: () => Promise.resolve(undefined) }),
    )
    measureDeadLetters(metrics, deadLetters, logger)
    parkNext = async () => {
      const stopping = new AbortController()
      const consuming = shop.store.consumeGroup({
        ...{ group: ORDER_GROUP, eventTypes: ['OrderPlaced'], concurrency: 1, messageTimeoutMs: 30_000 },
        handle: () => Promise.resolve({ kind: 'park', reason: 'it makes no sense', retries: 0 }),
        signal: stopping.signal,
      })
      await eventually(async () => (await shop.store.readParked(ORDER_GROUP)).length > 0)
      stopping.abort()
      await consuming
    }
    place = async () => {
      const orderId = await shop.place([await shop.stock(1)])
      await eventually(async () => (await getSaga(shop.pool, orderId, now())) !== undefined)
      return orderId
    }
    stop = async () => {
      await projections.stop()
      await shop.stop()
    }
  })
  after(() => stop())

  const valuesOf = async (name: string): Promise<Record<string, number>> => {
    const text = await metrics.getSingleMetricAsString(name)
    return Object.fromEntries(
      [...text.matchAll(/\{\w+="([\w-]+)"\} (\d+)/g)].map(([, step = '', value]) => [step, Number(value)]),
    )
  }

  it('count orders at the step at which they stand, and those apart that have stood for too long', async () => {
    expect((await valuesOf('orderstream_sagas'))['reserve']).to.equal(0)
    await place()
    await place()
    expect(await valuesOf('orderstream_sagas')).to.include({ reserve: 2, await_payment: 0 })
    expect((await valuesOf('orderstream_sagas_stuck'))['reserve']).to.equal(0)
    ahead = 60
    expect((await valuesOf('orderstream_sagas_stuck'))['reserve']).to.equal(2)
    expect((await valuesOf('orderstream_sagas'))['reserve']).to.equal(2)
  })
  it('count what is put aside, until it is settled', async () => {
    expect(await valuesOf('orderstream_dead_letters')).to.deep.equal({ process: 0, 'read-model': 0 })
    await place()
    await parkNext()
    const letters = await deadLetters.list()
    expect(letters).to.have.length.greaterThan(0)
    expect(await valuesOf('orderstream_dead_letters')).to.deep.equal({
      process: letters.length,
      'read-model': 0,
    })
    for (const { id } of letters) await deadLetters.discard(id)
    expect(await valuesOf('orderstream_dead_letters')).to.deep.equal({ process: 0, 'read-model': 0 })
  })
})
