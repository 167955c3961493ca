import type { PaymentDeps } from '../commands/deps.ts'
import type { ConnectedEventStore } from '../eventstore/connect.ts'
import type { DeadLetterSource } from '../eventstore/dead-letters.ts'
import { groupNameOf } from '../eventstore/group-succession.ts'
import type { Verdict } from '../eventstore/persistent-group.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import { keepDeadlines, type DeadlineDeps } from './deadlines.ts'
import { processDeadLetters, type ProcessDeadLettersDeps } from './dead-letters.ts'
import { orderProcess, wakeUps } from './order-process.ts'
import { pausesUntil } from './pauses.ts'
import { resumeOrder, type Resumption } from './resume.ts'
import { handleOrderEvent, type RunnerDeps } from './runner.ts'
import { keepSweeping, type SweepDeps, type SweepResult } from './sweep.ts'

export type { Resumption } from './resume.ts'

/** Something that goes on until it is stopped. Any number of instances share the work. */
export interface Running {
  /** Finishes what is in hand. */
  readonly stop: () => Promise<void>
}

export interface ProcessesDeps extends Omit<RunnerDeps, 'sleep' | 'random'> {
  readonly store: ConnectedEventStore
  /** Orders that may be in hand at once. */
  readonly concurrency?: number
  /** Told what became of each event. */
  readonly onSettled?: (event: StoredEvent, verdict: Verdict) => void
  /** Milliseconds after which an event that this instance holds goes to another one. Counts for a group that is not there yet. */
  readonly messageTimeoutMs?: number
}

/** The persistent subscriptions by which orders are woken up: one for each set of wake-ups that any version has had. */
const ORDER_GROUPS = 'order-processes'
/** The consumers that share the driving of orders; what none of them could handle is parked there. */
export const ORDER_GROUP = groupNameOf(ORDER_GROUPS, wakeUps)

/** Drives orders, woken up by their events. */
export const startProcesses = (deps: ProcessesDeps): Running =>
  running((signal) => {
    const runner = { ...deps, ...outside(signal) }
    return deps.store.consumeGroup({
      group: ORDER_GROUP,
      family: ORDER_GROUPS,
      eventTypes: wakeUps,
      concurrency: deps.concurrency ?? 128,
      messageTimeoutMs: deps.messageTimeoutMs ?? 30_000,
      handle: async (event) => {
        const verdict = await handleOrderEvent(runner, orderProcess, event, signal)
        deps.onSettled?.(event, verdict)
        return verdict
      },
      signal,
    })
  })

/** Has happen what is due: orders that nobody paid for expire, delivered ones complete. */
export const startDeadlines = (deps: Omit<DeadlineDeps, 'sleep'>): Running =>
  running((signal) => keepDeadlines({ ...deps, ...outside(signal) }, signal))

export interface SweepOptions extends Omit<SweepDeps, 'sleep' | 'random' | 'table' | 'readStream'> {
  readonly store: Pick<ConnectedEventStore, 'readStream'>
  readonly onSwept?: (result: SweepResult) => void
}

/** Takes up orders that stand still. */
export const startSweep = ({ store, ...deps }: SweepOptions): Running =>
  running((signal) =>
    keepSweeping(
      { ...deps, ...outside(signal), table: orderProcess, readStream: (stream) => store.readStream(stream) },
      signal,
    ),
  )

/** Takes one order as far as it goes, by hand: see `resumeOrder`. */
export const resumeByHand = (
  deps: PaymentDeps & { readonly store: Pick<ConnectedEventStore, 'readStream'> },
  orderId: string,
): Promise<Resumption | undefined> =>
  resumeOrder(
    { ...deps, table: orderProcess, readStream: (stream) => deps.store.readStream(stream) },
    orderId,
  )

/** What is parked in the groups that drive orders; `resume` as resumeByHand does it. */
export const orderDeadLetters = (deps: Omit<ProcessDeadLettersDeps, 'family'>): DeadLetterSource =>
  processDeadLetters({ ...deps, family: ORDER_GROUPS })

/** Time and chance, as they are outside of tests. */
const outside = (signal: AbortSignal): Pick<RunnerDeps, 'sleep' | 'random'> => ({
  sleep: pausesUntil(signal),
  random: Math.random,
})

const running = (run: (signal: AbortSignal) => Promise<void>): Running => {
  const stopping = new AbortController()
  const ended = run(stopping.signal)
  return {
    stop: async () => {
      stopping.abort()
      await ended
    },
  }
}
