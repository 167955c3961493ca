import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'

/** Something that was started and has to be stopped. */
export interface Part {
  stop(): Promise<void>
  /** Resolves when it ends without having been told to, which ends everything else too. */
  readonly died?: Promise<Error>
}

/** Thrown by `start` once everything is to stop: whoever is starting parts has to give up. */
export class StoppingError extends Error {
  constructor() {
    super('Everything is being stopped')
    this.name = 'StoppingError'
  }
}

/** The parts that run, in the order in which they were started. */
export interface System {
  /** Aborted once everything is to stop. */
  readonly stopping: AbortSignal
  /**
   * Starts a part and keeps it until everything stops.
   * @throws StoppingError once everything is to stop
   */
  start<Started extends Part>(name: string, start: () => Promise<Started> | Started): Promise<Started>
}

export interface SystemOptions {
  readonly logger: Logger
  /** How long each part gets to stop, in milliseconds; where one has ended by itself, all others together. What takes longer is left behind. */
  readonly stopMs: number
  /** What a part has even where others have used that up: a server is told to end in less. Default 1,000 ms. */
  readonly leastStopMs?: number
  /** Aborted when everything is to stop in order. */
  readonly signal: AbortSignal
}

/**
 * Runs `startAll`, then waits for the signal or for the end of a part, then stops what was started, the last first.
 * Also when `startAll` fails half-way: nothing is left running in any case.
 *
 * @throws what `startAll` threw, or the error with which a part ended
 */
export const runSystem = async (
  { logger, stopMs, leastStopMs = 1_000, signal }: SystemOptions,
  startAll: (system: System) => Promise<void>,
): Promise<void> => {
  const running: { readonly name: string; readonly part: Part }[] = []
  const starting = new Set<Promise<unknown>>()
  const stopping = new AbortController()
  let end: (error: Error) => void = () => undefined
  const ended = new Promise<Error>((resolve) => {
    end = resolve
  })

  const start: System['start'] = async (name, startPart) => {
    if (stopping.signal.aborted || signal.aborted) throw new StoppingError()
    const beginning = performance.now()
    const pending = (async () => startPart())()
    starting.add(pending)
    try {
      const part = await pending
      running.push({ name, part })
      void part.died?.then(end)
      logger.debug({ part: name, ms: Math.round(performance.now() - beginning) }, 'started')
      return part
    } finally {
      starting.delete(pending)
    }
  }

  /** @param hasFailed whether a part has ended by itself: then others may wait in vain for it, and all of them share the time of one */
  const stopAll = async (hasFailed: boolean): Promise<void> => {
    stopping.abort()
    await Promise.allSettled(starting)
    const endBy = performance.now() + stopMs
    for (const { name, part } of running.toReversed()) {
      const left = Math.max(leastStopMs, endBy - performance.now())
      await stopOne(name, part, hasFailed ? left : stopMs)
    }
  }

  const stopOne = async (name: string, part: Part, withinMs: number): Promise<void> => {
    const overdue = new AbortController()
    try {
      await Promise.race([part.stop(), failAfter(withinMs, overdue.signal)])
      logger.debug({ part: name }, 'stopped')
    } catch (error) {
      logger.error({ part: name, err: error }, 'did not stop in order')
    } finally {
      overdue.abort()
    }
  }

  let hasFailed = false
  const told = signal.aborted ? Promise.resolve() : once(signal, 'abort')
  const started = startAll({ start, stopping: stopping.signal })
  try {
    const failure = await Promise.race([
      started.then(() => Promise.race([ended, told.then(() => undefined)])),
      ended,
      told.then(() => undefined),
    ])
    hasFailed = failure !== undefined
    if (failure) throw failure
  } finally {
    await stopAll(hasFailed)
    // given up by now, one way or another; its error was seen above, if it was the first
    await started.catch(() => undefined)
  }
}

const failAfter = async (ms: number, signal: AbortSignal): Promise<void> => {
  await delay(ms, undefined, { signal, ref: false })
  throw new Error(`It took longer than ${ms} ms`)
}
