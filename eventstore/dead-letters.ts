/** An event that somebody could not handle, put aside for a person. */
export interface DeadLetter {
  /** `<source>.<id>`; never given twice. */
  readonly id: string
  readonly source: {
    /** A process manager's group of consumers, or a read model. */
    readonly kind: 'process' | 'read-model'
    readonly name: string
  }
  /** Undefined, as the type, where the event is gone from the store. */
  readonly eventId: string | undefined
  readonly type: string | undefined
  readonly stream: string
  readonly revision: bigint
  readonly parkedAt: Date
  /** What went wrong, with the name of the error. */
  readonly cause: string
  /** How often it was tried again before it was put aside. */
  readonly retries: number
}

export type Replay =
  /** It was handled, and is put aside no longer. */
  | { readonly kind: 'replayed' }
  /** It stays where it is, and why. */
  | { readonly kind: 'failed'; readonly reason: string }

/** Where dead letters lie, and what can be done with them. To do it twice, or to one that is gone, changes nothing. */
export interface DeadLetterSource {
  readonly list: () => Promise<DeadLetter[]>
  /** Has it handled once more, now. */
  readonly replay: (letter: DeadLetter) => Promise<Replay>
  /** Takes it away unhandled. */
  readonly discard: (letter: DeadLetter) => Promise<void>
}

export interface ReplayedLetter {
  readonly letter: DeadLetter
  readonly outcome: Replay
}

/** All dead letters, wherever they lie. */
export interface DeadLetters {
  /** Oldest first. All of them: where there are more than fit into memory, it is not letters that are wrong. */
  readonly list: () => Promise<DeadLetter[]>
  /** Undefined where there is none with this id, or not any more. */
  readonly find: (id: string) => Promise<DeadLetter | undefined>
  /** Undefined as for `find`. */
  readonly replay: (id: string) => Promise<ReplayedLetter | undefined>
  /** The oldest `limit` ones, one after another in that order; one that fails holds up no other. */
  readonly replayAll: (limit: number) => Promise<ReplayedLetter[]>
  /** What was discarded; undefined as for `find`. */
  readonly discard: (id: string) => Promise<DeadLetter | undefined>
}

export const deadLettersOf = (...sources: readonly DeadLetterSource[]): DeadLetters => {
  const located = async (): Promise<{ letter: DeadLetter; source: DeadLetterSource }[]> => {
    const lists = await Promise.all(
      sources.map(async (source) => (await source.list()).map((letter) => ({ letter, source }))),
    )
    return lists.flat().toSorted((a, b) => compare(a.letter, b.letter))
  }
  const locate = async (id: string) => (await located()).find(({ letter }) => letter.id === id)

  return {
    list: async () => (await located()).map(({ letter }) => letter),
    find: async (id) => (await locate(id))?.letter,
    replay: async (id) => {
      const found = await locate(id)
      if (found === undefined) return undefined
      return { letter: found.letter, outcome: await found.source.replay(found.letter) }
    },
    replayAll: async (limit) => {
      const replayed: ReplayedLetter[] = []
      for (const { letter, source } of (await located()).slice(0, limit)) {
        replayed.push({ letter, outcome: await source.replay(letter) })
      }
      return replayed
    },
    discard: async (id) => {
      const found = await locate(id)
      await found?.source.discard(found.letter)
      return found?.letter
    },
  }
}

const compare = (a: DeadLetter, b: DeadLetter): number =>
  a.parkedAt.getTime() - b.parkedAt.getTime() || (a.id < b.id ? -1 : 1)
