import { setTimeout as delay } from 'node:timers/promises'
import { UnknownOutcomeError } from '../eventstore/errors.ts'
import { fullJitter } from '../eventstore/retry-delay.ts'
import type { AppendReceipt, EventStore, ExpectedRevision, NewEvent } from '../eventstore/types.ts'

const RESEND = { attempts: 4, baseMs: 100, capMs: 1_000 }

/**
 * Appends; after an unknown outcome the same events are sent again at the same revision, which the store answers with the first
 * outcome where it had written them. Only a known outcome leaves here, or UnknownOutcomeError when the store stays away.
 */
export const appendSurely = async (
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): Promise<AppendReceipt> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store.append(stream, events, expected)
    } catch (error) {
      if (!(error instanceof UnknownOutcomeError) || attempt >= RESEND.attempts) throw error
      await delay(fullJitter(attempt, RESEND))
    }
  }
}
