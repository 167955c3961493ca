import type { MessageBuffer } from './buffer.ts'
import type { Consumer } from './message.ts'
import { placeText, type GroupSettings, type Source } from './settings.ts'
import { perSecond, type Measurement } from './statistics.ts'

export interface ConnectionInfo {
  readonly from: string
  readonly username: string
  readonly connectionName: string
  readonly averageItemsPerSecond: number
  readonly totalItems: number
  readonly countSinceLastMeasurement: number
  readonly observedMeasurements: readonly Measurement[]
  readonly availableSlots: number
  readonly inFlightMessages: number
}

/** A group as its statistics show it; places as text, empty where there is none. */
export interface GroupInfo {
  readonly eventSource: string
  readonly groupName: string
  readonly status: string
  readonly connections: readonly ConnectionInfo[]
  readonly settings: GroupSettings
  readonly startFrom: string
  readonly averagePerSecond: number
  readonly totalItems: number
  readonly countSinceLastMeasurement: number
  readonly lastCheckpointedEventPosition: string
  readonly lastKnownEventPosition: string
  readonly readBufferCount: number
  readonly liveBufferCount: number
  readonly retryBufferCount: number
  readonly totalInFlightMessages: number
  readonly outstandingMessagesCount: number
  readonly parkedMessageCount: number
}

export interface GroupState {
  readonly source: Source
  readonly name: string
  readonly settings: GroupSettings
  readonly consumers: Iterable<Consumer>
  readonly rate: { readonly sinceLast: number; readonly perSecond: number; readonly seconds: number }
  readonly totalItems: number
  readonly status: { readonly live: boolean; readonly replaying: boolean }
  readonly lastCheckpointed: number | undefined
  readonly lastKnown: number | undefined
  readonly buffer: Pick<MessageBuffer, 'fresh' | 'retries'>
  readonly liveBuffered: number
  readonly outstanding: number
  readonly parked: number
}

/** As .NET writes the flags of the state, in the order of their values. */
const statusText = ({ live, replaying }: GroupState['status']): string =>
  [live ? [] : ['Behind'], replaying ? ['ReplayingParkedMessages'] : [], live ? ['Live'] : []]
    .flat()
    .join(', ')

/** Ends the measurement of the consumer that runs. */
const connectionInfo = (consumer: Consumer, seconds: number): ConnectionInfo => {
  const since = consumer.totalItems - consumer.lastTotalItems
  consumer.lastTotalItems = consumer.totalItems
  return {
    from: '',
    username: consumer.username,
    connectionName: consumer.name,
    averageItemsPerSecond: perSecond(since, seconds),
    totalItems: consumer.totalItems,
    countSinceLastMeasurement: since,
    observedMeasurements: consumer.timings?.measurements() ?? [],
    availableSlots: consumer.bufferSize - consumer.inFlight,
    inFlightMessages: consumer.inFlight,
  }
}

/** The statistics of a group. Looking at them begins new measurements of its consumers. */
export const groupInfo = (state: GroupState): GroupInfo => {
  const { source, settings, rate, buffer } = state
  const text = (place: number | undefined): string =>
    place === undefined ? '' : placeText(source.stream, place)
  const connections = [...state.consumers].map((consumer) => connectionInfo(consumer, rate.seconds))
  return {
    eventSource: source.stream,
    groupName: state.name,
    status: statusText(state.status),
    connections,
    settings,
    startFrom: text(settings.startFrom),
    averagePerSecond: rate.perSecond,
    totalItems: state.totalItems,
    countSinceLastMeasurement: rate.sinceLast,
    lastCheckpointedEventPosition: text(state.lastCheckpointed),
    lastKnownEventPosition: text(state.lastKnown),
    readBufferCount: buffer.fresh,
    liveBufferCount: state.liveBuffered,
    retryBufferCount: buffer.retries,
    totalInFlightMessages: connections.reduce((sum, connection) => sum + connection.inFlightMessages, 0),
    outstandingMessagesCount: state.outstanding,
    parkedMessageCount: state.parked,
  }
}
