import type { Appends, OrderedAppend } from '../../eventstore/append.ts'
import { ConcurrencyError } from '../../eventstore/errors.ts'
import type { Entry, SimulatorLedger } from '../../gateways/payments/simulator-ledger.ts'
import { inParallel } from './in-parallel.ts'
import { portions } from './portions.ts'
import { SeedError } from './seed-error.ts'
import { surely } from './surely.ts'

/** An entry in the books of a payment, after `count` others. */
export interface BookedEntry {
  readonly paymentId: string
  readonly count: number
  readonly entry: Entry
}

/** A piece of history: what payment providers have entered, and what was appended to streams. */
export interface Chapter {
  readonly entries: readonly BookedEntry[]
  readonly appends: readonly OrderedAppend[]
}

export interface Writer {
  /** Writes it once what came before is written; resolves when it has begun. @throws what writing the one before has failed with */
  readonly begin: (chapter: Chapter) => Promise<void>
  /** Events that are there by now. */
  readonly written: () => number
  /** Resolves when all is written. @throws as `begin` */
  readonly end: () => Promise<void>
}

/** So much is tried again where a server was away. */
const APPENDS_AT_ONCE = 4_096
const ENTRIES_AT_ONCE = 256

/** Writes a history that was decided elsewhere, in its order. What is there already, from a time before, is left as it is. */
export const createWriter = (
  store: Pick<Appends, 'appendInOrder'>,
  ledger: Pick<SimulatorLedger, 'append'>,
): Writer => {
  let written = 0
  const write = async ({ entries, appends }: Chapter): Promise<void> => {
    // what is in the books already is not entered again
    await inParallel(entries, ENTRIES_AT_ONCE, ({ paymentId, count, entry }) =>
      surely(() => ledger.append(paymentId, count, entry)),
    )
    for (const some of portions(together(appends), APPENDS_AT_ONCE)) {
      await surely(() => store.appendInOrder(some)).catch(refused)
      written += some.reduce((sum, { events }) => sum + events.length, 0)
    }
  }
  let writing = Promise.resolve()
  return {
    begin: async (chapter) => {
      await writing
      writing = write(chapter)
      // it is told to whoever comes next
      writing.catch(() => undefined)
    },
    written: () => written,
    end: () => writing,
  }
}

const refused = (error: unknown): never => {
  if (!(error instanceof ConcurrencyError)) throw error
  throw new SeedError(
    `The stream ${error.stream}`,
    'it went on otherwise than planned: the shop was run before all of its history was made',
  )
}

/** Appends to one stream that follow each other, as one. */
const together = (appends: readonly OrderedAppend[]): OrderedAppend[] => {
  const merged: OrderedAppend[] = []
  for (const append of appends) {
    const last = merged.at(-1)
    if (last?.stream === append.stream) {
      merged[merged.length - 1] = { ...last, events: [...last.events, ...append.events] }
    } else merged.push(append)
  }
  return merged
}
