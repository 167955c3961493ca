import {
  eventTypeFilter,
  PersistentSubscriptionExistsError,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  type PersistentSubscriptionToAllResolvedEvent,
} from '@eventstore/db-client'
import type { Logger } from 'pino'
import { createAnswers, type Answers } from './answers.ts'
import { inChunks } from './chunks.ts'
import { asCommandError } from './client-errors.ts'
import { createComeback } from './comeback.ts'
import type { Connection } from './connection.ts'
import type { DecodedEvent, Decoder } from './decode.ts'
import { createHandlings, type Handlings } from './handlings.ts'
import { beginningOf, retirePredecessors } from './group-succession.ts'
import { noteOf, type ParkedMessages } from './parked-messages.ts'
import type { Position, StoredEvent } from './types.ts'
import { untilAborted, withDeadline } from '../platform/with-deadline.ts'

/**
 * What becomes of a delivered event. `park` puts it among the group's parked messages, with the reason and how often it was tried
 * again before, for a person: see ParkedMessages; `again`
 * gives it back to the store, which delivers it once more to whoever is there, at once: who wants a pause waits before the answer.
 */
export type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'park'; readonly reason: string; readonly retries: number }
  | { readonly kind: 'again'; readonly reason: string }

/**
 * Competing consumers of one group: each event goes to one of them, at least once, in no firm order; the place up to where all
 * is done is kept by the store.
 */
export interface GroupConsumer {
  /**
   * The group is made where there is none, and reads `$all` from its start. One that exists is left as it is, with the event types
   * that it was made for: EventStoreDB can't change them, so a group for other types needs another name (groupNameOf).
   */
  readonly group: string
  /** A new group begins where the others of its family are, and takes their place: see group-succession.ts. */
  readonly family?: string
  readonly eventTypes: readonly string[]
  /** Events that may be in hand at once. */
  readonly concurrency: number
  /** Milliseconds after which the store gives an event that was not answered to another consumer. */
  readonly messageTimeoutMs: number
  /** Settles for good: it must not throw. An event whose handler throws all the same is given out again. */
  readonly handle: (event: StoredEvent) => Promise<Verdict>
  readonly signal: AbortSignal
}

export interface GroupDeps {
  readonly connection: Connection
  readonly decoder: Decoder
  readonly logger: Logger
  readonly headPosition: () => Promise<Position | undefined>
  readonly readParked: ParkedMessages['readParked']
  readonly deadlineMs: number
}

type Delivery = PersistentSubscriptionToAllResolvedEvent

/** An event that is in hand may be delivered again, after a time-out or a lost connection: it waits for the same verdict then. */
type InHand = Handlings<Verdict>

const isAborted = (signal: AbortSignal): boolean => signal.aborted

/** Consumes until `signal` is aborted and all that was in hand is settled; comes back after any error. */
export const consumeGroup = async (deps: GroupDeps, consumer: GroupConsumer): Promise<void> => {
  const { signal } = consumer
  const logger = deps.logger.child({ group: consumer.group })
  const comeback = createComeback()
  const inHand: InHand = createHandlings(consumer.concurrency)
  let retiring: Promise<void> | undefined
  while (!isAborted(signal)) {
    try {
      await untilAborted(signal, ensureGroup(deps, consumer))
      retiring ??= succeed({ ...deps, logger }, consumer, inHand)
      await consumeOnce({ ...deps, logger }, consumer, inHand, comeback.succeeded)
    } catch (error) {
      if (isAborted(signal)) break
      logger.warn({ err: error, failures: comeback.failures() }, 'consumer lost, coming back')
    }
    if (!isAborted(signal)) await comeback.pause(signal)
  }
  await retiring
  await inHand.settled()
}

/** Looks after older groups of the same family. */
const succeed = async (deps: GroupDeps, consumer: GroupConsumer, inHand: InHand): Promise<void> => {
  const { family, group, signal } = consumer
  if (family === undefined) return
  await retirePredecessors({
    ...deps,
    ...{ family, group, signal },
    parked: async (older) => (await deps.readParked(older)).length,
    drain: (older, until) =>
      consumeOnce(deps, { ...consumer, group: older, signal: until }, inHand, () => undefined).catch(
        (error: unknown) => {
          if (!until.aborted) deps.logger.warn({ err: error, older }, 'consumer of an older group lost')
        },
      ),
  })
}

const isGroupThere = (error: unknown): boolean =>
  asCommandError(error) instanceof PersistentSubscriptionExistsError

