import { streamOf } from '../commands/aggregate.ts'
import { orders } from '../commands/aggregates.ts'
import type { PaymentDeps } from '../commands/deps.ts'
import type { OrderStatus } from '../domain/order/state.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import { drive } from './driver.ts'
import { messageOf, toldAt } from './failures.ts'
import type { AtStep, ProcessTable } from './step.ts'

/** What came of taking an order up by hand. */
export type Resumption =
  /** It went on; `status` is where it stands now. */
  | { readonly kind: 'moved'; readonly status: OrderStatus }
  /** It waits for somebody outside. */
  | { readonly kind: 'waiting'; readonly status: OrderStatus }
  /** It could not be taken further now, and why. */
  | { readonly kind: 'failed'; readonly status: OrderStatus; readonly reason: string }

export interface ResumeDeps extends PaymentDeps {
  readonly table: ProcessTable
  readonly readStream: (stream: string) => Promise<{ readonly events: readonly StoredEvent[] }>
}

/**
 * Takes an order as far as it goes, once and at once; undefined where there is no such order. Doing so to an order that somebody
 * else has in hand changes nothing twice. @throws StoreUnavailableError where the order can't even be read
 */
export const resumeOrder = async (deps: ResumeDeps, orderId: string): Promise<Resumption | undefined> => {
  const { events } = await deps.readStream(streamOf(orders, orderId))
  const last = events.at(-1)
  if (last === undefined) return undefined
  let at: AtStep | undefined
  let failure: string | undefined
  try {
    const result = await drive(deps, deps.table, orderId, last, (step) => {
      at = step
    })
    if (result.kind !== 'waiting') failure = result.reason
  } catch (error) {
    failure = messageOf(error)
  }
  const { state, revision = -1n } = await deps.handler.load(orders, orderId, last.revision)
  if (state.status === 'none') return undefined
  const { status } = state
  if (failure !== undefined) return { kind: 'failed', status, reason: toldAt(at, failure) }
  return { kind: revision > last.revision ? 'moved' : 'waiting', status }
}
