import { reject, type Decision } from '../decider.ts'
import type { OrderCommand, OrderRefusal, OrderRejection } from './commands.ts'
import type { Cancelling, OrderIn, PlacedOrder } from './state.ts'

export const refuse = (command: OrderCommand, refusal: OrderRefusal): Decision<never, OrderRejection> =>
  reject({ ...refusal, orderId: command.orderId, command: command.type })

/** Not in this status. */
export const illegal = (command: OrderCommand, order: PlacedOrder): Decision<never, OrderRejection> =>
  refuse(command, { type: 'illegal_transition', status: order.status })

/** It is on its way back. */
export const cancelling = (
  command: OrderCommand,
  order: OrderIn<'placed' | 'reserved'> & { readonly cancelling: Cancelling },
): Decision<never, OrderRejection> =>
  refuse(command, { type: 'order_cancelling', status: order.status, reason: order.cancelling.reason })
