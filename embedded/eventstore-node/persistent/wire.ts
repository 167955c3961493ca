import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import type shared from '@eventstore/db-client/generated/shared_pb.js'
import type { EventFilter } from '../streams/filter.ts'
import { InvalidRequestError, PersistentSubscriptionError } from './errors.ts'
import type { NackAction } from './group.ts'
import type { ConnectionInfo, GroupInfo } from './info.ts'
import type { RequestedSettings } from './registry.ts'
import { allStream, fromEnd, type Source } from './settings.ts'
import { strategyNames } from './strategies/strategy.ts'

const { CreateReq, ReadReq, SubscriptionInfo } = persistent

type StreamIdentifier = InstanceType<typeof shared.StreamIdentifier>
type SettingsMessage = persistent.CreateReq.Settings | persistent.UpdateReq.Settings
type OptionsMessage = persistent.CreateReq.Options | persistent.UpdateReq.Options

const maxUint64 = '18446744073709551615'

/** @throws InvalidRequestError where a message lacks a part that it must have. */
export const required = <T>(part: T | undefined, name: string): T => {
  if (part === undefined) throw new InvalidRequestError(`${name} is missing`)
  return part
}

const streamName = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(required(identifier, 'stream identifier').getStreamName_asU8()).toString('utf8')

/** What a request is about where it says either a stream or `$all`. */
export const streamOf = (options: {
  hasAll(): boolean
  getStreamIdentifier(): StreamIdentifier | undefined
}): string => (options.hasAll() ? allStream : streamName(options.getStreamIdentifier()))

/** The stream of a list request, undefined for all. */
export const listedStream = (options: persistent.ListReq.Options): string | undefined => {
  if (options.hasListAllSubscriptions()) return undefined
  const stream = required(options.getListForStream(), 'what to list')
  return stream.hasAll() ? allStream : streamName(stream.getStream())
}

/** The greatest number stands for the end; what is beyond exact numbers is no place at all (NaN, refused later). */
const placeOf = (uint64: string): number => {
  if (uint64 === maxUint64) return fromEnd
  const place = Number(uint64)
  return Number.isSafeInteger(place) ? place : NaN
}

const startOfAll = (
  all: persistent.CreateReq.AllOptions | persistent.UpdateReq.AllOptions,
  group: string,
): number => {
  const position = all.getPosition()
  if (position !== undefined) {
    const commit = placeOf(position.getCommitPosition())
    if (placeOf(position.getPreparePosition()) > commit) {
      const why =
        'Invalid Start From position: prepare position must be less than or equal to the commit position.'
      throw new PersistentSubscriptionError('persistent-subscription-failed', allStream, group, why)
    }
    return commit
  }
  if (all.hasEnd()) return fromEnd
  if (all.hasStart()) return 0
  throw new InvalidRequestError('the start of the subscription is missing')
}

const startOfStream = (
  stream: persistent.CreateReq.StreamOptions | persistent.UpdateReq.StreamOptions,
): number => {
  if (stream.hasRevision()) return placeOf(stream.getRevision())
  if (stream.hasEnd()) return fromEnd
  if (stream.hasStart()) return 0
  throw new InvalidRequestError('the start of the subscription is missing')
}

const filterOf = (all: persistent.CreateReq.AllOptions): EventFilter | undefined => {
  const filter = all.getFilter()
  if (filter === undefined) return undefined
  const on = filter.hasStreamIdentifier() ? 'stream' : 'type'
  const expression = required(filter.getStreamIdentifier() ?? filter.getEventType(), 'filter expression')
  return { on, regex: expression.getRegex(), prefixes: expression.getPrefixList() }
}

const milliseconds = (hasTicks: boolean, ticks: string, ms: number): number =>
  hasTicks ? Math.trunc(Number(ticks) / 10_000) : ms

/** The newer name of the strategy, where it is set, goes before the older number. */
const strategyOf = (settings: SettingsMessage): string => {
  const name = settings instanceof CreateReq.Settings ? settings.getConsumerStrategy() : ''
  const number: number = settings.getNamedConsumerStrategy()
  return name === '' ? (strategyNames.slice(0, 3)[number] ?? String(number)) : name
}

const settingsOf = (settings: SettingsMessage, startFrom: number): RequestedSettings => ({
  resolveLinks: settings.getResolveLinks(),
  extraStatistics: settings.getExtraStatistics(),
  messageTimeout: milliseconds(
    settings.hasMessageTimeoutTicks(),
    settings.getMessageTimeoutTicks(),
    settings.getMessageTimeoutMs(),
  ),
  maxRetryCount: settings.getMaxRetryCount(),
  checkpointAfter: milliseconds(
    settings.hasCheckpointAfterTicks(),
    settings.getCheckpointAfterTicks(),
    settings.getCheckpointAfterMs(),
  ),
  minCheckpointCount: settings.getMinCheckpointCount(),
  maxCheckpointCount: settings.getMaxCheckpointCount(),
  maxSubscriberCount: settings.getMaxSubscriberCount(),
  liveBufferSize: settings.getLiveBufferSize(),
  historyBufferSize: settings.getHistoryBufferSize(),
  readBatchSize: settings.getReadBatchSize(),
  strategy: strategyOf(settings),
  startFrom,
})

