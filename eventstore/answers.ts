import type { PersistentSubscriptionToAll, ResolvedEvent } from '@eventstore/db-client'

/** Answers for events that a persistent subscription has delivered. */
export interface Answers {
  readonly ack: (delivery: ResolvedEvent) => void
  readonly nack: (action: 'park' | 'retry', reason: string, delivery: ResolvedEvent) => void
  /** Resolves when all answers so far were handed to the connection. May stay open for ever on one that is lost. */
  readonly written: () => Promise<void>
}

/** Answers that are due in the same turn of the event loop share one message to the store. */
export const createAnswers = (
  subscription: Pick<PersistentSubscriptionToAll, 'ack' | 'nack'>,
  onError: (error: unknown) => void,
  later: (flush: () => void) => void = setImmediate,
): Answers => {
  let due: ResolvedEvent[] = []
  let flushing: Promise<void> = Promise.resolve()

  const write = (answer: Promise<void>): void => {
    const answered = answer.catch(onError)
    flushing = Promise.all([flushing, answered]).then(() => undefined)
  }
  const flush = (): void => {
    if (due.length === 0) return
    const deliveries = due
    due = []
    write(subscription.ack(...deliveries))
  }

  return {
    ack: (delivery) => {
      if (due.length === 0) later(flush)
      due.push(delivery)
    },
    nack: (action, reason, delivery) => {
      write(subscription.nack(action, reason, delivery))
    },
    written: async () => {
      flush()
      await flushing
    },
  }
}
