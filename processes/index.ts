import { setTimeout as delay } from 'node:timers/promises'
import type { ConnectedEventStore } from '../eventstore/connect.ts'
import { orderProcess, wakeUps } from './order-process.ts'
import { handleOrderEvent, type RunnerDeps } from './runner.ts'

export interface ProcessesDeps extends Omit<RunnerDeps, 'sleep' | 'random'> {
  readonly store: ConnectedEventStore
  /** Orders that may be in hand at once. */
  readonly concurrency?: number
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
    handle: (event) => handleOrderEvent(runner, orderProcess, event, stopping.signal),
    signal: stopping.signal,
  })
  return {
    stop: async () => {
      stopping.abort()
      await consuming
    },
  }
}
