import { streamOf } from '../commands/aggregate.ts'
import { orders } from '../commands/aggregates.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import { handleOrderEvent, type RunnerDeps } from './runner.ts'
import type { ProcessTable } from './step.ts'

/** An order that something should have happened to by now. */
export interface StuckOrder {
  readonly orderId: string
  readonly status: string
  /** When it last moved. */
  readonly since: Date
}

/** Where orders that stand still are found: a read model, so it may be behind, and name one that has moved meanwhile. */
export interface StuckOrders {
  /** Orders under way that have not moved since `since`, the longest first. */
  readonly notMovedSince: (since: Date, limit: number) => Promise<StuckOrder[]>
}

export interface SweepDeps extends RunnerDeps {
  readonly table: ProcessTable
  readonly stuck: StuckOrders
  readonly readStream: (stream: string) => Promise<{ readonly events: readonly StoredEvent[] }>
}

export interface SweepResult {
  /** Orders that were found standing still. */
  readonly found: readonly StuckOrder[]
  /** Those that could not be taken further, with the cause. */
  readonly failed: readonly { readonly orderId: string; readonly reason: string }[]
}

const EVERY_MS = 30_000
const AT_ONCE = 50

/**
 * Looks after orders for which a wake-up got lost on its way: a subscription that was deleted, an event that was skipped by hand. It
 * takes each as far as it goes; one that only waits for somebody stays where it is.
 */
export const sweepOnce = async (
  deps: SweepDeps,
  standingStillMs: number,
  signal: AbortSignal,
): Promise<SweepResult> => {
  const since = new Date(deps.now().getTime() - standingStillMs)
  const found = await deps.stuck.notMovedSince(since, AT_ONCE)
  const failed: { orderId: string; reason: string }[] = []
  for (const { orderId, status } of found) {
    const { events } = await deps.readStream(streamOf(orders, orderId))
    const last = events.at(-1)
    if (last === undefined) {
      failed.push({ orderId, reason: 'the read model knows it, its stream does not' })
      continue
    }
    deps.logger.warn({ orderId, status }, 'order stood still, taking it up')
    const verdict = await handleOrderEvent(deps, deps.table, last, signal)
    if (verdict.kind !== 'done') failed.push({ orderId, reason: verdict.reason })
  }
  return { found, failed }
}

/** Sweeps until `signal` is aborted. */
export const keepSweeping = async (
  deps: SweepDeps & { readonly onResult: (result: SweepResult) => void },
  standingStillMs: number,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    try {
      deps.onResult(await sweepOnce(deps, standingStillMs, signal))
    } catch (error) {
      deps.logger.error({ err: error }, 'could not look for orders that stand still, trying again')
    }
    await deps.sleep(EVERY_MS, signal)
  }
}
