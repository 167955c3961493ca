import { expect } from 'chai'
import { givenChoices, randomChoices, simplest } from './testing/simulation/choices.ts'
import { simulate, type Simulated } from './testing/simulation/simulate.ts'

const SCHEDULES = 800
/** Schedules that broke a law once: a refund's old answer was written after a newer one, under one id. */
const BROKEN_ONCE = [4_119]

describe('orders under random schedules of crash, duplicate, delay, reorder and fault', () => {
  it(`keep all laws (${SCHEDULES} schedules; more by npm run simulate)`, async function () {
    this.timeout(120_000)
    const statuses = new Set<string>()
    for (let seed = 1; seed <= SCHEDULES; seed += 1) {
      const result = await simulate(randomChoices(seed))
      for (const status of result.statuses) statuses.add(status)
      expect(result.broken, `npm run simulate -- --seed ${seed} --schedules 1`).to.deep.equal([])
    }
    // they go everywhere
    expect([...statuses]).to.include.members([
      ...['paid', 'cancelled', 'expired', 'refund_failed with refunds', 'cancelled with refunds'],
      ...['paid with refunds', 'delivered'],
    ])
  })

  it('keep them where they once did not', async () => {
    for (const seed of BROKEN_ONCE) expect((await simulate(randomChoices(seed))).broken).to.deep.equal([])
  })

  it('are the same history for the same seed, and for the same choices', async () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const choices = randomChoices(seed)
      const first: Simulated = await simulate(choices)
      expect(await simulate(randomChoices(seed))).to.deep.equal(first)
      expect(await simulate(givenChoices(choices.made))).to.deep.equal(first)
    }
  })

  it('without any fault an order is paid', async () => {
    const { broken, statuses } = await simulate(givenChoices([]))
    expect(broken).to.deep.equal([])
    expect(statuses).to.deep.equal(['paid'])
  })

  it('that fail are made as simple as can be', async () => {
    const fails = (choices: readonly number[]): Promise<boolean> =>
      Promise.resolve((choices[3] ?? 0) > 0 && (choices[17] ?? 0) > 1)
    const long = Array.from({ length: 40 }, (_, index) => (index % 3) + 1)
    const least = await simplest(long, fails)
    expect(least.flatMap((choice, index) => (choice > 0 ? [index] : []))).to.deep.equal([3, 17])
  })
})
