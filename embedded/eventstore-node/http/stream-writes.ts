import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { InvalidEventError } from '../log/errors.ts'
import type { AppendResult, EventLog, ExpectedRevision, ProposedEvent } from '../log/types.ts'
import { appendedSize, checkEvent, MAXIMUM_APPEND_SIZE } from '../streams/append-rules.ts'
import type { Access } from '../users/access.ts'
import { HttpError, segmentsOf, text, type HttpAnswer, type HttpRequest, type HttpRoute } from './exchange.ts'

const JSON_TYPE = 'application/json'
const OCTETS_TYPE = 'application/octet-stream'
/** Bodies that hold several events, with their ids and types. */
const LISTS = new Set(['event', 'events', 'atom'].map((what) => `application/vnd.eventstore.${what}+json`))
const METADATA_TYPE = '$metadata'

const NOTHING: Buffer = Buffer.alloc(0)

/** EventStoreDB's names of revisions that are not exact, and of what it answers with. */
const EXPECTED = new Map<number, ExpectedRevision>([
  [-1, 'no_stream'],
  [-2, 'any'],
  [-4, 'stream_exists'],
])

const events = z
  .array(
    z.object({
      eventId: z.string(),
      eventType: z.string(),
      data: z.unknown(),
      metadata: z.unknown(),
    }),
  )
  .min(1)

interface Write {
  readonly stream: string
  /** Id that the path gives to the one event of the body. */
  readonly id: string | undefined
  /** Type of the one event where it is not said by the request. */
  readonly type: string | undefined
}

/**
 * What AtomPub writes: `POST /streams/NAME` (and `/incoming/ID`, `/metadata`) appends, `DELETE /streams/NAME` deletes, as
 * EventStoreDB 23.10 does it (`AtomController.cs`) where that is switched on; bodies in JSON or bytes.
 */
export function streamWritesRoute(log: EventLog, access: Access): HttpRoute {
  return (request) => {
    const segments = segmentsOf(request.url)
    const [root, stream = '', what, id, ...more] = segments ?? []
    if (root !== 'streams' || stream === '' || more.length > 0) return undefined
    if (request.method === 'DELETE' && what === undefined) {
      access.requireStream(request.user, 'delete', stream)
      return remove(log, request, stream)
    }
    if (request.method !== 'POST') return undefined
    const write = writeOf(stream, what, id)
    if (write === undefined) return undefined
    access.requireStream(request.user, 'write', write.stream)
    return append(log, request, write)
  }
}

function writeOf(stream: string, what: string | undefined, id: string | undefined): Write | undefined {
  if (what === undefined) return { stream, id: undefined, type: undefined }
  if (what === 'incoming' && id !== undefined) return { stream, id, type: undefined }
  return what === 'metadata' && id === undefined
    ? { stream: `$$${stream}`, id: undefined, type: METADATA_TYPE }
    : undefined
}

async function append(log: EventLog, request: HttpRequest, write: Write): Promise<HttpAnswer> {
  const { stream } = write
  const contentType = (header(request, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const isList = LISTS.has(contentType)
  if (!isList && contentType !== JSON_TYPE && contentType !== OCTETS_TYPE)
    return { status: 415, reason: 'Unsupported Media Type' }
  if (isList) return appendAll(log, request, stream, several(await request.body()))
  const id = write.id ?? header(request, 'es-eventid')
  const type = write.type ?? header(request, 'es-eventtype')
  if (type === undefined)
    throw new HttpError(
      400,
      'Must include an event type with the request either in body or as ES-EventType header.',
    )
  if (id === undefined && write.type === undefined) {
    // where it is sent again it is known by its id
    const location = `${request.url.origin}${request.url.pathname}/incoming/${randomUUID()}`
    return { ...text('Forwarding to idempotent URI', 307), headers: { location } }
  }
  const data = await request.body()
  const event = { id: id ?? '', type, contentType, data, metadata: NOTHING }
  return appendAll(log, request, stream, [event])
}

/** @throws HttpError 400 where the body holds no events */
function several(body: Buffer): ProposedEvent[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw new HttpError(400, error.message)
    throw error
  }
  const result = events.safeParse(parsed)
  if (!result.success) throw new HttpError(400, 'Write request body invalid.')
  return result.data.map(({ eventId, eventType, data, metadata }) => {
    const [content, about] = [bytesOf(data), bytesOf(metadata)]
    const contentType = content.isJson || about.isJson ? JSON_TYPE : OCTETS_TYPE
    return { id: eventId, type: eventType, contentType, data: content.bytes, metadata: about.bytes }
  })
}

/** Objects and lists are JSON, also where they come as text; what else comes is no more than text. */
function bytesOf(value: unknown): { bytes: Buffer; isJson: boolean } {
  if (typeof value === 'object' && value !== null)
    return { bytes: Buffer.from(JSON.stringify(value, null, 2)), isJson: true }
  if (typeof value !== 'string') return { bytes: NOTHING, isJson: false }
  try {
    const inner: unknown = JSON.parse(value)
    if (typeof inner === 'object' && inner !== null) return bytesOf(inner)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return { bytes: Buffer.from(value), isJson: false }
}

async function appendAll(
  log: EventLog,
  request: HttpRequest,
  stream: string,
  proposed: readonly ProposedEvent[],
): Promise<HttpAnswer> {
  if (appendedSize(proposed) > MAXIMUM_APPEND_SIZE)
    throw new HttpError(413, `An append may have ${MAXIMUM_APPEND_SIZE} bytes of data.`)
  try {
    for (const event of proposed) checkEvent(event)
    const result = await log.append(stream, expectedOf(request), proposed)
    if (result.kind !== 'appended') return refusal(result)
    const first = result.revision - proposed.length + 1
    const location = `${request.url.origin}/streams/${encodeURIComponent(stream)}/${first}`
    return { ...text('', 201), headers: { location } }
  } catch (error) {
    if (error instanceof InvalidEventError) throw new HttpError(400, error.message)
    throw error
  }
}

async function remove(log: EventLog, request: HttpRequest, stream: string): Promise<HttpAnswer> {
  const forGood = header(request, 'es-harddelete')?.toLowerCase() === 'true'
  const expected = expectedOf(request)
  const result = await (forGood ? log.tombstone(stream, expected) : log.delete(stream, expected))
  return result.kind === 'appended' ? { status: 204, reason: 'Stream deleted' } : refusal(result)
}

function refusal(result: Exclude<AppendResult, { kind: 'appended' }>): HttpAnswer {
  if (result.kind === 'stream_deleted') return { ...text('', 410), reason: 'Stream deleted' }
  return {
    ...text('', 400),
    reason: 'Wrong expected EventNumber',
    headers: { 'ES-CurrentVersion': String(result.current) },
  }
}

/** @throws HttpError 400 where the header is there and names no revision */
function expectedOf(request: HttpRequest): ExpectedRevision {
  const given = header(request, 'es-expectedversion')
  if (given === undefined) return 'any'
  const number = /^-?\d{1,15}$/.test(given) ? Number(given) : NaN
  const expected = number >= 0 ? number : EXPECTED.get(number)
  if (expected === undefined) throw new HttpError(400, 'ES-ExpectedVersion header in wrong format.')
  return expected
}

function header({ headers }: HttpRequest, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
