import { jsonObject } from '../json-object.ts'
import { isHousekeepingRecord } from '../log/housekeeping.ts'
import type { NodeLog } from '../log/log.ts'
import type { Visit } from '../log/reader.ts'
import { readableStreams, withinReach, type Access } from '../users/access.ts'
import { embedLevelOf, entry, feed, link, type Link } from './atom.ts'
import { backwards, collector, forwards, type Resolve, type StreamRange } from './stream-pages.ts'
import {
  HttpError,
  json,
  redirect,
  segmentsOf,
  text,
  type HttpAnswer,
  type HttpRequest,
  type HttpRoute,
} from './exchange.ts'

const PAGE = 20
const LARGEST_PAGE = 4096
const NUMBER = /^\d{1,15}$/
/** Commit and prepare position, each of 16 hexadecimal digits. */
const POSITION = /^[0-9a-f]{32}$/i

/** EventStoreDB's hash of the content type; only told apart, never understood. */
const ETAG_SUFFIX = ';1255885745'

const ALL = '$all'

/** What a path under `/streams/…` asks for. */
interface Page {
  readonly from: string
  readonly forwards: boolean
  readonly count: number
}

const LATEST: Page = { from: 'head', forwards: false, count: PAGE }

/** @throws HttpError 400 where the count is no number or too large */
function pageOf(segments: readonly string[]): Page | undefined {
  const [from = 'head', second, third] = segments
  const direction = third === undefined ? 'backward' : second
  const count = third ?? second ?? String(PAGE)
  if (segments.length > 3 || (direction !== 'forward' && direction !== 'backward')) return undefined
  const events = NUMBER.test(count) ? Number(count) : 0
  if (events < 1 || events > LARGEST_PAGE)
    throw new HttpError(400, `${count} is no valid count: it has to be from 1 to ${LARGEST_PAGE}.`)
  return { from, forwards: direction === 'forward', count: events }
}

/** What is read, and who may read it. */
interface Source {
  readonly log: NodeLog
  readonly access: Access
}

/** A browser that a person types an address into gets a page, programs get JSON. */
const wantsPage = ({ accept }: HttpRequest['headers']): boolean =>
  accept !== undefined && accept.includes('text/html') && !accept.includes('json')

/** `/streams/…`: streams, single events, metadata and `$all` as EventStoreDB's Atom feeds, in JSON. */
export function streamsRoute(source: Source): HttpRoute {
  const { log, access } = source
  return (request) => {
    const segments = segmentsOf(request.url)
    if (segments?.[0] !== 'streams') return undefined
    const [, stream = '', ...rest] = segments
    if (stream === '') return undefined
    if (request.method !== 'GET')
      return {
        ...text('Over HTTP streams can be read, appended to and deleted.', 405),
        headers: { allow: 'GET, POST, DELETE' },
      }
    if (rest[0] === 'metadata') {
      access.requireStream(request.user, 'read', `$$${stream}`)
      return metadata(log, stream)
    }
    if (wantsPage(request.headers)) {
      const place = rest.length === 1 ? `/${encodeURIComponent(rest[0] ?? '')}` : ''
      return redirect(stream === ALL ? '/web/all' : `/web/streams/${encodeURIComponent(stream)}${place}`)
    }
    access.requireStream(request.user, 'read', stream)
    if (stream === ALL) return all(source, request, rest)
    if (rest.length === 1) return single(source, request, stream, rest[0] ?? '')
    const page = rest.length === 0 ? LATEST : pageOf(rest)
    return page === undefined ? undefined : streamPage(source, request, stream, page)
  }
}

function resolver({ log, access }: Source, { headers, user }: HttpRequest): Resolve {
  if (String(headers['es-resolvelinktos']).toLowerCase() === 'false')
    return (event) => ({ event, link: undefined })
  const mayRead = readableStreams(access, user)
  return (event) => withinReach(log.resolve(event), mayRead)
}

function notReadable(log: NodeLog, stream: string): HttpAnswer | undefined {
  const { status } = log.state(stream)
  if (status === 'tombstoned') return { ...text('', 410), reason: 'Deleted' }
  return status === 'live' ? undefined : text('', 404)
}

