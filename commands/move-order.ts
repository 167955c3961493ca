import type { OrderCommand, OrderRejection } from '../domain/order/decide.ts'
import type { OrderEvent } from '../domain/order/events.ts'
import type { Order } from '../domain/order/state.ts'
import { orders } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type CommandDeps } from './deps.ts'
import type { HandleOptions } from './handle.ts'
import type { Outcome } from './outcome.ts'

type Untimed<Command> = Command extends unknown ? Omit<Command, 'at'> : never

/** What staff does with an order that is on its way, or wants to have refunded. */
export type OrderMove = Untimed<
  Extract<
    OrderCommand,
    {
      type:
        | 'StartFulfilment'
        | 'DispatchShipment'
        | 'DeliverShipment'
        | 'CompleteOrder'
        | 'RequestRefund'
        | 'RetryRefund'
    }
  >
>

/** Carries out `move` now. What follows of it is done by the order's process. @throws as CommandHandler.handle */
export const moveOrder = (
  deps: CommandDeps,
  move: OrderMove,
  context: CommandContext,
  options?: HandleOptions,
): Promise<Outcome<Order, OrderEvent, OrderRejection>> =>
  deps.handler.handle(orders, move.orderId, { ...move, at: at(deps) }, context, options)
