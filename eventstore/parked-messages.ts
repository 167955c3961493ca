import {
  BACKWARDS,
  END,
  jsonEvent,
  NO_STREAM,
  START,
  StreamNotFoundError,
  type ResolvedEvent,
} from '@eventstore/db-client'
import { z } from 'zod'
import { appendFailure, isAppendAnswer, readFailure } from './client-errors.ts'
import { collect } from './collect.ts'
import type { Connection } from './connection.ts'
import { ConcurrencyError } from './errors.ts'

/** A message that consumers of a group have put aside. */
export interface ParkedMessage {
  /** Of the link under which it lies: the same event can be parked several times. */
  readonly id: string
  /** Counts up in the group, and is never given twice. */
  readonly number: bigint
  readonly parkedAt: Date
  readonly reason: string
  /** How often it was tried again before it was parked. */
  readonly retries: number
  readonly stream: string
  readonly revision: bigint
  /** Undefined where the event itself is gone from the store. */
  readonly event: { readonly id: string; readonly type: string } | undefined
}

export interface ParkedMessages {
  /** The messages that are parked in a group and not settled, oldest first. @throws StoreUnavailableError */
  readonly readParked: (group: string) => Promise<ParkedMessage[]>
  /**
   * Takes a message from the parked ones; false where that was done before.
   *
   * One event in the middle of a stream can't be removed. So the numbers that are settled are written in the metadata of the parked
   * stream, beside EventStoreDB's own `$tb`, which moves on as soon as the oldest ones are all settled: one place, one atomic write,
   * and a backup of the store holds it too. EventStoreDB itself does not know the list: its own replay (of its browser), and an
   * export of the group, take what lies behind `$tb`, settled or not. That is harmless to consumers that take an event twice.
   *
   * @throws StoreUnavailableError @throws UnknownOutcomeError
   */
  readonly settleParked: (group: string, number: bigint) => Promise<boolean>
}

interface Deps {
  readonly connection: Connection
  readonly deadlineMs: number
}

const PAGE = 2_000
/** Others who settle at the same moment come first so often at most. */
const ATTEMPTS = 20

const parkedStream = (group: string): string => `$persistentsubscription-$all::${group}-parked`

/** What we write into the reason, for `readParked` to find. */
export const noteOf = (reason: string, retries: number): string =>
  retries === 0 ? reason : `${reason} (${retries} ${retries === 1 ? 'retry' : 'retries'})`

const OURS = /^Client explicitly NAK'ed message\.\n/
const NOTE = / \((\d+) retr(?:y|ies)\)$/

const LinkMetadata = z.looseObject({ added: z.string().optional(), reason: z.string().default('') })
const StreamMetadata = z.looseObject({
  $tb: z.number().optional(),
  settled: z.array(z.int()).default([]),
})
type StreamMetadata = z.output<typeof StreamMetadata>

export const createParkedMessages = ({ connection, deadlineMs }: Deps): ParkedMessages => {
  const readPage = async (stream: string, from: bigint): Promise<ResolvedEvent[]> => {
    try {
      return await collect(connection, deadlineMs, (client) =>
        client.readStream(stream, {
          fromRevision: from === 0n ? START : from,
          maxCount: PAGE,
          resolveLinkTos: true,
        }),
      )
    } catch (error) {
      if (error instanceof StreamNotFoundError) return []
      throw readFailure(`read ${stream}`, error)
    }
  }

  const readMetadata = async (
    stream: string,
  ): Promise<{ readonly metadata: StreamMetadata; readonly revision: bigint | undefined }> => {
    const [newest] = await collect(connection, deadlineMs, (client) =>
      client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }),
    ).catch((error: unknown) => {
      if (error instanceof StreamNotFoundError) return []
      throw readFailure(`read ${stream}`, error)
    })
    return {
      metadata: StreamMetadata.parse(newest?.event?.data ?? {}),
      revision: newest?.event?.revision,
    }
  }

  const writeMetadata = async (
    stream: string,
    data: Readonly<Record<string, unknown>>,
    revision: bigint | undefined,
  ): Promise<void> => {
    const expectedRevision = revision ?? NO_STREAM
    try {
      await connection.call(deadlineMs, isAppendAnswer, (client) =>
        client.appendToStream(stream, jsonEvent({ type: '$metadata', data }), { expectedRevision }),
      )
    } catch (error) {
      throw appendFailure(stream, revision ?? 'no_stream', error)
    }
  }

  return {
    readParked: async (group) => {
      const stream = parkedStream(group)
      const { metadata } = await readMetadata(`$$${stream}`)
      const settled = new Set(metadata.settled)
      const messages: ParkedMessage[] = []
      let from = 0n
      for (;;) {
        const page = await readPage(stream, from)
        for (const resolved of page) {
          const message = messageOf(resolved)
          if (message !== undefined && !settled.has(Number(message.number))) messages.push(message)
        }
        const last = page.at(-1)
        const revision = (last?.link ?? last?.event)?.revision
        if (revision === undefined || page.length < PAGE) return messages
        from = revision + 1n
      }
    },

    settleParked: async (group, number) => {
      const stream = `$$${parkedStream(group)}`
      for (let attempt = 1; ; attempt += 1) {
        const { metadata, revision } = await readMetadata(stream)
        const next = withSettled(metadata, Number(number))
        if (next === undefined) return false
        try {
          await writeMetadata(stream, next, revision)
          return true
        } catch (error) {
          if (!(error instanceof ConcurrencyError) || attempt >= ATTEMPTS) throw error
        }
      }
    },
  }
}

/** The metadata once `number` is settled too; undefined where it is already. What else stands in it stays. */
const withSettled = (metadata: StreamMetadata, number: number): StreamMetadata | undefined => {
  let before = metadata.$tb ?? 0
  if (number < before || metadata.settled.includes(number)) return undefined
  const settled = new Set([...metadata.settled, number].filter((each) => each >= before))
  while (settled.delete(before)) before += 1
  return { ...metadata, $tb: before, settled: [...settled].toSorted((a, b) => a - b) }
}

/** Undefined for what is no link: nobody parks that. */
const messageOf = ({ link, event }: ResolvedEvent): ParkedMessage | undefined => {
  // a link whose event is gone comes as the event
  const own = link ?? event
  if (own === undefined || own.type !== '$>') return undefined
  const target = link === undefined ? undefined : event
  const text = own.data instanceof Uint8Array ? Buffer.from(own.data).toString('utf8') : ''
  const [, revision = '0', stream = ''] = /^(\d+)@(.*)$/s.exec(text) ?? []
  const { added, reason } = LinkMetadata.catch({ reason: '' }).parse(own.metadata ?? {})
  const told = reason.replace(OURS, '')
  const time = added === undefined ? Number.NaN : Date.parse(added)
  return {
    ...{ id: own.id, number: own.revision, stream, revision: BigInt(revision) },
    parkedAt: Number.isNaN(time) ? own.created : new Date(time),
    reason: told.replace(NOTE, ''),
    retries: Number(NOTE.exec(told)?.[1] ?? 0),
    event: target && { id: target.id, type: target.type },
  }
}
