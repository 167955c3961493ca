import type { NodeLog } from '../log/log.ts'
import { messageBuffer } from './buffer.ts'
import { checkpointStore } from './checkpoint-store.ts'
import { checkpointTracker } from './checkpoint.ts'
import type { Clock } from './clock.ts'
import { PersistentSubscriptionError } from './errors.ts'
import { createFeed } from './feed.ts'
import type { Run } from './filter.ts'
import { groupInfo, type GroupInfo } from './info.ts'
import { freshMessage, replayedMessage, type Consumer, type Message } from './message.ts'
import { outstandingMessages } from './outstanding.ts'
import { createParker } from './parker.ts'
import { parkedMessages } from './parking.ts'
import { groupKey, type GroupSettings, type Source } from './settings.ts'
import type { SourceReader } from './source-reader.ts'
import { rateMeter } from './statistics.ts'
import { consumerStrategy } from './strategies/index.ts'

/** `stop` does what `skip` does: EventStoreDB takes the message as done and goes on. */
export type NackAction = 'unknown' | 'park' | 'retry' | 'skip' | 'stop'

export interface GroupContext {
  readonly log: NodeLog
  readonly clock: Clock
  /** Sees a write through that nobody waits for, and reports its error. */
  readonly background: (work: Promise<void>) => void
}

/** A persistent subscription: one reader of the log, whose events its consumers share. */
export interface Group {
  readonly source: Source
  readonly name: string
  readonly settings: GroupSettings
  /** @throws PersistentSubscriptionError where the group has as many consumers as it may. */
  admit(): void
  add(consumer: Consumer): void
  /** What the consumer held goes to others. */
  remove(consumer: Consumer): void
  ack(ids: readonly string[]): void
  nack(ids: readonly string[], action: NackAction, reason: string): void
  /** A consumer can receive again. */
  wake(): void
  /** New events of the source, as soon as they can be read. */
  committed(runs: readonly Run[]): void
  /** The clock moved on. */
  tick(): void
  /** Delivers parked messages again, those before number `stopAt` or all that are there. */
  replayParked(stopAt: number | undefined): void
  info(): GroupInfo
  /** Drops the consumers; nothing is delivered from now on. */
  stop(): void
  /** Forgets checkpoint and parked messages. To be stopped before. */
  forget(): Promise<void>
}

/**
 * The life of a message: read into the buffer; with a consumer, outstanding; then acknowledged, parked or, after a
 * negative answer, a time-out or the loss of its consumer, back in the buffer ahead of what is new. What waits is bounded
 * however slow the consumers are: what the buffer has no room for is read from the log later, by place.
 *
 * The rules are those of EventStoreDB 23.10 (PersistentSubscription.cs). Where that can lose a message which a crash
 * catches in a buffer, or counts one id twice, this keeps the message.
 *
 * @param begin The place to start from where no checkpoint was written.
 */
