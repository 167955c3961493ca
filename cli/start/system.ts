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
  /** How long each part gets to stop, in milliseconds. What takes longer is left behind. */
  readonly stopMs: number
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
  { logger, stopMs, signal }: SystemOptions,
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

  const stopAll = async (): Promise<void> => {
    stopping.abort()
    await Promise.allSettled(starting)
    for (const { name, part } of running.toReversed()) await stopOne(name, part)
  }

  const stopOne = async (name: string, part: Part): Promise<void> => {
    const overdue = new AbortController()
    try {
      await Promise.race([part.stop(), failAfter(stopMs, overdue.signal)])
      logger.debug({ part: name }, 'stopped')
    } catch (error) {
      logger.error({ part: name, err: error }, 'did not stop in order')
    } finally {
      overdue.abort()
    }
  }

  const told = signal.aborted ? Promise.resolve() : once(signal, 'abort')
  const started = startAll({ start, stopping: stopping.signal })
  try {
    const failure = await Promise.race([
      started.then(() => Promise.race([ended, told.then(() => undefined)])),
      ended,
      told.then(() => undefined),
    ])
    if (failure) throw failure
  } finally {
    await stopAll()
    // given up by now, one way or another; its error was seen above, if it was the first
    await started.catch(() => undefined)
  }
}

const failAfter = async (ms: number, signal: AbortSignal): Promise<void> => {
  await delay(ms, undefined, { signal, ref: false })
  throw new Error(`It took longer than ${ms} ms`)
}
