import { settleRefund } from '../commands/settle-refund.ts'
import { refundsOf, type Refund } from '../domain/order/state.ts'
import { done, type ProcessTable, type Step } from './step.ts'

/** From refunds that were asked for to money given back, whatever else the order does meanwhile. */
export const refund: ProcessTable = (order) => {
  const pending = refundsOf(order).filter(({ status }) => status === 'pending')
  return pending.length === 0 ? undefined : settle(pending)
}

/** One that is on its way at the provider does not hold up the others. */
const settle = (pending: readonly Refund[]): Step => ({
  name: 'refund',
  run: async (deps, order, context) => {
    for (const each of pending) {
      if ((await settleRefund(deps, order, each, context)) === 'settled') return done
    }
    return { kind: 'waiting' }
  },
})
