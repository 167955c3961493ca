import { expect } from 'chai'
import { once } from 'node:events'
import { ProviderRefusedRequestError, ProviderUnavailableError } from './provider.ts'
import { defaultResilience, resilient, type ResiliencePolicy } from './resilient.ts'
import {
  failureOf,
  scriptedProvider,
  unknownOutcome,
  voidRequest,
  type ScriptedProvider,
} from './testing/scripted-provider.ts'

const policy: ResiliencePolicy = {
  limitMs: 1_000,
  retries: { most: 2, baseMs: 1, capMs: 4 },
  breaker: { failures: 5, windowMs: 60_000, openMs: 30_000 },
}
const oneTry: ResiliencePolicy = { ...policy, retries: { ...policy.retries, most: 0 } }

describe('a resilient provider', () => {
  let scripted: ScriptedProvider
  let time: number
  const now = (): number => time

  beforeEach(() => {
    scripted = scriptedProvider()
    time = 1_000_000
  })

  describe('time limit', () => {
    const impatient = { ...oneTry, limitMs: 20 }

    it('answers as the provider does', async () => {
      const provider = resilient(scripted.provider, impatient, now)
      expect(provider.name).to.equal('scripted')
      expect(await provider.void(voidRequest('k'))).to.deep.equal({ kind: 'voided' })
      expect(scripted.keys).to.deep.equal(['k'])
    })

    it('gives a provider up that does not answer, and says which and at what', async () => {
      const provider = resilient(scripted.provider, impatient, now)
      scripted.next(() => new Promise<never>(() => undefined))
      const error = await failureOf(provider.void(voidRequest('k')))
      expect(error).to.be.instanceOf(ProviderUnavailableError).and.include({
        provider: 'scripted',
        operation: 'void',
        retryAfterMs: undefined,
        message: 'Payment provider scripted gave no answer: void',
      })
      expect(error).to.have.property('cause').that.has.property('message', 'no answer within 20 ms')
    })

    it('takes no notice of an answer that comes too late', async () => {
      const provider = resilient(scripted.provider, impatient, now)
      const late = new EventTarget()
      const isLate = once(late, 'now')
      scripted.next(async () => {
        await isLate
        throw new Error('too late')
      })
      expect(await failureOf(provider.void(voidRequest('k')))).to.be.instanceOf(ProviderUnavailableError)
      late.dispatchEvent(new Event('now'))
      // an unhandled rejection would end the test run
      await new Promise(setImmediate)
    })

    it('is 2.5 seconds', () => {
      expect(defaultResilience).to.deep.include({
        limitMs: 2_500,
        breaker: { failures: 5, windowMs: 60_000, openMs: 30_000 },
      })
    })
  })

  describe('retries', () => {
    it('asks again with the same key until the outcome is known', async () => {
      const provider = resilient(scripted.provider, policy, now)
      scripted.next(unknownOutcome, unknownOutcome)
      expect(await provider.void(voidRequest('k'))).to.deep.equal({ kind: 'voided' })
      expect(scripted.keys).to.deep.equal(['k', 'k', 'k'])
    })

    it('gives up after so many, with the last error', async () => {
      const provider = resilient(scripted.provider, policy, now)
      const last = new ProviderUnavailableError('scripted', 'void', new Error('the last'))
      scripted.next(unknownOutcome, unknownOutcome, () => Promise.reject(last))
      expect(await failureOf(provider.void(voidRequest('k')))).to.equal(last)
      expect(scripted.keys).to.have.length(3)
    })

    it('leaves every other error as it is, at once', async () => {
      const provider = resilient(scripted.provider, policy, now)
      const errors = [
        new ProviderRefusedRequestError('scripted', 'void', 'key_invalid', 'The key is not valid.'),
        new TypeError('a mistake'),
      ]
      for (const error of errors) {
        scripted.next(() => Promise.reject(error))
        expect(await failureOf(provider.void(voidRequest('k')))).to.equal(error)
      }
      expect(scripted.keys).to.have.length(2)
    })
  })

  describe('circuit breaker', () => {
    const fail = async (provider: ReturnType<typeof resilient>, times: number): Promise<void> => {
      for (let count = 0; count < times; count += 1) {
        scripted.next(unknownOutcome)
        await failureOf(provider.void(voidRequest(`failure ${count}`)))
      }
    }

    it('opens at the fifth failure within a minute, also between successes', async () => {
      const provider = resilient(scripted.provider, oneTry, now)
      await fail(provider, 4)
      await provider.void(voidRequest('k'))
      expect(provider.breaker.state()).to.equal('closed')
      time += 59_999
      await fail(provider, 1)
      expect(provider.breaker.state()).to.equal('open')
    })

    it('forgets failures after a minute', async () => {
      const provider = resilient(scripted.provider, oneTry, now)
      await fail(provider, 4)
      time += 60_000
      await fail(provider, 4)
      expect(provider.breaker.state()).to.equal('closed')
      await fail(provider, 1)
      expect(provider.breaker.state()).to.equal('open')
    })

    it('counts each try', async () => {
      const provider = resilient(
        scripted.provider,
        { ...policy, retries: { most: 9, baseMs: 1, capMs: 1 } },
        now,
      )
      scripted.next(...Array<typeof unknownOutcome>(9).fill(unknownOutcome))
      const error = await failureOf(provider.void(voidRequest('k')))
      expect(error).to.include({ retryAfterMs: 30_000 })
      expect(scripted.keys).to.have.length(5)
    })

    it('asks nobody while it is open, and says how long that will be', async () => {
      const provider = resilient(scripted.provider, oneTry, now)
      await fail(provider, 5)
      time += 12_000.5
      const asked = scripted.keys.length
      const error = await failureOf(provider.void(voidRequest('k')))
      expect(error)
        .to.be.instanceOf(ProviderUnavailableError)
        .and.include({ provider: 'scripted', operation: 'void', retryAfterMs: 18_000 })
      expect(scripted.keys).to.have.length(asked)
    })

    it('lets one call through after 30 seconds; the others wait for what becomes of it', async () => {
      const provider = resilient(scripted.provider, oneTry, now)
      await fail(provider, 5)
      time += 30_000
      let finish: () => void = () => undefined
      scripted.next(
        () =>
          new Promise<void>((resolve) => {
            finish = resolve
          }),
      )
      const calls = ['trial', 'second', 'third'].map((key) => provider.void(voidRequest(key)))
      await new Promise(setImmediate)
      expect(scripted.keys.slice(5)).to.deep.equal(['trial'])
      expect(provider.breaker.state()).to.equal('half_open')
      finish()
      await Promise.all(calls)
      expect(scripted.keys.slice(5)).to.deep.equal(['trial', 'second', 'third'])
      expect(provider.breaker.state()).to.equal('closed')
      // and it begins to count anew
      await fail(provider, 4)
      expect(provider.breaker.state()).to.equal('closed')
    })

    it('stays open for another 30 seconds where that call fails', async () => {
      const provider = resilient(scripted.provider, oneTry, now)
      await fail(provider, 5)
      time += 30_000
      await fail(provider, 1)
      expect(provider.breaker.state()).to.equal('open')
      time += 29_999
      expect(await failureOf(provider.void(voidRequest('k')))).to.include({ retryAfterMs: 1 })
      time += 1
      await provider.void(voidRequest('k'))
      expect(provider.breaker.state()).to.equal('closed')
    })

    it('takes an answer that is a refusal for an answer', async () => {
      const provider = resilient(scripted.provider, oneTry, now)
      const refusal = new ProviderRefusedRequestError(
        'scripted',
        'void',
        'key_invalid',
        'The key is not valid.',
      )
      for (let count = 0; count < 10; count += 1) {
        scripted.next(() => Promise.reject(refusal))
        await failureOf(provider.void(voidRequest('k')))
      }
      expect(provider.breaker.state()).to.equal('closed')
    })

    it('tells each change until nobody listens any more', async () => {
      const provider = resilient(scripted.provider, oneTry, now)
      const states: string[] = []
      const stop = provider.breaker.onChange((state) => states.push(state))
      await fail(provider, 5)
      time += 30_000
      await fail(provider, 1)
      time += 30_000
      await provider.void(voidRequest('k'))
      expect(states).to.deep.equal(['open', 'half_open', 'open', 'half_open', 'closed'])
      stop()
      await fail(provider, 5)
      expect(states).to.have.length(5)
    })
  })
})
