import type { Pool } from 'pg'
import { StoreUnavailableError, UnknownOutcomeError } from '../../eventstore/errors.ts'
import type { DomainEvent, Streams } from '../../eventstore/types.ts'
import { intercept } from '../../gateways/payments/intercept.ts'
import { ProviderUnavailableError, type PaymentProvider } from '../../gateways/payments/provider.ts'

export type Moment = 'before' | 'after'

/** What a process works with, each call of which passes a point at which something may happen. */
export interface Interruptible {
  readonly store: <Store extends Streams>(store: Store) => Store
  readonly provider: (provider: PaymentProvider) => PaymentProvider
  /** A statement that is a call of its own; what is in a transaction of the caller's is not seen. */
  readonly pool: (pool: Pool) => Pool
  /** Whether there were so many calls at all. */
  readonly reached: () => boolean
}

interface Points {
  /** `unanswered`: what the caller is told where there is no answer. */
  readonly before: (call: number, unanswered: () => Error) => Promise<void>
  readonly after: (call: number, unanswered: () => Error) => Promise<void>
}

const through = ({ before, after }: Points, reachedAt: number): Interruptible => {
  let calls = 0
  const point = async <Result>(unanswered: () => Error, call: () => Promise<Result>): Promise<Result> => {
    calls += 1
    const mine = calls
    await before(mine, unanswered)
    const result = await call()
    await after(mine, unanswered)
    return result
  }
  const cause = new Error('interrupted')
  return {
    store: (store) => ({
      ...store,
      append: (...args: Parameters<Streams['append']>) =>
        point(
          () => new UnknownOutcomeError(args[0], cause),
          () => store.append(...args),
        ),
      readStream: <Event extends DomainEvent>(...args: Parameters<Streams['readStream']>) =>
        point(
          () => new StoreUnavailableError('read', cause),
          () => store.readStream<Event>(...args),
        ),
    }),
    provider: (provider) =>
      intercept(provider, (operation, _request, call) =>
        point(() => new ProviderUnavailableError(provider.name, operation, cause), call),
      ),
    pool: (pool) => {
      const query = (...args: [text: string, values?: unknown[]]): Promise<unknown> =>
        point(
          () => new Error('Connection terminated unexpectedly', { cause }),
          () => pool.query(...args),
        )
      return Object.create(pool, { query: { value: query } }) as Pool
    },
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

/** The `callNumber`-th call is not answered: it got lost on its way (`before`), or its answer did (`after`). The process goes on. */
export const unanswered = (callNumber: number, moment: Moment): Interruptible => {
  const pass = (call: number, here: Moment, error: () => Error): Promise<void> =>
    call === callNumber && here === moment ? Promise.reject(error()) : Promise.resolve()
  return through(
    {
      before: (call, error) => pass(call, 'before', error),
      after: (call, error) => pass(call, 'after', error),
    },
    callNumber,
  )
}
