import type { ConnectedEventStore } from '../eventstore/connect.ts'
import type { DeadLetter, DeadLetterSource } from '../eventstore/dead-letters.ts'
import { ContractViolationError } from '../eventstore/errors.ts'
import type { ParkedMessage } from '../eventstore/parked-messages.ts'
import type { Resumption } from './resume.ts'

export interface ProcessDeadLettersDeps {
  readonly store: Pick<ConnectedEventStore, 'groupsOf' | 'readParked' | 'settleParked'>
  /** Of the group that drives orders, and of those that it has succeeded. */
  readonly family: string
  readonly resume: (orderId: string) => Promise<Resumption | undefined>
}

/**
 * The parked messages of the groups that drive orders. EventStoreDB itself can only replay the oldest ones up to a number, and does
 * not tell what came of it. An event is only a wake-up, so handling one again is to take its order as far as it goes: that can be
 * done for each alone, and is answered with what came of it. The message is settled afterwards: a crash in between leaves it where
 * it is, to be replayed once more without effect.
 */
export const processDeadLetters = ({ store, family, resume }: ProcessDeadLettersDeps): DeadLetterSource => {
  const parked = async (): Promise<{ readonly group: string; readonly message: ParkedMessage }[]> => {
    const groups = await store.groupsOf(family)
    const lists = await Promise.all(
      groups.map(async (group) => (await store.readParked(group)).map((message) => ({ group, message }))),
    )
    return lists.flat()
  }
  const settle = async ({ id }: DeadLetter): Promise<void> => {
    const found = (await parked()).find(({ message }) => idOf(family, message.id) === id)
    if (found !== undefined) await store.settleParked(found.group, found.message.number)
  }
  return {
    list: async () =>
      (await parked()).map(
        ({ message: { id, event, stream, revision, parkedAt, reason: cause, retries } }) => ({
          ...{ id: idOf(family, id), source: { kind: 'process', name: family } },
          ...{ eventId: event?.id, type: event?.type, stream, revision, parkedAt, cause, retries },
        }),
      ),
    replay: async (letter) => {
      const { stream } = letter
      let resumption: Resumption | undefined
      try {
        resumption = await resume(stream.slice(stream.indexOf('-') + 1))
      } catch (error) {
        if (!(error instanceof ContractViolationError)) throw error
        return { kind: 'failed', reason: `${error.name}: ${error.message}` }
      }
      if (resumption === undefined) return { kind: 'failed', reason: `There are no events in ${stream}` }
      if (resumption.kind === 'failed') return { kind: 'failed', reason: resumption.reason }
      await settle(letter)
      return { kind: 'replayed' }
    },
    discard: settle,
  }
}

/** Links have ids of their own, whatever the group. */
const idOf = (family: string, linkId: string): string => `${family}.${linkId}`
