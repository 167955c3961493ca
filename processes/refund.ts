import { settleRefund } from '../commands/settle-refund.ts'
import { refundsOf, type Refund } from '../domain/order/state.ts'
import { done, type ProcessTable, type Step } from './step.ts'

/** From a refund that was asked for to money given back, whatever else the order does meanwhile. */
export const refund: ProcessTable = (order) => {
  const pending = refundsOf(order).find(({ status }) => status === 'pending')
  return pending === undefined ? undefined : settle(pending)
}

const settle = (pending: Refund): Step => ({
  name: `refund/${pending.refundId}/${pending.tries}`,
  run: async (deps, order, context) => {
    await settleRefund(deps, order, pending, context)
    return done
  },
})
