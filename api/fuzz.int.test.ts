import { expect } from 'chai'
import type { OpenAPIV3_1 } from 'openapi-types'
import { seededRandom } from '../platform/seeded-random.ts'
import { fuzz, linesOf } from './testing/fuzz.ts'
import { createFuzzer, HOSTILITY, targetsOf, type Mood } from './testing/fuzz-requests.ts'
import { CALLERS, startFuzzedShop, type FuzzedShop } from './testing/fuzzed-shop.ts'

/** Of the short run; `npm run fuzz -- --seconds N --seed S` goes on for longer and prints what was answered. */
const SEED = 20_251_121
const ROUNDS = 6

describe('requests that are made up from the document', function () {
  this.timeout(240_000)
  let fuzzed: FuzzedShop

  before(async () => {
    fuzzed = await startFuzzedShop()
  })
  after(() => fuzzed.shop.stop())

  /** Of all events of orders, payments, stock and wallets: what each request has caused. */
  const correlationIdsOfEvents = async (): Promise<ReadonlySet<string>> => {
    const ids = new Set<string>()
    const stop = new AbortController()
    const streamPrefixes = ['order-', 'payment-', 'inventory-', 'wallet-']
    for await (const item of fuzzed.store.subscribeToAll({
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
    const document = fuzzed.shop.app.swagger() as OpenAPIV3_1.Document
    const [one, other] = [1, 1].map((seed) => {
      const next = createFuzzer(document, seededRandom(seed), () => ({}))
      return targetsOf(document).flatMap((target) =>
        Object.keys(HOSTILITY).map((mood) => next(target, mood as Mood)),
      )
    })
    expect(one).to.deep.equal(other)
  })

  it(`are answered as it says, and change nothing where they are refused (seed ${SEED})`, async () => {
    const report = await fuzz(fuzzed, { seed: SEED, goesOn: (rounds) => rounds < ROUNDS })

    expect(report.failures, report.failures.join('\n\n')).to.deep.equal([])
    const lines = linesOf(report).join('\n')
    for (const { name, requests, understood } of report.targets) {
      expect(requests, `${name}\n${lines}`).to.equal(ROUNDS * CALLERS.length)
      expect(understood, `none was more than an attempt at ${name}\n${lines}`).to.be.above(0)
    }
    const names = report.targets.map(({ name }) => name)
    expect(names, 'pages that no document tells of').to.include.members(['GET /inbox', 'GET /docs/json'])
    const served = new Set(report.targets.flatMap((target) => [...target.served]))
    expect([...served], 'everybody gets something').to.have.members(CALLERS)

    const caused = await correlationIdsOfEvents()
    expect(caused.size, 'what was accepted is in the event store').to.be.above(0)
    expect([...report.refused].filter((id) => caused.has(id))).to.deep.equal([])
  })
})
