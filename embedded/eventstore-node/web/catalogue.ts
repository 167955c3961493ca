import type { NodeLog } from '../log/log.ts'
import { categoryOf } from '../projections/definitions.ts'
import { isSource } from '../projections/source-event.ts'
import { typeOf } from '../log/record.ts'

export interface Category {
  readonly name: string
  readonly streams: number
  /** The stream of it that began last. */
  readonly newest: string
}

export interface EventType {
  readonly name: string
  readonly events: number
}

export interface SearchOptions {
  readonly text: string
  /** With streams whose names begin with `$`. */
  readonly system: boolean
  readonly limit: number
}

/**
 * What there is in a log by name. It looks at each stream and each event once, when somebody asks, a little at a time, so
 * that the node goes on with its work meanwhile.
 */
export interface Catalogue {
  /** Streams whose names have the text in them, those that begin with it first, the newest of each before the others. */
  search(options: SearchOptions): Promise<readonly string[]>
  /** The largest first. */
  categories(): Promise<readonly Category[]>
  /** Types of events that users wrote, the most frequent first; `complete` is false while there is more to look at. */
  types(): Promise<{ readonly types: readonly EventType[]; readonly complete: boolean }>
}

const NAMES_A_TURN = 5000
const RECORDS_A_TURN = 500
/** Names that are remembered: there are seldom more, and those that come later are left out. */
const REMEMBERED = 10_000
/** How long one question may look at events. */
const PATIENCE = 1500

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export function createCatalogue(log: NodeLog): Catalogue {
  const { records } = log
  const categories = new Map<string, { streams: number; newest: string }>()
  const types = new Map<string, number>()
  let namesSeen = 0
  let position = 0
  let counting: Promise<void> | undefined
  let scanning: Promise<boolean> | undefined

  async function countNames(): Promise<void> {
    while (namesSeen < records.streamCount) {
      const stop = Math.min(records.streamCount, namesSeen + NAMES_A_TURN)
      for (; namesSeen < stop; namesSeen++) {
        const name = records.streamName(namesSeen)
        // the disk has not got it yet: it is counted next time
        if (name === undefined) return
        const category = categoryOf(name)
        if (category === undefined) continue
        const known = categories.get(category)
        if (known !== undefined || categories.size < REMEMBERED)
          categories.set(category, { streams: (known?.streams ?? 0) + 1, newest: name })
      }
      await turn()
    }
  }

  /** Whether it got to the end of the log. */
  async function scanEvents(): Promise<boolean> {
    const start = performance.now()
    while (position < log.end) {
      position = records.allForwards(position, RECORDS_A_TURN, (buffer, offset) => {
        if (!isSource(buffer, offset)) return true
        const type = typeOf(buffer, offset)
        const known = types.get(type)
        if (known !== undefined || types.size < REMEMBERED) types.set(type, (known ?? 0) + 1)
        return true
      })
      if (performance.now() - start > PATIENCE) return false
      await turn()
    }
    return true
  }

  return {
    async search({ text, system, limit }) {
      const wanted = text.toLowerCase()
      const first: string[] = []
      const others: string[] = []
      let looked = 0
      for (let number = records.streamCount - 1; number >= 0 && first.length < limit; number--) {
        if (++looked % NAMES_A_TURN === 0) await turn()
        const name = records.streamName(number)
        if (name === undefined || (!system && name.startsWith('$'))) continue
        const at = wanted === '' ? 0 : name.toLowerCase().indexOf(wanted)
        if (at === 0) first.push(name)
        else if (at > 0 && others.length < limit) others.push(name)
      }
      return [...first, ...others].slice(0, limit)
    },
    async categories() {
      await (counting ??= countNames().finally(() => {
        counting = undefined
      }))
      return [...categories]
        .map(([name, category]) => ({ name, ...category }))
        .sort((a, b) => b.streams - a.streams || a.name.localeCompare(b.name))
    },
    async types() {
      const complete = await (scanning ??= scanEvents().finally(() => {
        scanning = undefined
      }))
      const found = [...types].map(([name, events]) => ({ name, events }))
      return { types: found.sort((a, b) => b.events - a.events || a.name.localeCompare(b.name)), complete }
    },
  }
}
