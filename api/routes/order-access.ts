import { orders, type PlacedOrder } from '../../commands/aggregates.ts'
import type { CommandDeps } from '../../commands/deps.ts'
import type { Position } from '../../projections/positions.ts'
import type { Caller } from '../plugins/authentication.ts'
import { ProblemError } from '../problems.ts'

export const seesAll = ({ scopes }: Caller): boolean => scopes.has('orders:read:any')

/** What is another customer's is not there. */
export const mayRead = (caller: Caller, customerId: string): boolean =>
  seesAll(caller) || caller.id === customerId

/**
 * An order that the caller may see, from the event store: it never lags.
 * @throws ProblemError `not-found`
 */
export const visibleOrder = async (
  { handler }: Pick<CommandDeps, 'handler'>,
  id: string,
  caller: Caller,
): Promise<{ readonly order: PlacedOrder; readonly position: Position; readonly revision: bigint }> => {
  const { state, position, revision } = await handler.load(orders, id)
  const isThere = state.status !== 'none' && position !== undefined && revision !== undefined
  if (!isThere || !mayRead(caller, state.customerId)) throw new ProblemError('not-found')
  return { order: state, position, revision }
}

/** Position of the newest event of an order that the caller may see. @throws ProblemError `not-found` */
export const positionOf = async (
  commands: Pick<CommandDeps, 'handler'>,
  id: string,
  caller: Caller,
): Promise<Position> => (await visibleOrder(commands, id, caller)).position
