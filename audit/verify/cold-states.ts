/** States by stream, of which only those that were used last are held as they are; the others as text, many in little memory. */
export interface ColdStates<State> {
  readonly get: (stream: string) => State | undefined
  readonly set: (stream: string, state: State) => void
  readonly size: () => number
  /** All of them, in no firm order. */
  readonly all: () => Iterable<readonly [stream: string, state: State]>
}

export interface Freezer<State> {
  readonly freeze: (state: State) => string
  readonly thaw: (text: string) => State
}

/** @param hot how many are held as they are */
export const createColdStates = <State>(
  { freeze, thaw }: Freezer<State>,
  hot = 10_000,
): ColdStates<State> => {
  // a Map keeps the order in which its keys were added: the first is the one that was used longest ago
  const recent = new Map<string, State>()
  const frozen = new Map<string, string>()

  const put = (stream: string, state: State): void => {
    recent.delete(stream)
    recent.set(stream, state)
    if (recent.size <= hot) return
    const [oldest] = recent
    if (oldest === undefined) return
    recent.delete(oldest[0])
    frozen.set(oldest[0], freeze(oldest[1]))
  }

  return {
    get: (stream) => {
      const known = recent.get(stream)
      if (known !== undefined) return known
      const text = frozen.get(stream)
      if (text === undefined) return undefined
      frozen.delete(stream)
      const state = thaw(text)
      put(stream, state)
      return state
    },
    set: (stream, state) => {
      frozen.delete(stream)
      put(stream, state)
    },
    size: () => recent.size + frozen.size,
    *all() {
      yield* recent
      for (const [stream, text] of frozen) yield [stream, thaw(text)]
    },
  }
}
