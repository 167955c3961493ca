import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectedEventStore } from '../eventstore/connect.ts'
import type { Verdict } from '../eventstore/persistent-group.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import { orderProcess, wakeUps } from './order-process.ts'
import { handleOrderEvent, type RunnerDeps } from './runner.ts'

export interface ProcessesDeps extends Omit<RunnerDeps, 'sleep' | 'random'> {
  readonly store: ConnectedEventStore
  /** Orders that may be in hand at once. */
  readonly concurrency?: number
  /** Told what became of each event. */
  readonly onSettled?: (event: StoredEvent, verdict: Verdict) => void
}

/** Drives orders until it is stopped. Any number of instances share the work. */
export const startProcesses = (deps: ProcessesDeps): { readonly stop: () => Promise<void> } => {
  const stopping = new AbortController()
  const runner: RunnerDeps = {
    ...deps,
    sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
    random: Math.random,
  }
  const consuming = deps.store.consumeGroup({
    group: 'order-processes',
    eventTypes: wakeUps,
    concurrency: deps.concurrency ?? 128,
    messageTimeoutMs: 30_000,
    handle: async (event) => {
      const verdict = await handleOrderEvent(runner, orderProcess, event, stopping.signal)
      deps.onSettled?.(event, verdict)
      return verdict
    },
    signal: stopping.signal,
  })
  return {
    stop: async () => {
      stopping.abort()
      await consuming
    },
  }
}
