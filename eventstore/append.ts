import { jsonEvent } from '@eventstore/db-client'
import { appendFailure, isAppendAnswer } from './client-errors.ts'
import type { Connection } from './connection.ts'
import { UnknownOutcomeError } from './errors.ts'
import type { PersonalDataSeal } from './personal-data/seal.ts'
import type { EventRegistry } from './registry.ts'
import type { EventStore, Position } from './types.ts'

interface Deps {
  readonly connection: Connection
  readonly registry: EventRegistry
  readonly seal: PersonalDataSeal
  readonly deadlineMs: number
  readonly readStream: EventStore['readStream']
}

export const createAppend = (deps: Deps): EventStore['append'] => {
  const { connection, registry, seal, deadlineMs } = deps

  /** Where an event stands that the store knew from before: it may leave that out of its answer. */
  const positionAt = async (stream: string, revision: bigint): Promise<Position> => {
    const { events } = await deps.readStream(stream, { from: revision, limit: 1 })
    const position = events[0]?.position
    if (position === undefined) {
      throw new UnknownOutcomeError(stream, new Error(`there is no event at revision ${revision}`))
    }
    return position
  }

  return async (stream, events, expected) => {
    if (events.length === 0) throw new RangeError(`Nothing to append to ${stream}`)
    const versions = events.map(({ type, data }) => registry.versionFor(type, data))
    const stored = await seal.seal(stream, events)
    const proposed = events.map(({ id, type, metadata }, index) =>
      jsonEvent({
        id,
        type,
        // the registry has checked it against its contract, and all of these describe objects
        data: stored[index] as Record<string, unknown>,
        metadata: { ...metadata, schemaVersion: versions[index] },
      }),
    )
    const { nextExpectedRevision: revision, position } = await connection
      .call(deadlineMs, isAppendAnswer, (client) =>
        client.appendToStream(stream, proposed, { expectedRevision: expected, deadline: deadlineMs }),
      )
      .catch((error: unknown) => {
        throw appendFailure(stream, expected, error)
      })
    return { revision, position: position ?? (await positionAt(stream, revision)) }
  }
}
