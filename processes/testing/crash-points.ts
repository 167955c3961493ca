import type { DomainEvent } from '../../eventstore/types.ts'
import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import type { PaymentProvider } from '../../gateways/payments/provider.ts'

export class Crash extends Error {
  override readonly name = 'Crash'
}

/**
 * Counts each call that leaves the process and ends the process at the `crashAt`-th (from 1), `before` the call is made or `after`
 * it has taken effect: from then on no call gets out any more.
 */
export const crashPoints = (
  crashAt: number,
  moment: 'before' | 'after',
): {
  readonly store: (store: ConnectedEventStore) => ConnectedEventStore
  readonly provider: (provider: PaymentProvider) => PaymentProvider
  readonly reached: () => boolean
} => {
  let calls = 0
  const point =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      calls += 1
      const mine = calls
      if (mine > crashAt || (mine === crashAt && moment === 'before')) throw new Crash(`at call ${mine}`)
      const result = await call(...args)
      if (calls >= crashAt && (mine === crashAt || calls > crashAt)) throw new Crash(`at call ${mine}`)
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
    reached: () => calls >= crashAt,
  }
}
