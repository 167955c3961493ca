import { UnknownOutcomeError } from '../eventstore/errors.ts'
import { fullJitter } from '../eventstore/retry-delay.ts'
import type { AppendReceipt, ExpectedRevision, NewEvent, Streams } from '../eventstore/types.ts'
import { delay, type Sleep } from './sleep.ts'

const RESEND = { attempts: 4, baseMs: 100, capMs: 1_000 }

/**
 * Appends; after an unknown outcome the same events are sent again at the same revision, which the store answers with the first
 * outcome where it had written them. Only a known outcome leaves here, or UnknownOutcomeError when the store stays away.
 */
export const appendSurely = async (
  store: Pick<Streams, 'append'>,
  stream: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
  sleep: Sleep = delay,
): Promise<AppendReceipt> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await store.append(stream, events, expected)
    } catch (error) {
      if (!(error instanceof UnknownOutcomeError) || attempt >= RESEND.attempts) throw error
      await sleep(fullJitter(attempt, RESEND))
    }
  }
}
