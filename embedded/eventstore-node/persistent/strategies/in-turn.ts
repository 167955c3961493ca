import type { Consumer } from '../message.ts'
import { offer } from './offer.ts'
import type { ConsumerStrategy } from './strategy.ts'

/** A queue of consumers that are asked from its head; `moveOn` says whether one that took a message goes to the back. */
const inTurn = (moveOn: boolean): ConsumerStrategy => {
  const queue: Consumer[] = []
  const rotate = (): void => {
    queue.push(...queue.splice(0, 1))
  }
  return {
    added: (consumer) => {
      queue.push(consumer)
    },
    removed: (consumer) => {
      const index = queue.indexOf(consumer)
      if (index >= 0) queue.splice(index, 1)
    },
    push: (message) => {
      for (let asked = 0; asked < queue.length; asked++) {
        const [head] = queue
        const sent = head !== undefined && offer(head, message)
        if (moveOn || !sent) rotate()
        if (sent) return 'sent'
      }
      return 'no_capacity'
    },
    released: () => undefined,
  }
}

/** To each consumer that has room, one after the other. */
export const roundRobin = (): ConsumerStrategy => inTurn(true)

/** All to one consumer while it has room, then to the next. */
export const dispatchToSingle = (): ConsumerStrategy => inTurn(false)
