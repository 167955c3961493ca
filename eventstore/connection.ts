import {
  AccessDeniedError,
  EventStoreDBClient,
  isCommandError,
  UnknownError,
  UnsupportedError,
} from '@eventstore/db-client'
import type { Logger } from 'pino'
import { asCommandError } from './client-errors.ts'
import { withDeadline } from '../platform/with-deadline.ts'

/** A way to one event store, over a client that is replaced when it seems to be broken. */
export interface Connection {
  /** Waits while the client is being replaced. */
  client(): Promise<EventStoreDBClient>
  /**
   * What `work` resolves to, or a DeadlineError after `limitMs` milliseconds. How calls end tells whether the client is sound;
   * `isAnswer` names the errors that are an answer of the store.
   */
  call<T>(
    limitMs: number,
    isAnswer: (error: unknown) => boolean,
    work: (client: EventStoreDBClient) => Promise<T>,
  ): Promise<T>
  /** Ends all calls when the last one that shares the client has closed. */
  close(): Promise<void>
}

/** Calls that end in a row without an answer until the client is replaced. */
const SUSPICIONS = 3
/** Milliseconds: a store that is merely slow must not lose its subscriptions again and again. */
const RENEWED_AT_MOST_EVERY = 10_000
const DISPOSAL_MS = 2_000

interface Shared {
  client: EventStoreDBClient
  users: number
  failuresInARow: number
  renewedAt: number
  renewing: Promise<void> | undefined
}

/**
 * The client keeps the appends that wait for an answer in one place for all its instances in a process: the lost connection of one
 * fails the appends of the others, and their answers, when they come, end the process. So there is one for each store.
 */
const clients = new Map<string, Shared>()

/** A way to the store at `connectionString`; it connects when it is first used. */
export const openConnection = (
  connectionString: string,
  logger: Logger,
  now: () => number = () => performance.now(),
): Connection => {
  const shared = clients.get(connectionString) ?? {
    client: EventStoreDBClient.connectionString(connectionString),
    users: 0,
    failuresInARow: 0,
    renewedAt: -Infinity,
    renewing: undefined,
  }
  clients.set(connectionString, shared)
  shared.users += 1
  let isOpen = true

  /** A new client in place of one that can't be trusted, when that one has failed all its calls. */
  const renew = async (): Promise<void> => {
    const broken = shared.client
    await hangUp(broken)
    shared.client = EventStoreDBClient.connectionString(connectionString)
    shared.failuresInARow = 0
    shared.renewing = undefined
  }

  const failed = (client: EventStoreDBClient, error: unknown): void => {
    if (client !== shared.client || !isSuspicious(error)) return
    shared.failuresInARow += 1
    if (shared.failuresInARow < SUSPICIONS || shared.renewing !== undefined) return
    if (now() - shared.renewedAt < RENEWED_AT_MOST_EVERY) return
    shared.renewedAt = now()
    logger.warn({ err: error }, 'no answer from the event store time and again, taking a new connection')
    shared.renewing = renew()
  }

  const client = async (): Promise<EventStoreDBClient> => {
    await shared.renewing
    return shared.client
  }

  return {
    client,
    call: async (limitMs, isAnswer, work) => {
      const used = await client()
      try {
        const result = await withDeadline(limitMs, work(used))
        if (used === shared.client) shared.failuresInARow = 0
        return result
      } catch (error) {
        if (!isAnswer(error)) failed(used, error)
        else if (used === shared.client) shared.failuresInARow = 0
        throw error
      }
    },
    close: async () => {
      if (!isOpen) return
      isOpen = false
      shared.users -= 1
      if (shared.users > 0) return
      clients.delete(connectionString)
      await shared.renewing
      await hangUp(shared.client)
    },
  }
}

/**
 * The client takes a new connection by itself when the store is unavailable. It does not when a call hangs; and what it learned of
 * the store's features at first it keeps for good, be it the error page of a proxy that stood there before the store was up.
 */
const isSuspicious = (thrown: unknown): boolean => {
  const error = asCommandError(thrown)
  if (!(error instanceof Error) || !isCommandError(error)) return true
  return (
    error instanceof UnknownError || error instanceof UnsupportedError || error instanceof AccessDeniedError
  )
}

const hungUp = new WeakSet<EventStoreDBClient>()

/** Whether its calls were ended from here: a read ends then as if there were no more events. */
export const isHungUp = (client: EventStoreDBClient): boolean => hungUp.has(client)

/** Ends the client's calls and its connection; the client itself would leave the connection open. */
const hangUp = async (client: EventStoreDBClient): Promise<void> => {
  hungUp.add(client)
  await withDeadline(DISPOSAL_MS, client.dispose()).catch(ignore)
  const getChannel: unknown = Reflect.get(client, 'getChannel')
  if (typeof getChannel !== 'function') return
  const closing = Promise.resolve(getChannel.call(client)).then((channel: unknown) => {
    if (hasClose(channel)) channel.close()
  })
  await withDeadline(DISPOSAL_MS, closing).catch(ignore)
}

const hasClose = (channel: unknown): channel is { close(): void } =>
  typeof channel === 'object' && channel !== null && 'close' in channel && typeof channel.close === 'function'

/** A connection that can't be ended in order is given up. */
const ignore = (): void => undefined