export const createGroup = (
  { log, clock, background }: GroupContext,
  source: Source,
  name: string,
  settings: GroupSettings,
  reader: SourceReader,
  begin: number,
): Group => {
  const key = groupKey(source.stream, name)
  const checkpoints = checkpointStore(log, source.stream, name, background)
  const tracker = checkpointTracker(settings, checkpoints.written)
  const parked = parkedMessages(log, key)
  const buffer = messageBuffer()
  const outstanding = outstandingMessages()
  const strategy = consumerStrategy(settings.strategy)
  const consumers = new Set<Consumer>()
  const delivered = rateMeter(clock.now())
  let stopped = false
  let replay: { next: number; readonly stop: number } | undefined

  const markCheckpoint = (ticking = false): void => {
    const place = stopped ? undefined : tracker.due(clock.now(), ticking)
    if (place !== undefined) checkpoints.write(place)
  }

  const settle = (message: Message): void => {
    if (!message.replayed) tracker.settle(message.ordinal)
  }

  const parker = createParker(parked, clock, background, (message) => {
    settle(message)
    markCheckpoint()
    advance()
  })

  const feed = createFeed({
    reader,
    tracker,
    begin: checkpoints.written === undefined ? begin : checkpoints.written + 1,
    readBatchSize: settings.readBatchSize,
    liveBufferSize: settings.liveBufferSize,
    room: () => settings.historyBufferSize - buffer.fresh - buffer.retries - parker.waiting,
    accept: (event) => {
      const resolved = settings.resolveLinks ? log.resolve(event) : { event, link: undefined }
      buffer.addFresh(freshMessage(event, resolved, tracker.track(reader.placeOf(event))))
    },
    moved: markCheckpoint,
    goOn: () => {
      advance()
    },
  })

  const fillWithParked = (): void => {
    while (replay !== undefined && !stopped && buffer.retries < settings.historyBufferSize) {
      const links = parked.read(replay.next, replay.stop, settings.historyBufferSize - buffer.retries)
      for (const link of links) buffer.addRetry(replayedMessage(link, log.resolve(link)))
      replay.next = (links.at(-1)?.revision ?? replay.stop) + 1
      if (replay.next < replay.stop) continue
      background(parked.truncate(replay.stop))
      replay = undefined
    }
  }

  /** Gives out what consumers can take; returns how much that was. */
  const push = (): number => {
    if (consumers.size === 0 || stopped) return 0
    const expires = clock.now() + settings.messageTimeout
    let sent = 0
    buffer.scan((message) => {
      // the same event id twice in the source: the second waits until the first is answered
      if (outstanding.has(message.id)) return 'leave'
      const result = strategy.push(message)
      if (result === 'no_capacity') return 'stop'
      if (result === 'skipped') return 'leave'
      outstanding.start(message, expires)
      delivered.add()
      sent++
      message.consumer?.send(message)
      return 'take'
    })
    return sent
  }

  const advance = (): void => {
    do {
      feed.fill()
      fillWithParked()
    } while (push() > 0 && (replay !== undefined || feed.hungry))
  }

  const release = (message: Message): void => {
    const { consumer } = message
    if (consumer === undefined) return
    message.consumer = undefined
    consumer.inFlight--
    consumer.timings?.record(clock.now() - (message.expires - settings.messageTimeout))
    strategy.released(consumer, message)
  }

  const retry = (message: Message): void => {
    message.retryCount++
    buffer.addRetry(message)
  }

  const retryOrPark = (message: Message): void => {
    if (message.retryCount < settings.maxRetryCount) retry(message)
    else parker.park(message, `Reached retry count of ${settings.maxRetryCount}`)
  }

  const answer = (ids: readonly string[], act: (message: Message) => void): void => {
    for (const id of ids) {
      const message = outstanding.take(id)
      if (message === undefined) continue
      release(message)
      act(message)
    }
    markCheckpoint()
    advance()
  }

  /** Replayed messages are no longer among the parked: what nobody answered goes back there. */
  const parkUnansweredReplays = (): void => {
    const unanswered = outstanding.takeReplayed()
    buffer.scan((message) => {
      if (message.replayed) unanswered.push(message)
      return 'leave'
    })
    const reason = 'The subscription was stopped before the replayed message was answered'
    for (const message of unanswered) background(parked.park(message, reason, clock.now()))
  }

  feed.fill()

  return {
    source,
    name,
    settings,
    admit: () => {
      if (settings.maxSubscriberCount !== 0 && consumers.size >= settings.maxSubscriberCount) {
        throw new PersistentSubscriptionError('maximum-subscribers-reached', source.stream, name)
      }
    },
    add: (consumer) => {
      consumers.add(consumer)
      strategy.added(consumer)
      advance()
    },
    remove: (consumer) => {
      if (!consumers.delete(consumer)) return
      strategy.removed(consumer)
      for (const message of outstanding.takeFrom(consumer)) {
        message.consumer = undefined
        // the loss of a consumer is not the message's fault: this never parks it
        retry(message)
      }
      advance()
    },
    ack: (ids) => {
      answer(ids, settle)
    },
    nack: (ids, action, reason) => {
      answer(ids, (message) => {
        if (action === 'retry' || action === 'unknown') retryOrPark(message)
        else if (action === 'park') parker.park(message, `Client explicitly NAK'ed message.\n${reason}`)
        else settle(message)
      })
    },
    wake: advance,
    committed: (runs) => {
      feed.committed(runs)
      advance()
    },
    tick: () => {
      for (const message of outstanding.takeExpired(clock.now())) {
        release(message)
        retryOrPark(message)
      }
      parker.tryAgain()
      markCheckpoint(true)
      advance()
    },
    replayParked: (stopAt) => {
      const stop = Math.min(stopAt ?? Infinity, parked.end)
      if (replay !== undefined || stop <= parked.first) return
      replay = { next: parked.first, stop }
      advance()
    },
    info: () =>
      groupInfo({
        source,
        name,
        settings,
        consumers,
        rate: delivered.read(clock.now()),
        totalItems: delivered.total,
        status: { live: feed.live, replaying: replay !== undefined },
        lastCheckpointed: checkpoints.written,
        lastKnown: feed.lastKnown,
        buffer,
        liveBuffered: feed.liveBuffered,
        outstanding: outstanding.size,
        parked: parked.end - parked.first,
      }),
    stop: () => {
      if (stopped) return
      stopped = true
      feed.stop()
      parkUnansweredReplays()
      for (const consumer of consumers) consumer.drop()
      consumers.clear()
    },
    forget: async () => {
      await Promise.all([checkpoints.delete(), parked.delete()])
    },
  }
}