/** `$all` has options of its own: as the name of a stream it is refused where a group is made, changed or removed. */
function refuseAll(stream: string, group: string): void {
  if (stream !== allStream) return
  const why = 'Persistent subscriptions to $all are only supported over gRPC through gRPC clients'
  throw new PersistentSubscriptionError('persistent-subscription-failed', stream, group, why)
}

/** The stream and name of the group to be removed. @throws PersistentSubscriptionError, InvalidRequestError */
export const removedGroup = (options: persistent.DeleteReq.Options): { stream: string; name: string } => {
  const stream = streamOf(options)
  const name = options.getGroupName()
  if (!options.hasAll()) refuseAll(stream, name)
  return { stream, name }
}

/**
 * What a create or update asks for. Clients of before 21.10 name the stream and its revision in fields of their own.
 *
 * @throws InvalidRequestError where something is missing.
 */
export const requestedGroup = (
  options: OptionsMessage,
): { source: Source; name: string; settings: RequestedSettings } => {
  const name = options.getGroupName()
  const settings = required(options.getSettings(), 'settings')
  const all = options.getAll()
  if (all !== undefined) {
    const filter = all instanceof CreateReq.AllOptions ? filterOf(all) : undefined
    return {
      source: { stream: allStream, filter },
      name,
      settings: settingsOf(settings, startOfAll(all, name)),
    }
  }
  const stream = options.getStream()
  const source = { stream: streamName(stream?.getStreamIdentifier() ?? options.getStreamIdentifier()) }
  refuseAll(source.stream, name)
  const startFrom = stream === undefined ? placeOf(settings.getRevision()) : startOfStream(stream)
  return { source, name, settings: settingsOf(settings, startFrom) }
}

const { Action } = ReadReq.Nack
const nackActions = new Map<number, NackAction>([
  [Action.UNKNOWN, 'unknown'],
  [Action.PARK, 'park'],
  [Action.RETRY, 'retry'],
  [Action.SKIP, 'skip'],
  [Action.STOP, 'stop'],
])

/** @throws InvalidRequestError for an action that there is not. */
export const nackAction = (action: number): NackAction =>
  required(nackActions.get(action), `nack action ${action}`)

const connectionMessage = (connection: ConnectionInfo): persistent.SubscriptionInfo.ConnectionInfo =>
  new SubscriptionInfo.ConnectionInfo()
    .setFrom(connection.from)
    .setUsername(connection.username)
    .setAverageItemsPerSecond(connection.averageItemsPerSecond)
    .setTotalItems(String(connection.totalItems))
    .setCountSinceLastMeasurement(String(connection.countSinceLastMeasurement))
    .setObservedMeasurementsList(
      connection.observedMeasurements.map(({ key, value }) =>
        new SubscriptionInfo.Measurement().setKey(key).setValue(String(value)),
      ),
    )
    .setAvailableSlots(connection.availableSlots)
    .setInFlightMessages(connection.inFlightMessages)
    .setConnectionName(connection.connectionName)

export const infoMessage = (info: GroupInfo): persistent.SubscriptionInfo => {
  const { settings } = info
  return new SubscriptionInfo()
    .setEventSource(info.eventSource)
    .setGroupName(info.groupName)
    .setStatus(info.status)
    .setConnectionsList(info.connections.map(connectionMessage))
    .setAveragePerSecond(info.averagePerSecond)
    .setTotalItems(String(info.totalItems))
    .setCountSinceLastMeasurement(String(info.countSinceLastMeasurement))
    .setLastCheckpointedEventPosition(info.lastCheckpointedEventPosition)
    .setLastKnownEventPosition(info.lastKnownEventPosition)
    .setResolveLinkTos(settings.resolveLinks)
    .setStartFrom(info.startFrom)
    .setMessageTimeoutMilliseconds(settings.messageTimeout)
    .setExtraStatistics(settings.extraStatistics)
    .setMaxRetryCount(settings.maxRetryCount)
    .setLiveBufferSize(settings.liveBufferSize)
    .setBufferSize(settings.historyBufferSize)
    .setReadBatchSize(settings.readBatchSize)
    .setCheckPointAfterMilliseconds(settings.checkpointAfter)
    .setMinCheckPointCount(settings.minCheckpointCount)
    .setMaxCheckPointCount(settings.maxCheckpointCount)
    .setReadBufferCount(info.readBufferCount)
    .setLiveBufferCount(String(info.liveBufferCount))
    .setRetryBufferCount(info.retryBufferCount)
    .setTotalInFlightMessages(info.totalInFlightMessages)
    .setOutstandingMessagesCount(info.outstandingMessagesCount)
    .setNamedConsumerStrategy(settings.strategy)
    .setMaxSubscriberCount(settings.maxSubscriberCount)
    .setParkedMessageCount(String(info.parkedMessageCount))
}