/** Makes the group where there is none; one that exists is left as the operators of the shop have set it. */
const ensureGroup = async (
  { connection, deadlineMs }: GroupDeps,
  { group, family, eventTypes, messageTimeoutMs }: GroupConsumer,
): Promise<void> => {
  const settings = persistentSubscriptionToAllSettingsFromDefaults({
    startFrom: family === undefined ? START : await beginningOf({ connection, deadlineMs, family, group }),
    messageTimeout: messageTimeoutMs,
    // parking is our own verdict: an outage, however long, must not park what is sound
    maxRetryCount: 2_147_483_647,
    checkPointAfter: 1_000,
    checkPointLowerBound: 10,
    checkPointUpperBound: 1_000,
    liveBufferSize: 5_000,
    historyBufferSize: 5_000,
    readBatchSize: 200,
    consumerStrategyName: 'RoundRobin',
  })
  const filter = eventTypeFilter({ regex: `^(${eventTypes.map(literally).join('|')})$` })
  try {
    await connection.call(deadlineMs, isGroupThere, (client) =>
      client.createPersistentSubscriptionToAll(group, settings, { filter, deadline: deadlineMs }),
    )
  } catch (error) {
    if (!isGroupThere(error)) throw error
  }
}

const literally = (text: string): string => text.replaceAll(/[^A-Za-z0-9_]/g, String.raw`\$&`)

/** One connection, until it fails, ends or is aborted. */
const consumeOnce = async (
  deps: GroupDeps,
  consumer: GroupConsumer,
  inHand: InHand,
  onDelivery: () => void,
): Promise<void> => {
  const { decoder, logger } = deps
  const { signal, concurrency } = consumer
  const client = await untilAborted(signal, deps.connection.client())
  const subscription = client.subscribeToPersistentSubscriptionToAll(
    consumer.group,
    { bufferSize: concurrency },
    { highWaterMark: concurrency },
  )
  // the reader below is told of errors; one that comes after it has left must not end the process
  subscription.on('error', () => undefined)
  let isLost = false
  const answers = createAnswers(subscription, (error) => {
    // the store delivers them again
    logger.debug({ err: error }, 'could not answer for events')
  })

  const settle = async (delivery: Delivery, decoded: DecodedEvent): Promise<void> => {
    const { id: eventId, stream } = decoded.event
    const verdict = await inHand
      .run(eventId, () => judge(consumer, decoded))
      .catch((error: unknown) => {
        logger.error({ err: error, eventId, stream }, 'event not settled, it will be delivered again')
        return { kind: 'again', reason: error instanceof Error ? error.message : String(error) } as const
      })
    // the store has taken the event back, and delivers it again
    if (isLost) return
    if (verdict.kind === 'park') logger.error({ eventId, stream, reason: verdict.reason }, 'event parked')
    answer(answers, delivery, verdict)
  }

  const settling = new Set<Promise<void>>()
  try {
    for await (const chunk of inChunks<Delivery>(subscription, inHand.free, signal)) {
      onDelivery()
      for (const delivery of chunk) if (delivery.event === undefined) answers.ack(delivery)
      const deliveries = chunk.filter(({ event }) => event !== undefined)
      const decoded = await decoder.tryDecode(deliveries.flatMap(({ event }) => event ?? []))
      for (const [index, delivery] of deliveries.entries()) {
        const event = decoded[index]
        if (event === undefined) continue
        const work = settle(delivery, event).finally(() => settling.delete(work))
        settling.add(work)
      }
      await inHand.hasRoom()
    }
    if (isAborted(signal)) await sayGoodbye(deps, settling, answers)
  } finally {
    isLost = true
    subscription.destroy()
    // where it was never connected there is nothing to end
    subscription.unsubscribe().catch(() => undefined)
  }
}

const judge = async ({ handle }: GroupConsumer, decoded: DecodedEvent): Promise<Verdict> =>
  decoded.kind === 'unreadable'
    ? { kind: 'park', reason: decoded.event.error.message, retries: 0 }
    : handle(decoded.event)

const answer = ({ ack, nack }: Answers, delivery: Delivery, verdict: Verdict): void => {
  switch (verdict.kind) {
    case 'done':
      ack(delivery)
      return
    case 'again':
      nack('retry', verdict.reason, delivery)
      return
    case 'park':
      nack('park', noteOf(verdict.reason, verdict.retries), delivery)
  }
}

/**
 * Settles what is in hand before the connection ends. The client ends it by a reset that may overtake the last answers; a question
 * that is answered shows that the store has got what was sent before it.
 */
const sayGoodbye = async (
  { headPosition, deadlineMs }: GroupDeps,
  settling: ReadonlySet<Promise<void>>,
  answers: Answers,
): Promise<void> => {
  await Promise.all(settling)
  await withDeadline(deadlineMs, answers.written())
  await headPosition()
}
