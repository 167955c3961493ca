import { checkout } from './checkout.ts'
import { refund } from './refund.ts'
import type { ProcessTable } from './step.ts'

/** All that happens to an order by itself. */
export const orderProcess: ProcessTable = (order) => checkout(order) ?? refund(order)

/** The events after which there may be something to do; all others come of what is done here, or wait for somebody. */
export const wakeUps = [
  'OrderPlaced',
  'PaymentMethodChosen',
  'PaymentReported',
  'OrderCancellationStarted',
  'RefundRequested',
  'RefundRetried',
] as const
