import type { Logger } from 'pino'
import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import type { Position } from '../../eventstore/types.ts'

const CATEGORY = 'order-'

/** Tells those who follow orders, however many they are, that something has happened to one. */
export interface OrderSignals {
  /**
   * Calls `wake` after each event of the order that is written once this has resolved, sometimes without one; resolves with what
   * ends it.
   * @throws StoreUnavailableError
   */
  watch(orderId: string, wake: () => void): Promise<() => void>
  stop(): Promise<void>
}

export interface OrderSignalsOptions {
  readonly store: Pick<ConnectedEventStore, 'subscribeToRecords' | 'headPosition'>
  readonly logger: Logger
  /** How long it goes on listening after the last one has left, in milliseconds. Default 10 s. */
  readonly lingerMs?: number
}

interface Listening {
  /** Resolves once it is known from where on nothing is missed. */
  readonly ready: Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * One subscription for all who follow an order in this process, and none while nobody does: what it brings is not even decoded. A
 * subscription each would cost one of the streams that a connection to the store may have (a hundred, by default) for every page
 * that a customer leaves open.
 */
export const createOrderSignals = ({
  store,
  logger,
  lingerMs = 10_000,
}: OrderSignalsOptions): OrderSignals => {
  const watchers = new Map<string, Set<() => void>>()
  let listening: Listening | undefined
  let lingering: NodeJS.Timeout | undefined

  const bring = async (from: Position | 'start', signal: AbortSignal): Promise<void> => {
    const streamPrefixes = [CATEGORY]
    for await (const item of store.subscribeToRecords({ from, streamPrefixes, reveal: false, signal })) {
      if (item.kind !== 'record') continue
      for (const wake of watchers.get(item.event.stream.slice(CATEGORY.length)) ?? []) wake()
    }
  }

  const begin = (): Listening => {
    const ending = new AbortController()
    const head = store.headPosition()
    const ended = head.then(
      (from) =>
        bring(from ?? 'start', ending.signal).catch((error: unknown) => {
          logger.error({ err: error }, 'the subscription to orders that are followed has failed')
        }),
      // told to whoever watches
      () => undefined,
    )
    return {
      ready: head.then(() => undefined),
      stop: async () => {
        ending.abort()
        await ended
      },
    }
  }

  const end = async (): Promise<void> => {
    clearTimeout(lingering)
    const ended = listening
    listening = undefined
    await ended?.stop()
  }

  const register = (orderId: string, wake: () => void): (() => void) => {
    clearTimeout(lingering)
    const others = watchers.get(orderId) ?? new Set()
    watchers.set(orderId, others.add(wake))
    return () => {
      others.delete(wake)
      if (others.size > 0 || watchers.get(orderId) !== others) return
      watchers.delete(orderId)
      if (watchers.size > 0) return
      clearTimeout(lingering)
      lingering = setTimeout(() => void end(), lingerMs).unref()
    }
  }

  return {
    watch: async (orderId, wake) => {
      const leave = register(orderId, wake)
      const mine = (listening ??= begin())
      try {
        await mine.ready
        return leave
      } catch (error) {
        if (listening === mine) listening = undefined
        leave()
        throw error
      }
    },
    stop: async () => {
      watchers.clear()
      await end()
    },
  }
}
