import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import type { DomainEvent } from '../../eventstore/types.ts'
import type { PaymentProvider } from '../../gateways/payments/provider.ts'

export type Moment = 'before' | 'after'

/** What a process works with, each call of which passes a point at which something may happen. */
export interface Interruptible {
  readonly store: (store: ConnectedEventStore) => ConnectedEventStore
  readonly provider: (provider: PaymentProvider) => PaymentProvider
  /** Whether there were so many calls at all. */
  readonly reached: () => boolean
}

interface Points {
  readonly before: (call: number) => Promise<void>
  readonly after: (call: number) => Promise<void>
}

const through = ({ before, after }: Points, reachedAt: number): Interruptible => {
  let calls = 0
  const point =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      calls += 1
      const mine = calls
      await before(mine)
      const result = await call(...args)
      await after(mine)
      return result
    }
  return {
    store: (store) => ({
      ...store,
      append: point((...args) => store.append(...args)),
      readStream: <Event extends DomainEvent>(...args: Parameters<ConnectedEventStore['readStream']>) =>
        point(() => store.readStream<Event>(...args))(),
    }),
    provider: (provider) => ({
      name: provider.name,
      authorize: point(provider.authorize),
      capture: point(provider.capture),
      void: point(provider.void),
      refund: point(provider.refund),
    }),
    reached: () => calls >= reachedAt,
  }
}

export class Crash extends Error {
  override readonly name = 'Crash'
}

/**
 * The process ends at its `crashAt`-th call that leaves it (from 1), `before` the call is made or `after` it has taken effect: from
 * then on nothing gets out of it or comes back to it.
 */
export const crashing = (crashAt: number, moment: Moment): Interruptible => {
  let isDead = false
  const pass = (call: number, here: Moment): Promise<void> => {
    if (call === crashAt && here === moment) isDead = true
    return isDead ? Promise.reject(new Crash(`at call ${crashAt}`)) : Promise.resolve()
  }
  return through({ before: (call) => pass(call, 'before'), after: (call) => pass(call, 'after') }, crashAt)
}

/** `meanwhile` happens at the `callNumber`-th call, `before` it is made or `after` it has taken effect. */
export const interleaved = (
  callNumber: number,
  moment: Moment,
  meanwhile: () => Promise<void>,
): Interruptible => {
  const pass = (call: number, here: Moment): Promise<void> =>
    call === callNumber && here === moment ? meanwhile() : Promise.resolve()
  return through({ before: (call) => pass(call, 'before'), after: (call) => pass(call, 'after') }, callNumber)
}
