import { streamOf } from '../commands/aggregate.ts'
import { orders } from '../commands/aggregates.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import { handleOrderEvent, type RunnerDeps } from './runner.ts'
import type { ProcessTable } from './step.ts'

/** An order that something should have happened to by now. */
export interface StandingOrder {
  readonly orderId: string
  /** Where it stands, as the read model names it. */
  readonly step: string
  /** When it last moved. */
  readonly since: Date
}

/** Where orders that stand still are found: a read model, so it may be behind, and name one that has moved meanwhile. */
export interface StandingOrders {
  /**
   * Up to `limit` orders that have stood at their step for longer than one wake-up takes, at `now`, none that another instance has
   * in hand. One that stays where it is comes again, each time later.
   */
  readonly take: (now: Date, limit: number) => Promise<readonly StandingOrder[]>
}

export interface SweepDeps extends RunnerDeps {
  readonly table: ProcessTable
  readonly standing: StandingOrders
  readonly readStream: (stream: string) => Promise<{ readonly events: readonly StoredEvent[] }>
}

export interface SweepResult {
  /** Orders that were found standing still. */
  readonly found: readonly StandingOrder[]
  /** Those that could not be taken further, with the cause. */
  readonly failed: readonly { readonly orderId: string; readonly reason: string }[]
}

const EVERY_MS = 30_000
const AT_ONCE = 50

/**
 * Looks after orders for which a wake-up got lost on its way: a subscription that was deleted, an event that was skipped by hand. It
 * takes each as far as it goes; one that only waits for somebody stays where it is.
 */
export const sweepOnce = async (deps: SweepDeps, signal: AbortSignal): Promise<SweepResult> => {
  const found = await deps.standing.take(deps.now(), AT_ONCE)
  const failed: { orderId: string; reason: string }[] = []
  const takeUp = async ({ orderId, step, since }: StandingOrder): Promise<void> => {
    const { events } = await deps.readStream(streamOf(orders, orderId))
    const last = events.at(-1)
    if (last === undefined) {
      failed.push({ orderId, reason: 'the read model knows it, its stream does not' })
      return
    }
    deps.logger.info({ orderId, step, since }, 'order stood still, taking it up')
    const verdict = await handleOrderEvent(deps, deps.table, last, signal)
    if (verdict.kind !== 'done') failed.push({ orderId, reason: verdict.reason })
  }
  await Promise.all(found.map(takeUp))
  return { found, failed }
}

/** Sweeps until `signal` is aborted. */
export const keepSweeping = async (
  deps: SweepDeps & { readonly onSwept?: (result: SweepResult) => void },
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    try {
      const result = await sweepOnce(deps, signal)
      deps.onSwept?.(result)
      for (const { orderId, reason } of result.failed) {
        deps.logger.error({ orderId, reason }, 'order stands still and could not be taken further')
      }
    } catch (error) {
      deps.logger.error({ err: error }, 'could not look for orders that stand still, trying again')
    }
    await deps.sleep(EVERY_MS, signal)
  }
}
