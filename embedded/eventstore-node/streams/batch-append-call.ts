import type { ServerDuplexStream } from '@grpc/grpc-js'
import {
  encodeBatchAppendSuccess,
  type BatchAppendChunk,
  type BatchAppendOptions,
} from '../codec/batch-append.ts'
import { InvalidEventError } from '../log/errors.ts'
import type { EventLog, ProposedEvent } from '../log/types.ts'
import { MAXIMUM_APPEND_SIZE, sizeOf } from './append-size.ts'
import { encodeBatchAppendError, type BatchAppendError } from './results.ts'

/** An append whose last chunk has not come yet. */
interface Unfinished {
  readonly options: BatchAppendOptions
  readonly events: ProposedEvent[]
  size: number
}

export type BatchAppendCall = ServerDuplexStream<BatchAppendChunk, Buffer>

/**
 * Serves a stream of appends: each is put together from its chunks, decided in the order of arrival and answered when it is
 * on disk.
 * @param now milliseconds since the Unix epoch, which deadlines are held against
 */
export function batchAppend(log: EventLog, call: BatchAppendCall, now: () => number): void {
  const unfinished = new Map<string, Unfinished>()
  let inFlight = 0
  let ended = false

  const answer = (message: Buffer): void => {
    if (!call.cancelled && !call.destroyed) call.write(message)
  }
  const finish = (): void => {
    if (ended && inFlight === 0) call.end()
  }

  async function append(chunk: BatchAppendChunk, { options, events, size }: Unfinished): Promise<Buffer> {
    const { correlationId } = chunk
    const { stream, expected, deadline } = options
    const refuse = (error: BatchAppendError): Buffer => encodeBatchAppendError(correlationId, stream, error)
    if (stream === '') return refuse({ kind: 'bad_request', reason: 'The append names no stream.' })
    if (expected === undefined)
      return refuse({ kind: 'bad_request', reason: 'The append expects no revision.' })
    if (size > MAXIMUM_APPEND_SIZE)
      return refuse({ kind: 'maximum_append_size_exceeded', limit: MAXIMUM_APPEND_SIZE })
    if (deadline !== undefined && deadline <= now()) return refuse({ kind: 'timeout' })
    try {
      const result = await log.append(stream, expected, events)
      if (result.kind === 'appended') {
        return encodeBatchAppendSuccess(correlationId, stream, result.revision, result.position)
      }
      return refuse(result.kind === 'stream_deleted' ? result : { ...result, expected })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return refuse({ kind: error instanceof InvalidEventError ? 'bad_request' : 'unknown', reason })
    }
  }

  function take(chunk: BatchAppendChunk): void {
    const key = chunk.correlationId.toString('latin1')
    let append_ = unfinished.get(key)
    if (append_ === undefined) {
      const options = chunk.options ?? { stream: '', expected: undefined, deadline: undefined }
      append_ = { options, events: [], size: 0 }
      unfinished.set(key, append_)
    }
    for (const event of chunk.events) {
      append_.size += sizeOf(event)
      // an append that is too large already needs not be kept: only its end is awaited
      if (append_.size <= MAXIMUM_APPEND_SIZE) append_.events.push(event)
    }
    if (!chunk.isFinal) return
    unfinished.delete(key)
    inFlight++
    void append(chunk, append_).then((message) => {
      inFlight--
      answer(message)
      finish()
    })
  }

  call.on('data', take)
  call.on('end', () => {
    ended = true
    finish()
  })
}
