import { fieldsOf, listOf, textOf, type WireEntry } from './trace.ts'

/** What differs from run to run in a recording is held together here: the same thing there must be the same thing here. */
export interface Normaliser {
  /** Makes an answer of the recording and one of the node comparable. */
  pair(recorded: unknown, actual: unknown): readonly [unknown, unknown]
}

const POSITIONS = new Set(['commitPosition', 'preparePosition'])

/** Ids that the client chose; all others are the server's. */
export function clientIds(wire: readonly WireEntry[]): Set<string> {
  const ids = new Set<string>()
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect)
    const { string, ...rest } = fieldsOf(value)
    if (typeof string === 'string') ids.add(string)
    Object.values(rest).forEach(collect)
  }
  for (const { event, message } of wire) if (event === 'request') collect(message)
  return ids
}

export function createNormaliser(ids: ReadonlySet<string>): Normaliser {
  const names = new Map<string, string>()

  /** The name under which a recorded value is known on the node's side, learned when it is first seen. */
  const same = (recorded: unknown, actual: unknown): unknown => {
    const known = names.get(textOf(recorded))
    if (known !== undefined) return known
    names.set(textOf(recorded), textOf(actual))
    return textOf(actual)
  }

  function translate(recorded: unknown, actual: unknown, key: string): unknown {
    if (POSITIONS.has(key)) return same(recorded, actual)
    if (key === 'string' && !ids.has(textOf(recorded))) return same(recorded, actual)
    if (Array.isArray(recorded)) {
      const other = listOf(actual)
      if (recorded[0] === 'created') return ['created', listOf(actual)[1]]
      return recorded.map((item, at) => translate(item, other[at], key))
    }
    if (typeof recorded === 'object' && recorded !== null) {
      const other = fieldsOf(actual)
      return Object.fromEntries(
        Object.entries(recorded).map(([name, value]) => [name, translate(value, other[name], name)]),
      )
    }
    return recorded
  }

  return { pair: (recorded, actual) => [translate(recorded, actual, ''), actual] }
}
