import type { RecordedEvent, ResolvedEvent } from '../log/types.ts'
import { parseLink } from '../log/link.ts'

/** How much of each event stands in a feed: EventStoreDB's levels, each has what the ones before it have. */
export const EMBED_LEVELS = ['none', 'content', 'rich', 'body', 'pretty', 'tryharder'] as const
export type EmbedLevel = (typeof EMBED_LEVELS)[number]

const atLeast = (level: EmbedLevel, wanted: EmbedLevel): boolean =>
  EMBED_LEVELS.indexOf(level) >= EMBED_LEVELS.indexOf(wanted)

/** The level that a query asks for; `none` where it names none. */
export const embedLevelOf = (query: URLSearchParams): EmbedLevel =>
  EMBED_LEVELS.find((level) => level === query.get('embed')?.toLowerCase()) ?? 'none'

export interface Link {
  readonly uri: string
  readonly relation: string
  readonly type: null
}

export const link = (relation: string, uri: string): Link => ({ uri, relation, type: null })

const AUTHOR = { name: 'EventStore' }
const EPOCH_TICKS_PER_SECOND = 10_000_000n

/** A time in ticks of 100 ns as EventStoreDB's JSON has it: seven digits at most, none for nothing. */
export function isoTime(ticks: bigint): string {
  const seconds = new Date(Number(ticks / EPOCH_TICKS_PER_SECOND) * 1000).toISOString().slice(0, 19)
  const fraction = String(ticks % EPOCH_TICKS_PER_SECOND)
    .padStart(7, '0')
    .replace(/0+$/, '')
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}Z`
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')

/** The text, indented where it is JSON. */
function indented(text: string): { readonly text: string; readonly isJson: boolean } {
  try {
    return { text: JSON.stringify(JSON.parse(text), null, 2), isJson: text !== '' }
  } catch (error) {
    if (error instanceof SyntaxError) return { text, isJson: false }
    throw error
  }
}

const orNull = (text: string): string | null => (text === '' ? null : text)

function bodyOf({ event, link: linkEvent }: Resolved, level: EmbedLevel): object {
  if (!atLeast(level, 'body'))
    return { data: null, metaData: null, linkMetaData: null, isJson: isJson(event) }
  const shown = (text: string): string => (atLeast(level, 'pretty') ? indented(text).text : text)
  const data = textOf(event.data)
  const guessed = level === 'tryharder' ? indented(data) : undefined
  return {
    data: isJson(event) ? shown(data) : (guessed?.text ?? null),
    metaData: orNull(shown(textOf(event.metadata))),
    linkMetaData: linkEvent === undefined ? null : shown(textOf(linkEvent.metadata)),
    isJson: isJson(event) || guessed?.isJson === true,
  }
}

const isJson = ({ contentType }: RecordedEvent): boolean => contentType === 'application/json'

interface Resolved {
  readonly event: RecordedEvent
  readonly link: RecordedEvent | undefined
}

/** Where an entry leads to, for a link what the link says. */
function placeOf({ event, link: linkEvent }: ResolvedEvent): { stream: string; revision: number } {
  const target = linkEvent === undefined ? undefined : parseLink(linkEvent.data)
  if (target !== undefined) return target
  const original = event ?? linkEvent
  return { stream: original?.stream ?? '', revision: original?.revision ?? 0 }
}

function richFields(resolved: Resolved, level: EmbedLevel): object {
  const { event, link: linkEvent } = resolved
  const original = linkEvent ?? event
  const { isJson: json, ...body } = { isJson: false, ...bodyOf(resolved, level) }
  const hasBody = atLeast(level, 'body')
  return {
    eventId: event.id,
    eventType: event.type,
    eventNumber: event.revision,
    ...body,
    streamId: event.stream,
    isJson: json,
    isMetaData: hasBody && event.metadata.length > 0,
    isLinkMetaData: hasBody && (linkEvent?.metadata.length ?? 0) > 0,
    isRedacted: false,
    positionEventNumber: original.revision,
    positionStreamId: original.stream,
  }
}

const contentOf = (event: RecordedEvent): object => ({
  eventStreamId: event.stream,
  eventNumber: event.revision,
  eventType: event.type,
  eventId: event.id,
  data: jsonOrText(event.data),
  metadata: event.metadata.length === 0 ? '' : jsonOrText(event.metadata),
})

function jsonOrText(bytes: Uint8Array): unknown {
  const text = textOf(bytes)
  return indented(text).isJson ? JSON.parse(text) : text
}

/**
 * An event as an entry of a feed, or of its own.
 * @param origin of the node, as its caller knows it
 */
export function entry(
  resolved: ResolvedEvent,
  origin: string,
  level: EmbedLevel,
  single = false,
): Readonly<Record<string, unknown>> {
  const { event, link: linkEvent } = resolved
  const { stream, revision } = placeOf(resolved)
  const uri = `${origin}/streams/${encodeURIComponent(stream)}/${revision}`
  const hasContent = event !== undefined && linkEvent === undefined && isJson(event)
  return {
    ...(event !== undefined && atLeast(level, 'rich') ? richFields({ event, link: linkEvent }, level) : {}),
    title: `${revision}@${stream}`,
    id: uri,
    updated: isoTime((linkEvent ?? event)?.created ?? 0n),
    author: AUTHOR,
    summary: linkEvent === undefined ? (event?.type ?? '') : '$>',
    retryCount: null,
    content: hasContent && (single || level === 'content') ? contentOf(event) : null,
    links: [link('edit', uri), link('alternate', uri)],
  }
}

export interface Feed {
  readonly title: string
  readonly path: string
  readonly streamId: string | null
  readonly headOfStream: boolean
  readonly selfUrl: boolean
  readonly eTag: string | null
  readonly links: readonly Link[]
  readonly events: readonly ResolvedEvent[]
}

/** Time of a feed without events, .NET's `DateTime.MinValue`. */
const NEVER = '0001-01-01T00:00:00Z'

/** A page of a stream or of `$all`, newest event first. */
export function feed(page: Feed, origin: string, level: EmbedLevel): object {
  const self = `${origin}${page.path}`
  const [newest] = page.events
  return {
    title: page.title,
    id: self,
    updated: newest?.event === undefined ? NEVER : isoTime(newest.event.created),
    streamId: page.streamId,
    author: AUTHOR,
    headOfStream: page.headOfStream,
    selfUrl: page.selfUrl ? self : null,
    eTag: page.eTag,
    links: page.links,
    entries: page.events.map((event) => entry(event, origin, level)),
  }
}
