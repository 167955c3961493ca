import { LINK_TYPE } from '../log/link.ts'
import type { SourceEvent } from './source-event.ts'

/** A link that a projection writes for an event. */
export interface Emission {
  readonly stream: string
  /** `$>`, or `$@` for a reference to a stream. */
  readonly type: string
  readonly data: string
  /** Fields of the link's metadata beyond those that all have: JSON, each with a comma before it. */
  readonly extra: string
}

/** One of EventStoreDB's five system projections. */
export interface Definition {
  /** Stands in the metadata of each link. */
  readonly id: number
  readonly name: string
  /** What its state is kept with, by EventStoreDB's names. */
  readonly handlerType: string
  readonly query: string
  /** False: links of users are nothing to it. */
  readonly takesLinks: boolean
  readonly emit: (event: SourceEvent) => Emission | undefined
}

const handlerType = (name: string): string => `native:EventStore.Projections.Core.Standard.${name}`

/** What stands before the first dash; undefined where nothing does, and for system streams. */
export function categoryOf(stream: string): string | undefined {
  const dash = stream.indexOf('-')
  return dash > 0 && !stream.startsWith('$') ? stream.slice(0, dash) : undefined
}

const byCategory = (event: SourceEvent): Emission | undefined => {
  const stream = event.deletes ? event.original : event.stream
  const category = categoryOf(stream)
  if (category === undefined) return undefined
  return {
    stream: `$ce-${category}`,
    type: LINK_TYPE,
    data: event.linkTarget ?? `${event.revisionText}@${event.stream}`,
    extra: `,"$o":${JSON.stringify(stream)}${event.deletes ? ',"$deleted":-1' : ''}`,
  }
}

/** A link to metadata names the stream that it is about: so does EventStoreDB. */
const byEventType = (event: SourceEvent): Emission => ({
  stream: `$et-${event.deletes ? '$deleted' : event.type}`,
  type: LINK_TYPE,
  data: `${event.revisionText}@${event.original}`,
  extra: event.deletes ? ',"$deleted":-1' : '',
})

const byCorrelationId = (event: SourceEvent): Emission | undefined => {
  if (event.correlationId === undefined) return undefined
  const time = `${new Date(event.created).toISOString().slice(0, -1)}000Z`
  return {
    stream: `$bc-${event.correlationId}`,
    type: LINK_TYPE,
    data: `${event.revisionText}@${event.stream}`,
    extra: `,"$eventTimestamp":"${time}"`,
  }
}

const streamByCategory = (event: SourceEvent): Emission | undefined => {
  const category = event.revision === 0 ? categoryOf(event.stream) : undefined
  if (category === undefined) return undefined
  return { stream: `$category-${category}`, type: '$@', data: event.stream, extra: '' }
}

const streams = (event: SourceEvent): Emission | undefined =>
  event.revision === 0
    ? { stream: '$streams', type: LINK_TYPE, data: `0@${event.stream}`, extra: '' }
    : undefined

/** In the order in which EventStoreDB lists them. */
export const SYSTEM_PROJECTIONS: readonly Definition[] = [
  {
    id: 1,
    name: '$streams',
    handlerType: handlerType('IndexStreams'),
    query: '',
    takesLinks: true,
    emit: streams,
  },
  {
    id: 2,
    name: '$stream_by_category',
    handlerType: handlerType('CategorizeStreamByPath'),
    query: 'first\r\n-',
    takesLinks: true,
    emit: streamByCategory,
  },
  {
    id: 3,
    name: '$by_category',
    handlerType: handlerType('CategorizeEventsByStreamPath'),
    query: 'first\r\n-',
    takesLinks: true,
    emit: byCategory,
  },
  {
    id: 4,
    name: '$by_event_type',
    handlerType: handlerType('IndexEventsByEventType'),
    query: '',
    takesLinks: false,
    emit: byEventType,
  },
  {
    id: 5,
    name: '$by_correlation_id',
    handlerType: handlerType('ByCorrelationId'),
    query: '{"correlationIdProperty":"$correlationId"}',
    takesLinks: false,
    emit: byCorrelationId,
  },
]

export const SYSTEM_PROJECTION_NAMES: readonly string[] = SYSTEM_PROJECTIONS.map(({ name }) => name)
