import type { Clock } from './clock.ts'
import type { Message } from './message.ts'
import type { ParkedMessages } from './parking.ts'

/** Parks messages, and does not give up where the log does not take one at once. */
export interface Parker {
  /** Messages that are on their way. */
  readonly waiting: number
  park(message: Message, reason: string): void
  /** Tries those once more that the log did not take. */
  tryAgain(): void
}

/**
 * @param background Hears of each failed try.
 * @param done Called with each message that is parked.
 */
export const createParker = (
  parked: ParkedMessages,
  clock: Clock,
  background: (work: Promise<void>) => void,
  done: (message: Message) => void,
): Parker => {
  let underWay = 0
  let failed: { readonly message: Message; readonly reason: string }[] = []

  const park = async (message: Message, reason: string): Promise<void> => {
    underWay++
    try {
      await parked.park(message, reason, clock.now())
    } catch (error) {
      failed.push({ message, reason })
      throw error
    } finally {
      underWay--
    }
    done(message)
  }

  return {
    get waiting() {
      return underWay + failed.length
    },
    park: (message, reason) => {
      background(park(message, reason))
    },
    tryAgain: () => {
      const again = failed
      failed = []
      for (const { message, reason } of again) background(park(message, reason))
    },
  }
}
