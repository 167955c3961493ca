import { expect } from 'chai'
import { pino } from 'pino'
import { startProjections } from '../../projections/index.ts'
import { sagasProjection } from '../../projections/sagas/projection.ts'
import { getSaga } from '../../projections/sagas/queries.ts'
import { openShop } from '../../processes/testing/shop.ts'
import { createMetrics, type Metrics } from '../../platform/metrics.ts'
import { eventually } from '../../test/support/eventually.ts'
import { measureSagas } from './metrics.ts'

const logger = pino({ level: 'silent' })

describe('the gauges of orders under way', () => {
  let metrics: Metrics
  let place: () => Promise<string>
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
      [...text.matchAll(/\{step="(\w+)"\} (\d+)/g)].map(([, step = '', value]) => [step, Number(value)]),
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
})
