import { expect } from 'chai'
import { openLog, type NodeLog } from '../../log/log.ts'
import type { EventFilter } from '../../streams/filter.ts'
import { PersistentSubscriptionError } from '../errors.ts'
import { createRegistry, type Registry, type RequestedSettings } from '../registry.ts'
import { consumer, manualClock, proposed, type ManualClock, type RecordingConsumer } from './doubles.ts'
import { eventually } from './eventually.ts'

export const usual: RequestedSettings = {
  resolveLinks: false,
  extraStatistics: false,
  messageTimeout: 30_000,
  maxRetryCount: 10,
  checkpointAfter: 2_000,
  minCheckpointCount: 10,
  maxCheckpointCount: 1_000,
  maxSubscriberCount: 0,
  liveBufferSize: 500,
  historyBufferSize: 500,
  readBatchSize: 20,
  strategy: 'RoundRobin',
  startFrom: 0,
}

/** Books of the group `g` on the stream `s`. */
export const parkedStream = '$persistentsubscription-s::g-parked'
export const checkpointStream = '$persistentsubscription-s::g-checkpoint'

/** Groups on a log in memory, with a clock that the test moves. Groups are called `g` unless it says otherwise. */
export interface World {
  readonly log: NodeLog
  readonly clock: ManualClock
  readonly registry: Registry
  /** Errors of background writes. */
  readonly reported: unknown[]
  append(stream: string, count: number, type?: string): Promise<void>
  create(stream: string, settings?: Partial<RequestedSettings>, filter?: EventFilter): Promise<void>
  connect(stream: string, bufferSize?: number, name?: string): RecordingConsumer
  /** Acknowledges what the consumer got, as it comes, until it got `count`. */
  ackAll(stream: string, from: RecordingConsumer, count: number): Promise<void>
  /** Data of the events of a stream. */
  texts(stream: string): string[]
  /** Closes the groups, lets something happen meanwhile, and opens them again, if need be on another view of the log. */
  restart(meanwhile?: () => Promise<void>, on?: NodeLog): Promise<void>
  close(): Promise<void>
}

export const openWorld = (): World => {
  const log = openLog()
  const clock = manualClock()
  const reported: unknown[] = []
  const open = (on: NodeLog): Registry =>
    createRegistry(on, { clock, report: (error) => reported.push(error) })
  let registry = open(log)
  return {
    log,
    clock,
    reported,
    get registry() {
      return registry
    },
    append: async (stream, count, type = 'Happened') => {
      const events = Array.from({ length: count }, (_, n) => proposed(type, { n }))
      await log.append(stream, 'any', events)
    },
    create: (stream, settings = {}, filter) =>
      registry.create({ stream, filter }, 'g', { ...usual, ...settings }, 'system'),
    connect: (stream, bufferSize = 10, name = 'consumer') => {
      const connected = consumer(bufferSize, name)
      registry.group(stream, 'g').add(connected)
      return connected
    },
    ackAll: async (stream, from, count) => {
      let acked = 0
      await eventually(() => {
        const batch = from.received.slice(acked)
        acked += batch.length
        registry.group(stream, 'g').ack(batch.map(({ id }) => id))
        return acked >= count
      })
    },
    texts: (stream) =>
      log.readForwards(stream, 0, 1_000).map(({ data }) => Buffer.from(data).toString('utf8')),
    restart: async (meanwhile, on = log) => {
      await registry.close()
      await meanwhile?.()
      registry = open(on)
    },
    close: async () => {
      await registry.close()
      await log.close()
    },
  }
}

/** Id of the message that the consumer got as number `index`. */
export const idOf = (from: RecordingConsumer, index: number): string =>
  from.received[index]?.id ?? 'not received'

/** The refusal that the work ends with, which must be of this kind. */
export const failsWith = async (
  work: Promise<unknown> | (() => unknown),
  kind: string,
): Promise<PersistentSubscriptionError> => {
  const error: unknown = await (typeof work === 'function' ? Promise.resolve().then(work) : work).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof PersistentSubscriptionError))
    throw new Error(`expected ${kind}, got ${String(error)}`)
  expect(error.kind).to.equal(kind)
  return error
}
