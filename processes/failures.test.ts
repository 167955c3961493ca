import { expect } from 'chai'
import { ConcurrencyError, StoreUnavailableError } from '../eventstore/errors.ts'
import { ProviderRefusedRequestError, ProviderUnavailableError } from '../gateways/payments/provider.ts'
import { EndlessProcessError } from './driver.ts'
import { reactTo, type Reaction } from './failures.ts'

/** A reaction without its reason. */
interface Expected {
  readonly kind: Reaction['kind']
  readonly because?: 'outage' | 'unknown'
  readonly afterMs?: number | undefined
}

describe('the reaction to a step that failed', () => {
  const away = new Error('away')
  const boom = new TypeError('boom')
  const rows: Readonly<Record<string, readonly [unknown, number, Expected]>> = {
    'the store is away: wait': [new StoreUnavailableError('read', away), 1, wait()],
    'others were faster: wait': [new ConcurrencyError('order-1', 1n, 2n), 9, wait()],
    'a provider is silent: wait': [new ProviderUnavailableError('p', 'capture', away), 1, wait()],
    'a provider is not asked for a while: wait so long': [
      new ProviderUnavailableError('p', 'capture', away, 700),
      1,
      wait(700),
    ],
    'unknown, the first time: again after a second': [boom, 1, again(1_000)],
    'unknown, the second time: after two': [boom, 2, again(2_000)],
    'unknown, the third time: after four': [boom, 3, again(4_000)],
    'unknown, once more: park': [boom, 4, { kind: 'park' }],
    'something that is no error: again': ['boom', 1, again(1_000)],
    'a webhook was faster than what the provider itself says: wait': [
      new ProviderRefusedRequestError('p', 'capture', 'authorization_pending', 'Not settled yet.'),
      9,
      wait(),
    ],
    'our account with a provider is wrong: an operator': [
      new ProviderRefusedRequestError('p', 'refund', 'no_permission', 'No.'),
      1,
      { kind: 'needs_operator' },
    ],
    'a table that goes in circles: an operator': [
      new EndlessProcessError('o1', 'pay'),
      1,
      { kind: 'needs_operator' },
    ],
  }
  for (const [name, [error, failures, expected]] of Object.entries(rows)) {
    it(name, () => {
      const { reason, ...reaction } = reactTo(error, failures)
      expect(reaction).to.deep.equal(expected)
      expect(reason).to.contain(error instanceof Error ? error.message : error)
    })
  }

  function wait(afterMs?: number): Expected {
    return { kind: 'retry_after', because: 'outage', afterMs }
  }
  function again(afterMs: number): Expected {
    return { kind: 'retry_after', because: 'unknown', afterMs }
  }
})
