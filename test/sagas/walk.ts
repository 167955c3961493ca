/** One way from a state to another, or back to itself. */
export interface Way<State> {
  readonly from: State
  readonly by: string
  readonly to: State
}

export class EndlessWalkError extends Error {
  override readonly name = 'EndlessWalkError'
}

const MOST_STATES = 5_000

/** Every way that can be taken from `start`, breadth first; states with the same `key` are one. @throws EndlessWalkError */
export const walk = async <State>(
  start: readonly State[],
  key: (state: State) => string,
  waysFrom: (state: State) => Promise<readonly Omit<Way<State>, 'from'>[]>,
): Promise<readonly Way<State>[]> => {
  const seen = new Set(start.map(key))
  const toSee = [...start]
  const ways: Way<State>[] = []
  for (let from = toSee.shift(); from !== undefined; from = toSee.shift()) {
    for (const way of await waysFrom(from)) {
      ways.push({ from, ...way })
      if (seen.has(key(way.to))) continue
      seen.add(key(way.to))
      toSee.push(way.to)
    }
    if (seen.size > MOST_STATES) throw new EndlessWalkError(`More than ${MOST_STATES} states were found`)
  }
  return ways
}
