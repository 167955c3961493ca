import { jsonEvent, type EventStoreDBClient } from '@eventstore/db-client'
import { appendBatch, type Appended } from './batch-append/appender.ts'
import type { WireEvent } from './batch-append/messages.ts'
import { appendFailure, isAppendAnswer } from './client-errors.ts'
import type { Connection } from './connection.ts'
import { UnknownOutcomeError } from './errors.ts'
import type { PersonalDataSeal } from './personal-data/seal.ts'
import type { EventRegistry } from './registry.ts'
import type { EventStore, ExpectedRevision, Position } from './types.ts'

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
    const proposed = events.map(({ id, type, metadata }, index) => ({
      ...{ id, type },
      data: JSON.stringify(stored[index]),
      metadata: JSON.stringify({ ...metadata, schemaVersion: versions[index] }),
    }))
    const { revision, position } = await connection
      .call(deadlineMs, isAppendAnswer, (client) => send(client, stream, proposed, expected, deadlineMs))
      .catch((error: unknown) => {
        throw appendFailure(stream, expected, error)
      })
    return { revision, position: position ?? (await positionAt(stream, revision)) }
  }
}

/** By the fast way where it is open, else by the official one. */
const send = async (
  client: EventStoreDBClient,
  stream: string,
  events: readonly WireEvent[],
  expected: ExpectedRevision,
  deadlineMs: number,
): Promise<Appended> => {
  const appended = await appendBatch(client, stream, events, expected, deadlineMs)
  if (appended !== undefined) return appended
  const official = events.map(({ id, type, data, metadata }) =>
    jsonEvent({ id, type, data: objectIn(data), metadata: objectIn(metadata) }),
  )
  const options = { expectedRevision: expected, deadline: deadlineMs }
  const { nextExpectedRevision, position } = await client.appendToStream(stream, official, options)
  return { revision: nextExpectedRevision, position }
}

/** What was written as JSON a moment ago, from an object. */
const objectIn = (json: string): Record<string, unknown> => JSON.parse(json) as Record<string, unknown>
