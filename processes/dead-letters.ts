import type { ConnectedEventStore } from '../eventstore/connect.ts'
import type { DeadLetter, DeadLetterSource } from '../eventstore/dead-letters.ts'
import { ContractViolationError } from '../eventstore/errors.ts'
import type { Resumption } from './resume.ts'

export interface ProcessDeadLettersDeps {
  readonly store: Pick<ConnectedEventStore, 'readParked' | 'settleParked'>
  readonly group: string
  readonly resume: (orderId: string) => Promise<Resumption | undefined>
}

/**
 * The parked messages of a group that drives orders. EventStoreDB itself can only replay the oldest ones up to a number, and does
 * not tell what came of it. An event is only a wake-up, so handling one again is to take its order as far as it goes: that can be
 * done for each alone, and is answered with what came of it. The message is settled afterwards: a crash in between leaves it where
 * it is, to be replayed once more without effect.
 */
export const processDeadLetters = ({ store, group, resume }: ProcessDeadLettersDeps): DeadLetterSource => {
  const settle = async ({ id }: DeadLetter): Promise<void> => {
    const message = (await store.readParked(group)).find((parked) => idOf(group, parked.id) === id)
    if (message !== undefined) await store.settleParked(group, message.number)
  }
  return {
    list: async () =>
      (await store.readParked(group)).map(
        ({ id, event, stream, revision, parkedAt, reason: cause, retries }) => ({
          ...{ id: idOf(group, id), source: { kind: 'process', name: group } },
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

const idOf = (group: string, linkId: string): string => `${group}.${linkId}`
