import type { NodeLog } from '../log/log.ts'
import { SYSTEM_PROJECTIONS } from './definitions.ts'
import { createProjection, type Projection, type ProjectionStatistics } from './projection.ts'
import { isSource, sourceEvent } from './source-event.ts'
import { loadState } from './stored-state.ts'

/** There is no projection of this name. */
export class ProjectionNotFoundError extends Error {
  readonly projection: string

  constructor(projection: string) {
    super(`There is no projection '${projection}'.`)
    this.name = 'ProjectionNotFoundError'
    this.projection = projection
  }
}

export interface ProjectionsOptions {
  /** Names of the projections that run where nobody has enabled or disabled them yet. */
  readonly enabled?: readonly string[]
  /** Takes a line where a projection faults. */
  readonly report?: (line: string) => void
  /** Milliseconds that an event may wait for others, so that their links are written together. */
  readonly delay?: number
}

/** The system projections of a node. Methods with a name throw ProjectionNotFoundError. */
export interface Projections {
  list(): ProjectionStatistics[]
  statistics(name: string): ProjectionStatistics
  enable(name: string): Promise<void>
  /** Stops it where it stands. */
  disable(name: string): Promise<void>
  /** Stops it without writing a checkpoint. */
  abort(name: string): Promise<void>
  /** Begins at the start of the log again. */
  reset(name: string): Promise<void>
  /** Stops all, and begins again with what is stored. */
  restart(): Promise<void>
  /** Writes checkpoints; resolves when nothing is written any more. */
  close(): Promise<void>
}

/** Events that become links in one turn, and records that are looked at for them. */
const PAGE = 256
const SCANNED = 2048
const DELAY = 40

/** @throws BadProjectionStateError */
export function createProjections(log: NodeLog, options: ProjectionsOptions = {}): Projections {
  const { enabled = [], report = () => undefined, delay = DELAY } = options
  const projections = new Map(
    SYSTEM_PROJECTIONS.map((definition) => {
      const initial = { enabled: enabled.includes(definition.name), version: 1, epoch: -1 }
      const stored = loadState(log, definition.name) ?? initial
      return [definition.name, createProjection(log, definition, stored, report)]
    }),
  )
  let closed = false
  let working = false
  let timer: NodeJS.Timeout | undefined
  let lastServed = -1
  let last: Promise<unknown> = Promise.resolve()

  /** Changes and pages of work take turns. */
  function exclusive<T>(act: () => Promise<T>): Promise<T> {
    const run = last.then(act)
    last = run.catch(() => undefined)
    return run
  }

  /** Those that stand at the same place in the log, so that what they read is read once; each place in its turn. */
  function nextGroup(): Projection[] {
    const all = [...projections.values()]
    const behind = all.filter(({ state, next }) => state === 'Running' && next < log.end)
    const first = behind.find((projection) => all.indexOf(projection) > lastServed) ?? behind[0]
    if (first === undefined) return []
    const group = behind.filter(({ next }) => next === first.next)
    lastServed = Math.max(...group.map((projection) => all.indexOf(projection)))
    return group
  }

  /** Whether there is more to do at once. */
  async function page(): Promise<boolean> {
    const group = nextGroup()
    const [first] = group
    if (first === undefined) return false
    try {
      const { seen, next, full } = read(first.next, group)
      await Promise.all(group.map((projection) => projection.write(seen, next)))
      return full
    } catch (error) {
      for (const projection of group) projection.fault(error)
      return false
    }
  }

  /** Gives a page of events to the projections. `seen` is the last record of it, `next` the position to go on from. */
  function read(from: number, group: readonly Projection[]): { seen: number; next: number; full: boolean } {
    let sources = 0
    let records = 0
    let seen = from
    const next = log.records.allForwards(from, SCANNED, (buffer, offset, position) => {
      records++
      seen = position
      if (!isSource(buffer, offset)) return true
      const event = sourceEvent(buffer, offset, position)
      for (const projection of group) projection.take(event)
      return ++sources < PAGE
    })
    return { seen, next, full: sources === PAGE || records === SCANNED }
  }

  async function work(): Promise<void> {
    while (!closed && (await exclusive(page)));
    working = false
    // what came while the last page was written; others may join it
    if (isBehind()) wake()
  }

  const isBehind = (): boolean =>
    [...projections.values()].some(({ state, next }) => state === 'Running' && next < log.end)

  function wake(): void {
    if (working || closed) return
    working = true
    timer = setTimeout(() => {
      void work()
    }, delay)
  }

  function find(name: string): Projection {
    const projection = projections.get(name)
    if (projection === undefined) throw new ProjectionNotFoundError(name)
    return projection
  }

  async function change(name: string, act: (projection: Projection) => Promise<void>): Promise<void> {
    const projection = find(name)
    await exclusive(() => act(projection))
    wake()
  }

  const unsubscribe = log.onAdvanced(wake)
  wake()
  return {
    list: () => [...projections.values()].map((projection) => projection.statistics()),
    statistics: (name) => find(name).statistics(),
    enable: (name) => change(name, (projection) => projection.enable()),
    disable: (name) => change(name, (projection) => projection.disable(true)),
    abort: (name) => change(name, (projection) => projection.disable(false)),
    reset: (name) => change(name, (projection) => projection.reset()),
    async restart() {
      await exclusive(async () => {
        for (const projection of projections.values()) {
          await projection.close()
          projection.restart()
        }
      })
      wake()
    },
    async close() {
      closed = true
      clearTimeout(timer)
      unsubscribe()
      await exclusive(async () => {
        for (const projection of projections.values()) await projection.close()
      })
    },
  }
}
