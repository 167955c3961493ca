import type { ServerDuplexStream } from '@grpc/grpc-js'
import {
  encodeBatchAppendSuccess,
  type BatchAppendChunk,
  type BatchAppendOptions,
} from '../codec/batch-append.ts'
import { InvalidEventError } from '../log/errors.ts'
import type { EventLog, ProposedEvent } from '../log/types.ts'
import { isAllowed } from '../users/access.ts'
import { asError, shuttingDown } from './failures.ts'
import { appendedSize, checkEvent, MAXIMUM_APPEND_SIZE } from './append-rules.ts'
import type { Guard } from './reader.ts'
import { encodeBatchAppendError, type BatchAppendError } from './results.ts'

/** An append whose last chunk has not come yet. */
interface Unfinished {
  readonly options: BatchAppendOptions
  readonly events: ProposedEvent[]
  size: number
  timer: NodeJS.Timeout | undefined
}

export type BatchAppendCall = ServerDuplexStream<BatchAppendChunk, Buffer>

/** Milliseconds that the rest of an append is awaited at most: nobody may keep half an append in memory for long. */
const LONGEST_WAIT = 10_000
/** Appends under way on one stream of them, beyond which the client has to wait. */
const MOST_IN_FLIGHT = 1024

/** Ends a stream of appends: what is under way is answered, what comes later fails. */
export type Close = () => void

/**
 * Serves a stream of appends: each is put together from its chunks, decided in the order of arrival and answered, once,
 * when it is on disk. Chunks of an append that was answered already, or that never began, go unanswered.
 *
 * @param now milliseconds since the Unix epoch, which deadlines are held against
 * @param guard asked for each append: rights may change while the call lasts
 */
export function batchAppend(log: EventLog, call: BatchAppendCall, now: () => number, guard: Guard): Close {
  const unfinished = new Map<string, Unfinished>()
  let inFlight = 0
  let ended = false
  let closing = false

  let hasRoom = true

  const answer = (message: Buffer): void => {
    if (call.cancelled || call.destroyed || call.write(message) || !hasRoom) return
    hasRoom = false
    call.once('drain', () => {
      hasRoom = true
      setPace()
    })
  }
  /** Whoever sends appends without taking the answers, or faster than they can be written, is made to wait. */
  const setPace = (): void => {
    if (!hasRoom || inFlight >= MOST_IN_FLIGHT) call.pause()
    else if (call.isPaused()) call.resume()
  }
  const finish = (): void => {
    if (inFlight > 0) return
    if (closing) call.emit('error', asError(shuttingDown()))
    else if (ended) call.end()
  }
  const forget = (key: string, append: Unfinished): void => {
    clearTimeout(append.timer)
    unfinished.delete(key)
  }

  /** Why an append can't be begun with these options. */
  function refusal({ stream, expected, deadline }: BatchAppendOptions): BatchAppendError | undefined {
    if (stream === '') return { kind: 'bad_request', reason: 'The append names no stream.' }
    if (
      !isAllowed(() => {
        guard(stream)
      })
    )
      return { kind: 'access_denied' }
    if (expected === undefined) return { kind: 'bad_request', reason: 'The append expects no revision.' }
    return deadline !== undefined && deadline <= now() ? { kind: 'timeout' } : undefined
  }

  function begin(key: string, { correlationId, options }: BatchAppendChunk): Unfinished | undefined {
    if (options === undefined) return undefined
    const refused = refusal(options)
    if (refused !== undefined) {
      answer(encodeBatchAppendError(correlationId, options.stream, refused))
      return undefined
    }
    const append: Unfinished = { options, events: [], size: 0, timer: undefined }
    unfinished.set(key, append)
    return append
  }

  /** The rest of an append that comes in chunks is awaited until its deadline. */
  function awaitRest(key: string, append: Unfinished, correlationId: Buffer): void {
    const { deadline, stream } = append.options
    append.timer ??= setTimeout(
      () => {
        unfinished.delete(key)
        answer(encodeBatchAppendError(correlationId, stream, { kind: 'timeout' }))
      },
      Math.min(deadline === undefined ? Infinity : deadline - now(), LONGEST_WAIT),
    )
  }

  async function write(correlationId: Buffer, { options, events }: Unfinished): Promise<Buffer> {
    const { stream, expected = 'any' } = options
    try {
      for (const event of events) checkEvent(event)
      const result = await log.append(stream, expected, events)
      if (result.kind === 'appended') {
        return encodeBatchAppendSuccess(correlationId, stream, result.revision, result.position)
      }
      const error = result.kind === 'stream_deleted' ? result : { ...result, expected }
      return encodeBatchAppendError(correlationId, stream, error)
    } catch (error) {
      const failed =
        error instanceof InvalidEventError
          ? ({ kind: 'bad_request', reason: error.message } as const)
          : ({ kind: 'unknown' } as const)
      return encodeBatchAppendError(correlationId, stream, failed)
    }
  }

  function take(chunk: BatchAppendChunk): void {
    if (closing) return
    const { correlationId } = chunk
    const key = correlationId.toString('latin1')
    const append = unfinished.get(key) ?? begin(key, chunk)
    if (append === undefined) return
    append.size += appendedSize(chunk.events)
    if (append.size > MAXIMUM_APPEND_SIZE) {
      forget(key, append)
      const error = { kind: 'maximum_append_size_exceeded', limit: MAXIMUM_APPEND_SIZE } as const
      answer(encodeBatchAppendError(correlationId, append.options.stream, error))
      return
    }
    append.events.push(...chunk.events)
    if (!chunk.isFinal) {
      awaitRest(key, append, correlationId)
      return
    }
    forget(key, append)
    inFlight++
    setPace()
    void write(correlationId, append).then((message) => {
      inFlight--
      answer(message)
      setPace()
      finish()
    })
  }

  function stopTimers(): void {
    for (const { timer } of unfinished.values()) clearTimeout(timer)
    unfinished.clear()
  }

  call.on('data', take)
  call.on('cancelled', stopTimers)
  call.on('end', () => {
    stopTimers()
    ended = true
    finish()
  })
  return () => {
    closing = true
    stopTimers()
    finish()
  }
}
