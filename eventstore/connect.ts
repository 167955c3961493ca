import type { Logger } from 'pino'
import { createAppends, type Appends } from './append.ts'
import { openConnection } from './connection.ts'
import { createDecoder } from './decode.ts'
import { familyOf } from './group-succession.ts'
import type { PersonalDataKeys } from './personal-data/keys.ts'
import { createSeal } from './personal-data/seal.ts'
import { consumeGroup, type GroupConsumer } from './persistent-group.ts'
import { createParkedMessages, type ParkedMessages } from './parked-messages.ts'
import { createReads, type RecordReads } from './read.ts'
import { createRecordReader, type RecordItem } from './records.ts'
import type { EventRegistry } from './registry.ts'
import { superviseAll } from './supervised-subscription.ts'
import type { AllSubscriptionOptions, EventStore } from './types.ts'

export interface EventStoreOptions {
  /** `esdb://…`, as the official client takes it. */
  readonly connectionString: string
  readonly registry: EventRegistry
  readonly logger: Logger
  /** Keys that personal data is encrypted with; without them it is written in clear, and what is encrypted can't be read. */
  readonly personalData?: PersonalDataKeys | undefined
  /** Time limit of each append and each page of a read, in milliseconds. Default 5,000. */
  readonly deadlineMs?: number
  /** Milliseconds of silence after which a subscription is renewed where the store has gone on. Default 30,000. */
  readonly watchdogMs?: number
}

export interface ConnectedEventStore extends EventStore, Appends, RecordReads, ParkedMessages {
  /**
   * Like subscribeToAll, but with the events as they are stored. `reveal`: personal data in clear, where its key still exists;
   * null where it was destroyed.
   */
  subscribeToRecords(
    options: AllSubscriptionOptions & { readonly reveal: boolean },
  ): AsyncIterable<RecordItem>
  /**
   * Competing consumers: see GroupConsumer. Returns when `signal` is aborted or the store is closed, and all that was in hand is
   * settled; comes back after any error.
   */
  consumeGroup(consumer: GroupConsumer): Promise<void>
  /** Names of the groups of a family that are there: see group-succession.ts. */
  groupsOf(family: string): Promise<readonly string[]>
}

/**
 * The door to the store at `connectionString`. It connects when it is first used. Doors of one process to the same store share a
 * connection. EventStoreDB 23.10 or later.
 */
export const connectEventStore = (options: EventStoreOptions): ConnectedEventStore => {
  const { registry, logger, personalData, deadlineMs = 5_000, watchdogMs = 30_000 } = options
  const connection = openConnection(options.connectionString, logger)
  const seal = createSeal(registry, personalData)
  const decoder = createDecoder(registry, seal)
  const { readStream, readRecords, headPosition } = createReads({ connection, decoder, deadlineMs })
  const parked = createParkedMessages({ connection, deadlineMs })
  const closing = new AbortController()
  const consuming = new Set<Promise<void>>()
  const untilClosed = <Options extends { readonly signal: AbortSignal }>(asked: Options): Options => ({
    ...asked,
    signal: AbortSignal.any([asked.signal, closing.signal]),
  })

  if (personalData === undefined && registry.types.some((type) => registry.personalOf(type) !== undefined)) {
    logger.warn('personal data is written to the event store in clear: no keys are configured')
  }

  return {
    ...createAppends({ connection, registry, seal, deadlineMs, readStream }),
    readStream,
    readRecords,
    headPosition,
    ...parked,
    groupsOf: async (family) =>
      (await familyOf({ connection, deadlineMs }, family)).map(({ groupName }) => groupName),
    subscribeToRecords: ({ reveal, ...subscription }) => {
      const reader = createRecordReader(reveal ? seal : undefined)
      return superviseAll(
        { connection, decoder: reader, logger, headPosition, watchdogMs },
        untilClosed(subscription),
      )
    },
    subscribeToAll: (subscription) =>
      superviseAll({ connection, decoder, logger, headPosition, watchdogMs }, untilClosed(subscription)),
    consumeGroup: async (consumer) => {
      const work = consumeGroup(
        { connection, decoder, logger, headPosition, deadlineMs, readParked: parked.readParked },
        untilClosed(consumer),
      )
      consuming.add(work)
      await work.finally(() => consuming.delete(work))
    },
    close: async () => {
      closing.abort()
      await Promise.allSettled(consuming)
      await connection.close()
    },
  }
}
