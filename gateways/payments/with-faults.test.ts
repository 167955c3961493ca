import { expect } from 'chai'
import { ProviderUnavailableError } from './provider.ts'
import { scriptedProvider, voidRequest } from './testing/scripted-provider.ts'
import { withFaults } from './with-faults.ts'

describe('a provider with faults', () => {
  /** For each of `calls` calls: whether it came through, and whether an answer came back. */
  const course = async (seed: number, rate: number, calls = 400): Promise<string[]> => {
    const { provider, keys } = scriptedProvider()
    const faulty = withFaults(provider, { rate, latencyMs: 0, seed })
    const seen: string[] = []
    for (let call = 0; call < calls; call += 1) {
      const key = `key ${call}`
      const answer = await faulty.void(voidRequest(key)).then(
        () => 'answered',
        (error: unknown) => {
          expect(error)
            .to.be.instanceOf(ProviderUnavailableError)
            .and.include({ provider: 'scripted', operation: 'void' })
          return 'lost'
        },
      )
      seen.push(`${keys.includes(key) ? 'done' : 'not done'}, ${answer}`)
    }
    return seen
  }
  const count = (seen: readonly string[], what: string): number => seen.filter((each) => each === what).length

  it('loses requests and answers at the given rate', async () => {
    const seen = await course(1, 0.4)
    expect(count(seen, 'done, answered')).to.be.within(210, 270)
    expect(count(seen, 'not done, lost')).to.be.within(55, 105)
    expect(count(seen, 'done, lost')).to.be.within(55, 105)
    expect(count(seen, 'not done, answered')).to.equal(0)
  })

  it('has the same faults for the same seed', async () => {
    expect(await course(7, 0.5)).to.deep.equal(await course(7, 0.5))
    expect(await course(7, 0.5)).not.to.deep.equal(await course(8, 0.5))
  })

  it('has none at a rate of 0, and nothing else at a rate of 1', async () => {
    expect(count(await course(3, 0, 50), 'done, answered')).to.equal(50)
    expect(count(await course(3, 1, 50), 'done, answered')).to.equal(0)
  })

  it('takes its time', async () => {
    const { provider } = scriptedProvider()
    const slow = withFaults(provider, { rate: 0, latencyMs: 30, seed: 1 })
    const start = performance.now()
    await slow.void(voidRequest('key'))
    // timers may be a millisecond early
    expect(performance.now() - start).to.be.at.least(29)
  })
})
