import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { credentials, type ServiceError, type StatusObject } from '@grpc/grpc-js'
import { expect } from 'chai'
import type { Normaliser } from './normalise.ts'
import { appendReq, batchAppendReq, deleteReq, readStreamReq, tombstoneReq } from './requests.ts'
import type { Trace, WireEntry } from './trace.ts'

/** Sends the requests of recordings to a node and holds its answers against the recorded ones. */
export interface Player {
  play(trace: Trace, normaliser: Normaliser, options?: PlayOptions): Promise<void>
  close(): void
}

export interface PlayOptions {
  /** Calls of the recording that are left out. */
  readonly except?: ReadonlySet<number>
  /** Called before each request is sent. */
  readonly before?: (entry: WireEntry) => void
}

/** What came back on a call, in order. */
interface Answers {
  next(): Promise<unknown>
}

interface Call {
  send(message: unknown): void
  /** Called when the recording goes on with an answer. */
  end?(): void
  readonly answers: Answers
}

interface Serialisable {
  toObject(): unknown
}

/** Trailers that the transport adds. */
const OF_THE_TRANSPORT = new Set(['content-type', 'content-length', 'date'])
const ownTrailers = (trailers: Readonly<Record<string, unknown>>): unknown =>
  Object.fromEntries(Object.entries(trailers).filter(([key]) => !OF_THE_TRANSPORT.has(key)))

const statusOf = ({ code, details, metadata }: StatusObject): unknown => ({
  code,
  details: details === 'OK' ? '' : details,
  trailers: ownTrailers(metadata.getMap()),
})

/** Both streams of answers and single ones end with a status. */
function collect(): { answers: Answers; push(answer: unknown): void } {
  const ready: unknown[] = []
  const waiting: ((answer: unknown) => void)[] = []
  return {
    push(answer) {
      const waiter = waiting.shift()
      if (waiter === undefined) ready.push(answer)
      else waiter(answer)
    },
    answers: {
      next: () =>
        ready.length > 0 ? Promise.resolve(ready.shift()) : new Promise((resolve) => waiting.push(resolve)),
    },
  }
}

interface AnswerStream {
  on(event: 'data', listener: (message: Serialisable) => void): unknown
  on(event: 'status', listener: (status: StatusObject) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

function streamed(call: AnswerStream): { answers: Answers; push(answer: unknown): void } {
  const collected = collect()
  call.on('data', (message) => {
    collected.push(message.toObject())
  })
  call.on('status', (status) => {
    collected.push(statusOf(status))
  })
  // the status says it already
  call.on('error', () => undefined)
  return collected
}

/** @param target host and port of the node */
export function createPlayer(target: string): Player {
  const client = new streamsGrpc.StreamsClient(target, credentials.createInsecure())
  const calls = new Map<number, Call>()

  function open(method: string): Call {
    switch (method.split('/').at(-1)) {
      case 'BatchAppend': {
        const call = client.batchAppend()
        const { answers } = streamed(call)
        return {
          answers,
          send: (message) => {
            call.write(batchAppendReq(message, Date.now() + 60_000))
          },
        }
      }
      case 'Append': {
        const collected = collect()
        const call = client.append((error: ServiceError | null, response) => {
          if (error === null) collected.push(response.toObject())
        })
        call.on('status', (status) => {
          collected.push(statusOf(status))
        })
        return {
          answers: collected.answers,
          send: (message) => {
            call.write(appendReq(message))
          },
          end: () => {
            if (!call.writableEnded) call.end()
          },
        }
      }
      case 'Delete':
      case 'Tombstone': {
        const collected = collect()
        const isDelete = method.endsWith('Delete')
        return {
          answers: collected.answers,
          send: (message) => {
            const done = (error: ServiceError | null, response: Serialisable): void => {
              if (error === null) collected.push(response.toObject())
            }
            const call = isDelete
              ? client.delete(deleteReq(message), done)
              : client.tombstone(tombstoneReq(message), done)
            call.on('status', (status) => {
              collected.push(statusOf(status))
            })
          },
        }
      }
      default: {
        const collected = collect()
        return {
          answers: collected.answers,
          send: (message) => {
            const call = client.read(readStreamReq(message))
            const { answers } = streamed(call)
            collected.answers.next = () => answers.next()
          },
        }
      }
    }
  }

  async function step(entry: WireEntry, normaliser: Normaliser, options: PlayOptions): Promise<void> {
    const call = calls.get(entry.call) ?? open(entry.method)
    calls.set(entry.call, call)
    if (entry.event === 'request') {
      options.before?.(entry)
      call.send(entry.message)
      return
    }
    if (entry.event !== 'response' && entry.event !== 'status') return
    call.end?.()
    const recorded =
      entry.event === 'response'
        ? entry.message
        : { code: entry.code, details: entry.details, trailers: ownTrailers(entry.trailers ?? {}) }
    // fields that are not set are left out of the recordings
    const answer: unknown = JSON.parse(JSON.stringify(await call.answers.next()))
    const [expected, actual] = normaliser.pair(recorded, answer)
    expect(actual, `call ${entry.call}, ${entry.event}`).to.deep.equal(expected)
  }

  return {
    async play(trace, normaliser, options = {}) {
      for (const entry of trace.wire) {
        if (options.except?.has(entry.call) !== true) await step(entry, normaliser, options)
      }
    },
    close() {
      client.close()
    },
  }
}
