import type { Pool, PoolClient } from 'pg'
import type { Logger } from 'pino'
import { fullJitter } from '../eventstore/retry-delay.ts'
import { isAborted, pause } from './pause.ts'
import { parseProgress, PROGRESS_CHANNEL, readProgress, type Progress } from './progress.ts'
import { withSession } from './session.ts'

export interface ProgressListenerOptions {
  /** One of its connections is kept for listening. */
  readonly pool: Pool
  readonly logger: Logger
  /** Told of each commit of a read model that is heard of, and from time to time how far all are. */
  readonly onProgress: (progress: readonly Progress[]) => void
  /** Whether anybody waits: else nothing is polled. */
  readonly isNeeded: () => boolean
  /** How often to look while nothing is heard: there is no connection, or a pooler between drops notifications. */
  readonly pollMs: number
}

const COMING_BACK = { baseMs: 100, capMs: 5_000 }
const KEEP_ALIVE_MS = 5_000

/** Follows the commits of the read models until it is stopped. A lost connection is made anew. */
export const followProgress = (options: ProgressListenerOptions): { stop(): Promise<void> } => {
  const { pool, logger, onProgress, isNeeded, pollMs } = options
  const stopping = new AbortController()
  let heard = false

  const listen = async (session: PoolClient, lost: AbortSignal, listening: () => void): Promise<void> => {
    session.on('notification', ({ channel, payload = '' }) => {
      const progress = channel === PROGRESS_CHANNEL ? parseProgress(payload) : undefined
      if (progress === undefined) return
      heard = true
      onProgress([progress])
    })
    await session.query(`LISTEN ${PROGRESS_CHANNEL}`)
    while (!stopping.signal.aborted) {
      // what was committed before the LISTEN; later on it shows that the connection still stands
      onProgress(await readProgress(session))
      listening()
      await pause(KEEP_ALIVE_MS, stopping.signal, lost)
    }
  }

  const keepListening = async (): Promise<void> => {
    let failures = 0
    while (!stopping.signal.aborted) {
      try {
        await withSession(pool, (session, lost) =>
          listen(session, lost, () => {
            failures = 0
          }),
        )
      } catch (error) {
        failures += 1
        logger.warn({ err: error, failures }, 'progress of the read models is not heard at the moment')
        await pause(fullJitter(failures, COMING_BACK), stopping.signal)
      }
    }
  }

  const keepPolling = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pause(pollMs, stopping.signal)
      if (heard || !isNeeded() || isAborted(stopping.signal)) {
        heard = false
        continue
      }
      try {
        onProgress(await readProgress(pool))
      } catch (error) {
        logger.warn({ err: error }, 'progress of the read models can not be read at the moment')
      }
    }
  }

  const ended = Promise.all([keepListening(), keepPolling()])
  return {
    stop: async () => {
      stopping.abort()
      await ended
    },
  }
}
