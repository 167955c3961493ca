import type { Consumer, Message } from './message.ts'

/** The messages that consumers hold unanswered. */
export interface OutstandingMessages {
  readonly size: number
  has(id: string): boolean
  /** The message is with its consumer from now on, until `expires` (ms, same clock as in `expired`). */
  start(message: Message, expires: number): void
  /** The message of this id, which is no longer outstanding; undefined where there was none. */
  take(id: string): Message | undefined
  /** Takes those whose time is over. */
  takeExpired(now: number): Message[]
  /** Takes those of one consumer. */
  takeFrom(consumer: Consumer): Message[]
  takeReplayed(): Message[]
}

/**
 * A map is enough: the time-out of a group never changes and the clock never runs backwards, so the order in which
 * messages were started, which a map keeps, is the order in which they expire.
 */
export const outstandingMessages = (): OutstandingMessages => {
  const byId = new Map<string, Message>()

  const takeWhere = (belongs: (message: Message) => boolean): Message[] => {
    const taken = [...byId.values()].filter(belongs)
    for (const message of taken) byId.delete(message.id)
    return taken
  }

  return {
    get size() {
      return byId.size
    },
    has: (id) => byId.has(id),
    start: (message, expires) => {
      message.expires = expires
      byId.set(message.id, message)
    },
    take: (id) => {
      const message = byId.get(id)
      if (message !== undefined) byId.delete(id)
      return message
    },
    takeExpired: (now) => {
      const taken: Message[] = []
      for (const message of byId.values()) {
        if (message.expires > now) break
        byId.delete(message.id)
        taken.push(message)
      }
      return taken
    },
    takeFrom: (consumer) => takeWhere((message) => message.consumer === consumer),
    takeReplayed: () => takeWhere((message) => message.replayed),
  }
}
