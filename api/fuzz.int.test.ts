import { seededRandom } from '../platform/seeded-random.ts'
import { expect } from 'chai'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { EventStore } from '../eventstore/types.ts'
import { DEFAULT_LIMITS, type ApiDeps } from './deps.ts'
import { fuzz } from './testing/fuzz.ts'
import { createFuzzer } from './testing/fuzz-requests.ts'
import type { ShopApi } from './testing/shop-api.ts'
import { startShopApi } from './testing/shop-api.ts'

/** Of the short run; `npm run fuzz -- --seconds N --seed S` goes on for longer. */
const SEED = 20_251_121
const REQUESTS = 600

describe('requests that are made up from the document', function () {
  this.timeout(120_000)
  let shop: ShopApi
  let store: ApiDeps['store']

  before(async () => {
    shop = await startShopApi((deps) => {
      store = deps.store
      return {
        ...deps,
        limits: { positionMs: 20, waitSeconds: 1, live: { ...DEFAULT_LIMITS.live, lastMs: 20 } },
      }
    })
  })
  after(() => shop.stop())

  /** Of all events of orders, payments, stock and wallets: what each request has caused. */
  const correlationIdsOfEvents = async (): Promise<ReadonlySet<string>> => {
    const ids = new Set<string>()
    const stop = new AbortController()
    const streamPrefixes = ['order-', 'payment-', 'inventory-', 'wallet-']
    for await (const item of (store as EventStore).subscribeToAll({
      from: 'start',
      streamPrefixes,
      signal: stop.signal,
    })) {
      if (item.kind === 'caught_up') stop.abort()
      else if (item.kind === 'event') ids.add(item.event.metadata.$correlationId)
    }
    return ids
  }

  it('are the same for the same seed', () => {
    const document = shop.app.swagger() as OpenAPIV3_1.Document
    const [one, other] = [1, 1].map((seed) => {
      const next = createFuzzer(document, seededRandom(seed), {})
      return Array.from({ length: 50 }, () => next())
    })
    expect(one).to.deep.equal(other)
  })

  it(`are answered as it says, and change nothing where they are refused (seed ${SEED})`, async () => {
    const report = await fuzz(shop, { seed: SEED, goesOn: (requests) => requests < REQUESTS })

    expect(report.failures, report.failures.join('\n\n')).to.deep.equal([])
    const caused = await correlationIdsOfEvents()
    expect(caused.size, 'what was accepted is in the event store').to.be.above(0)
    expect([...report.refused].filter((id) => caused.has(id))).to.deep.equal([])
    const answered = [...report.statuses.keys()]
    expect(answered, 'some were valid').to.include.oneOf([200, 201, 202])
    expect(answered, 'some were not').to.include(400)
  })
})
