import type { Pool } from 'pg'
import type { DeadLetterSource } from '../eventstore/dead-letters.ts'
import { StoreUnavailableError } from '../eventstore/errors.ts'
import type { EventStore } from '../eventstore/types.ts'
import type { Projection } from './projection.ts'
import { PostgresTrouble } from './rows.ts'
import { discardParked, listParked, NotParkedError, replayParked } from './replay-parked.ts'

export type { DeadLetter, DeadLetters, ReplayedLetter } from '../eventstore/dead-letters.ts'

export interface ReadModelDeadLettersDeps {
  readonly pool: Pool
  readonly store: Pick<EventStore, 'readStream'>
  readonly projections: readonly Projection[]
  /** How often a projector tries an event again before it is parked. */
  readonly retries: number
}

/**
 * The events that are parked in what queries read. A read model takes the events of a stream in order, so one of them is replayed
 * together with all that are parked of its stream.
 */
export const readModelDeadLetters = (deps: ReadModelDeadLettersDeps): DeadLetterSource => {
  const { pool, store, projections } = deps
  const projectionOf = (name: string): Projection | undefined =>
    projections.find((projection) => projection.name === name)
  return {
    list: async () =>
      (await listParked(pool, projections)).map((parked) => ({
        id: `${parked.projection}.${parked.eventId}`,
        source: { kind: 'read-model', name: parked.projection },
        ...{ eventId: parked.eventId, type: parked.type, stream: parked.stream, revision: parked.revision },
        ...{ parkedAt: new Date(parked.parkedAt), cause: parked.error },
        retries: parked.reason === 'behind' ? 0 : deps.retries,
      })),
    replay: async ({ source, stream }) => {
      const projection = projectionOf(source.name)
      if (projection === undefined) return { kind: 'failed', reason: `There is no read model ${source.name}` }
      try {
        await replayParked({ pool, store }, projection, stream)
      } catch (error) {
        // with another event of its stream, just now
        if (error instanceof NotParkedError) return { kind: 'replayed' }
        if (error instanceof PostgresTrouble || error instanceof StoreUnavailableError) throw error
        return {
          kind: 'failed',
          reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        }
      }
      return { kind: 'replayed' }
    },
    discard: async ({ source, stream, revision }) => {
      const projection = projectionOf(source.name)
      if (projection !== undefined) await discardParked(pool, projection, stream, revision)
    },
  }
}
