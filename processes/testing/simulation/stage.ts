import type { PlaceOrderDeps } from '../../../commands/place-order.ts'
import type { SimulatorLedger } from '../../../gateways/payments/simulator-ledger.ts'
import type { Task } from './world.ts'

/** What tasks can do beside commands. */
export interface Stage {
  readonly ledger: SimulatorLedger
  readonly now: () => Date
  /** Time goes on by so many milliseconds. */
  readonly pass: (ms: number) => void
  readonly add: (...tasks: readonly Task<PlaceOrderDeps>[]) => void
  readonly whether: (rate: number) => boolean
  readonly choose: <Item>(items: readonly Item[]) => Item
}