function metadata(log: NodeLog, stream: string): HttpAnswer {
  const gone = notReadable(log, stream)
  if (log.state(stream).status === 'tombstoned' && gone !== undefined) return gone
  const metastream = `$$${stream}`
  const [last] = log.readBackwards(metastream, log.state(metastream).lastRevision, 1)
  return json(last === undefined ? {} : jsonObject(last.data))
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function single(
  source: Source,
  request: HttpRequest,
  stream: string,
  revision: string,
): HttpAnswer | undefined {
  const { log } = source
  const gone = notReadable(log, stream)
  if (gone !== undefined) return gone
  const { lastRevision } = log.state(stream)
  if (revision !== 'head' && !NUMBER.test(revision))
    return text(`'${revision}' is not valid event number`, 400)
  const found = log.eventAt(stream, revision === 'head' ? lastRevision : Number(revision))
  if (found === undefined) return text('', 404)
  const resolved = resolver(source, request)(found)
  if (request.headers.accept?.includes('atom') === true)
    return json(entry(resolved, request.url.origin, 'tryharder', true))
  const { event } = resolved
  if (event === undefined) return text('', 404)
  const value = event.contentType === 'application/json' ? parsed(event.data) : undefined
  if (value !== undefined) return json(value)
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(event.data),
  }
}

function streamPage(
  source: Source,
  request: HttpRequest,
  stream: string,
  page: Page,
): HttpAnswer | undefined {
  const { log } = source
  const gone = notReadable(log, stream)
  if (gone !== undefined) return gone
  const { lastRevision } = log.state(stream)
  const isHead = page.from === 'head' && !page.forwards
  if (page.from !== 'head' && !NUMBER.test(page.from))
    return text(`'${page.from}' is not valid event number`, 400)
  const eTag = `${lastRevision}${ETAG_SUFFIX}`
  if (request.headers['if-none-match'] === `"${eTag}"`) return { status: 304 }
  const from = page.from === 'head' ? lastRevision : Number(page.from)
  const { origin } = request.url
  const path = `/streams/${encodeURIComponent(stream)}`
  const at = (place: string): string => `${origin}${path}/${place}/${page.count}`
  const range: StreamRange = { from, count: page.count, resolve: resolver(source, request) }
  const { events, next, previous } = page.forwards
    ? forwards(log, stream, range)
    : backwards(log, stream, range)
  const links: Link[] = [link('self', `${origin}${path}`), link('first', at('head/backward'))]
  if (next !== undefined) links.push(link('last', at('0/forward')), link('next', at(`${next}/backward`)))
  if (previous !== undefined) links.push(link('previous', at(`${previous}/forward`)))
  links.push(link('metadata', `${origin}${path}/metadata`))
  const body = feed(
    {
      title: `Event stream '${stream}'`,
      path,
      streamId: stream,
      headOfStream: page.forwards ? from + page.count > lastRevision : isHead,
      selfUrl: !page.forwards,
      eTag: isHead ? eTag : null,
      links,
      events,
    },
    origin,
    embedLevelOf(request.url.searchParams),
  )
  return { ...json(body), headers: { ...json('').headers, etag: `"${eTag}"`, 'cache-control': 'no-cache' } }
}

const positionDigits = (position: number): string => position.toString(16).padStart(16, '0').repeat(2)

/** The position that digits of a path stand for; undefined where they stand for none. */
const positionIn = (digits: string): number | undefined =>
  POSITION.test(digits) ? Number.parseInt(digits.slice(0, 16), 16) : undefined

function all(source: Source, request: HttpRequest, rest: readonly string[]): HttpAnswer | undefined {
  const { log } = source
  const page = rest.length === 0 ? LATEST : pageOf(rest)
  if (page === undefined || rest.length === 1) return undefined
  const from = page.from === 'head' ? log.end : positionIn(page.from)
  if (from === undefined) return text(`'${page.from}' is not a valid position`, 400)
  const { origin } = request.url
  const path = `/streams/${encodeURIComponent(ALL)}`
  const at = (place: string): string => `${origin}${path}/${place}/${page.count}`
  const collected = collector(resolver(source, request))
  const { events } = collected
  const visit: Visit = (buffer, offset, position) =>
    isHousekeepingRecord(buffer, offset) || collected.visit(buffer, offset, position)
  const next = page.forwards
    ? log.records.allForwards(from, page.count, visit)
    : log.records.allBackwards(from, page.count, visit)
  if (page.forwards) events.reverse()
  const newer = page.forwards ? next : from
  const links: Link[] = [link('self', `${origin}${path}`), link('first', at('head/backward'))]
  if (page.forwards ? from > 0 : next > 0) {
    links.push(link('last', at(`${positionDigits(0)}/forward`)))
    links.push(link('next', at(`${positionDigits(page.forwards ? from : next)}/backward`)))
  }
  links.push(link('previous', at(`${positionDigits(newer)}/forward`)))
  links.push(link('metadata', `${origin}${path}/metadata`))
  const body = feed(
    {
      title: 'All events',
      path,
      streamId: null,
      headOfStream: false,
      selfUrl: false,
      eTag: null,
      links,
      events,
    },
    origin,
    embedLevelOf(request.url.searchParams),
  )
  return json(body)
}
