import { jsonEvent, type EventStoreDBClient } from '@eventstore/db-client'
import { appendBatch, type Appended } from './batch-append/appender.ts'
import type { WireEvent } from './batch-append/messages.ts'
import { appendFailure, isAppendAnswer } from './client-errors.ts'
import type { Connection } from './connection.ts'
import { UnknownOutcomeError } from './errors.ts'
import type { PersonalDataSeal } from './personal-data/seal.ts'
import type { EventRegistry } from './registry.ts'
import type { EventStore, ExpectedRevision, NewEvent, Position } from './types.ts'

interface Deps {
  readonly connection: Connection
  readonly registry: EventRegistry
  readonly seal: PersonalDataSeal
  readonly deadlineMs: number
  readonly readStream: EventStore['readStream']
}

/** Appends that are sent before the first of them has to be answered. */
const UNDER_WAY = 512

/** What is to be written to a stream in one go. */
export interface OrderedAppend {
  readonly stream: string
  readonly events: readonly NewEvent[]
  readonly expected: ExpectedRevision
}

export interface Appends extends Pick<EventStore, 'append'> {
  /**
   * Appends one after the other, so that they stand in `$all` in their order, and without waiting for each answer.
   * @throws as `append`, for the first one that fails: those before it are written, some of those after it may be. The same ones again
   * at the same revisions are written once.
   */
  readonly appendInOrder: (appends: readonly OrderedAppend[]) => Promise<void>
}

export const createAppends = (deps: Deps): Appends => {
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

  /** The events as they are stored: checked, with their versions, and personal data encrypted. */
  const prepare = async (stream: string, events: readonly NewEvent[]): Promise<WireEvent[]> => {
    if (events.length === 0) throw new RangeError(`Nothing to append to ${stream}`)
    const versions = events.map(({ type, data }) => registry.versionFor(type, data))
    const stored = await seal.seal(stream, events)
    return events.map(({ id, type, metadata }, index) => ({
      ...{ id, type },
      data: JSON.stringify(stored[index]),
      metadata: JSON.stringify({ ...metadata, schemaVersion: versions[index] }),
    }))
  }

  const write = (
    stream: string,
    events: readonly WireEvent[],
    expected: ExpectedRevision,
  ): Promise<Appended> =>
    connection
      .call(deadlineMs, isAppendAnswer, (client) => send(client, stream, events, expected, deadlineMs))
      .catch((error: unknown) => {
        throw appendFailure(stream, expected, error)
      })

  return {
    append: async (stream, events, expected) => {
      const { revision, position } = await write(stream, await prepare(stream, events), expected)
      return { revision, position: position ?? (await positionAt(stream, revision)) }
    },

    appendInOrder: async (appends) => {
      // all of them at first: one that waits for a key must not be overtaken
      const ready = await Promise.all(
        appends.map(async ({ stream, events, expected }) => ({
          ...{ stream, expected },
          events: await prepare(stream, events),
        })),
      )
      const written: Promise<unknown>[] = []
      try {
        for (const [index, { stream, events, expected }] of ready.entries()) {
          // the first one may have to open the connection, and must not be overtaken meanwhile
          await written[index === 1 ? 0 : index - UNDER_WAY]
          const writing = write(stream, events, expected)
          // it is looked at below
          writing.catch(() => undefined)
          written.push(writing)
        }
        await Promise.all(written)
      } finally {
        await Promise.allSettled(written)
      }
    },
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
