import { randomUUID } from 'node:crypto'
import { PersistentSubscriptionError } from './errors.ts'
import type { ConnectionInfo, GroupInfo } from './info.ts'
import type { Registry } from './registry.ts'

/** An answer in JSON; `reason` goes behind the status code where it is not the usual one. */
export interface HttpAnswer {
  readonly status: number
  readonly reason?: string
  readonly body: unknown
}

/** A link or address that an answer names. */
type UrlOf = (path: string) => string

const pathOf = ({ eventSource, groupName }: GroupInfo): string =>
  `/subscriptions/${encodeURIComponent(eventSource)}/${encodeURIComponent(groupName)}`

/** The number in a place of a stream. Places of `$all` are no numbers: 0, as for one that is not there. */
const numberIn = (place: string): number => (/^-?\d+$/.test(place) ? Number(place) : 0)

/** Only where there is one: .NET leaves out what is null. */
const placeField = (name: string, place: string): Record<string, string> =>
  place === '' ? {} : { [name]: place }

const addresses = (info: GroupInfo, urlOf: UrlOf): { parkedMessageUri: string; getMessagesUri: string } => {
  const stream = `${encodeURIComponent(info.eventSource)}::${encodeURIComponent(info.groupName)}-parked`
  return {
    parkedMessageUri: urlOf(`/streams/%24persistentsubscription-${stream}`),
    getMessagesUri: urlOf(`${pathOf(info)}/1`),
  }
}

const progress = (info: GroupInfo): object => ({
  lastProcessedEventNumber: numberIn(info.lastCheckpointedEventPosition),
  ...placeField('lastCheckpointedEventPosition', info.lastCheckpointedEventPosition),
  lastKnownEventNumber: numberIn(info.lastKnownEventPosition),
  ...placeField('lastKnownEventPosition', info.lastKnownEventPosition),
})

const summary = (info: GroupInfo, urlOf: UrlOf): object => ({
  links: [{ href: urlOf(`${pathOf(info)}/info`), rel: 'detail' }],
  eventStreamId: info.eventSource,
  groupName: info.groupName,
  ...addresses(info, urlOf),
  status: info.status,
  averageItemsPerSecond: info.averagePerSecond,
  totalItemsProcessed: info.totalItems,
  ...progress(info),
  connectionCount: info.connections.length,
  totalInFlightMessages: info.totalInFlightMessages,
})

const connection = (info: ConnectionInfo): object => ({
  from: info.from,
  username: info.username,
  averageItemsPerSecond: info.averageItemsPerSecond,
  totalItemsProcessed: info.totalItems,
  countSinceLastMeasurement: info.countSinceLastMeasurement,
  extraStatistics: info.observedMeasurements,
  availableSlots: info.availableSlots,
  inFlightMessages: info.inFlightMessages,
  connectionName: info.connectionName,
})

const config = ({ settings, startFrom }: GroupInfo): object => ({
  resolveLinktos: settings.resolveLinks,
  startFrom: numberIn(startFrom),
  startPosition: startFrom,
  messageTimeoutMilliseconds: settings.messageTimeout,
  extraStatistics: settings.extraStatistics,
  maxRetryCount: settings.maxRetryCount,
  liveBufferSize: settings.liveBufferSize,
  bufferSize: settings.historyBufferSize,
  readBatchSize: settings.readBatchSize,
  preferRoundRobin: settings.strategy === 'RoundRobin',
  checkPointAfterMilliseconds: settings.checkpointAfter,
  minCheckPointCount: settings.minCheckpointCount,
  maxCheckPointCount: settings.maxCheckpointCount,
  maxSubscriberCount: settings.maxSubscriberCount,
  namedConsumerStrategy: settings.strategy,
})

const detail = (info: GroupInfo, urlOf: UrlOf): object => ({
  links: [
    { href: urlOf(`${pathOf(info)}/info`), rel: 'detail' },
    { href: urlOf(`${pathOf(info)}/replayParked`), rel: 'replayParked' },
  ],
  config: config(info),
  eventStreamId: info.eventSource,
  groupName: info.groupName,
  status: info.status,
  averageItemsPerSecond: info.averagePerSecond,
  ...addresses(info, urlOf),
  totalItemsProcessed: info.totalItems,
  countSinceLastMeasurement: info.countSinceLastMeasurement,
  ...progress(info),
  readBufferCount: info.readBufferCount,
  liveBufferCount: info.liveBufferCount,
  retryBufferCount: info.retryBufferCount,
  totalInFlightMessages: info.totalInFlightMessages,
  outstandingMessagesCount: info.outstandingMessagesCount,
  connections: info.connections.map(connection),
  parkedMessageCount: info.parkedMessageCount,
})

const replay = (registry: Registry, stream: string, group: string, stopAt: string | null): HttpAnswer => {
  if (stopAt !== null && !/^\d+$/.test(stopAt)) {
    return { status: 400, reason: 'stopAt should be a properly formed positive long', body: '' }
  }
  registry.replayParked(stream, group, stopAt === null ? undefined : Number(stopAt))
  return { status: 200, body: { correlationId: randomUUID(), reason: '', result: 'Success' } }
}

const ok = (body: unknown): HttpAnswer => ({ status: 200, body })

/** A segment of a path as it was meant; undefined where its escapes are broken. */
const decoded = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

/**
 * Answers the HTTP calls for persistent subscriptions that clients fall back to, as EventStoreDB answers them; undefined
 * where method and path are none of them. Whoever serves HTTP has asked before whether the caller may.
 *
 * @param url The request's; its origin stands in the links of the answer.
 */
export const answerSubscriptions = (registry: Registry, method: string, url: URL): HttpAnswer | undefined => {
  const urlOf: UrlOf = (path) => `${url.origin}${path}`
  const segments = url.pathname.slice(1).split('/').map(decoded)
  const [root, stream, group, action, ...more] = segments
  if (root !== 'subscriptions' || more.length > 0) return undefined
  if (segments.includes(undefined)) return { status: 400, reason: 'Broken escapes in the path', body: '' }
  const summaries = (of?: string): HttpAnswer => ok(registry.list(of).map((info) => summary(info, urlOf)))
  try {
    if (method === 'POST' && stream === 'restart' && group === undefined) {
      registry.restart()
      return ok('Restarting')
    }
    if (method === 'POST' && stream !== undefined && group !== undefined && action === 'replayParked') {
      return replay(registry, stream, group, url.searchParams.get('stopAt'))
    }
    if (method !== 'GET') return undefined
    if (stream === undefined) return summaries()
    if (group === undefined) return summaries(stream)
    if (action === 'info') return ok(detail(registry.group(stream, group).info(), urlOf))
    return undefined
  } catch (error) {
    if (!(error instanceof PersistentSubscriptionError)) throw error
    if (error.kind === 'persistent-subscription-does-not-exist') return { status: 404, body: null }
    return { status: 500, body: { reason: error.reason, result: 'Fail' } }
  }
}
