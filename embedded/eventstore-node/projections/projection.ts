import { LINK_TYPE } from '../log/link.ts'
import type { EventLog } from '../log/types.ts'
import type { Definition } from './definitions.ts'
import { createEmitter, type Emitted, type Emitter } from './emitter.ts'
import type { SourceEvent } from './source-event.ts'
import { loadCheckpoint, saveCheckpoint, saveState, type StoredState } from './stored-state.ts'
import { positionText, type ProjectionVersion } from './version.ts'

/** `Aborted`: stopped without writing a checkpoint. */
export type ProjectionState = 'Running' | 'Stopped' | 'Aborted' | 'Faulted'

/** By EventStoreDB's names. */
export interface ProjectionStatistics {
  readonly coreProcessingTime: number
  readonly version: number
  readonly epoch: number
  readonly effectiveName: string
  readonly writesInProgress: number
  readonly readsInProgress: number
  readonly partitionsCached: number
  readonly status: string
  readonly stateReason: string
  readonly name: string
  readonly mode: string
  readonly position: string
  /** Per cent of the log. */
  readonly progress: number
  readonly lastCheckpoint: string
  readonly eventsProcessedAfterRestart: number
  readonly checkpointStatus: string
  readonly bufferedEvents: number
  readonly writePendingEventsBeforeCheckpoint: number
  readonly writePendingEventsAfterCheckpoint: number
}

/** A system projection: where it stands in the log, and the way on. Its owner calls one method at a time. */
export interface Projection {
  readonly definition: Definition
  readonly state: ProjectionState
  /** Position that it reads on from. */
  readonly next: number
  readonly stored: StoredState
  /** Takes an event that it has not seen; `write` writes what comes of it. */
  take(event: SourceEvent): void
  /**
   * Writes the links for what it took. Where that fails it is `Faulted`; nothing is thrown.
   *
   * @param seen position of the last record that was looked at for it
   * @param next position to read on from
   */
  write(seen: number, next: number): Promise<void>
  enable(): Promise<void>
  /** @param checkpoint false: without writing one */
  disable(checkpoint: boolean): Promise<void>
  /** Begins at the start of the log; streams that were written before are truncated when they are written again. */
  reset(): Promise<void>
  /** Begins again with what is stored, where it is enabled. */
  restart(): void
  /** Makes it `Faulted`. */
  fault(error: unknown): void
  /** Writes down where it stands, where it can: the next start goes over what was not written down. */
  close(): Promise<void>
  statistics(): ProjectionStatistics
}

/** Events and bytes of the log after which a checkpoint is written, as in EventStoreDB. */
const CHECKPOINT_EVENTS = 4000
const CHECKPOINT_BYTES = 10_000_000

/** @param report takes a line where the projection faults */
export function createProjection(
  log: EventLog,
  definition: Definition,
  initial: StoredState,
  report: (line: string) => void,
): Projection {
  const { name } = definition
  let stored = initial
  let state: ProjectionState = 'Stopped'
  let reason = ''
  let emitter: Emitter = createEmitter(log, versionOf(stored))
  let taken: Emitted[] = []
  let takenEvents = 0
  let lastTaken = -1
  let next = 0
  let position = -1
  let checkpoint = -1
  let sinceCheckpoint = 0
  let processed = 0
  let processingTime = 0
  let writing = 0

  function versionOf({ epoch, version }: StoredState): ProjectionVersion {
    return { id: definition.id, epoch, version }
  }

  function begin(): void {
    emitter = createEmitter(log, versionOf(stored))
    checkpoint = loadCheckpoint(log, name, versionOf(stored))
    position = checkpoint
    next = checkpoint + 1
    taken = []
    takenEvents = 0
    sinceCheckpoint = 0
    processed = 0
    reason = ''
    state = stored.enabled ? 'Running' : 'Stopped'
  }

  async function writeCheckpoint(reached: number): Promise<void> {
    if (reached <= checkpoint) return
    await saveCheckpoint(log, name, { version: versionOf(stored), position: reached })
    checkpoint = reached
    sinceCheckpoint = 0
  }

  async function change(changes: Partial<StoredState>): Promise<void> {
    const changed = { ...stored, version: stored.version + 1, ...changes }
    await saveState(log, definition, changed)
    stored = changed
  }

  function fault(error: unknown): void {
    state = 'Faulted'
    reason = error instanceof Error ? error.message : String(error)
    report(`The projection ${name} faulted: ${reason}`)
  }

  async function writeTaken(): Promise<void> {
    const links = taken
    const events = takenEvents
    taken = []
    takenEvents = 0
    writing = links.length
    const start = performance.now()
    const written = emitter.write(links)
    processingTime += performance.now() - start
    try {
      await written
    } finally {
      writing = 0
    }
    processed += events
    sinceCheckpoint += events
    if (events > 0) position = lastTaken
  }

  begin()
  return {
    definition,
    get state() {
      return state
    },
    get next() {
      return next
    },
    get stored() {
      return stored
    },
    take(event) {
      if (event.type === LINK_TYPE && !definition.takesLinks) return
      takenEvents++
      lastTaken = event.position
      const emission = definition.emit(event)
      if (emission !== undefined) taken.push({ emission, cause: event })
    },
    async write(seen, to) {
      try {
        await writeTaken()
        next = to
        // what is nothing to it moves the checkpoint as well, or it would be read again and again
        if (sinceCheckpoint >= CHECKPOINT_EVENTS || seen - checkpoint > CHECKPOINT_BYTES)
          await writeCheckpoint(seen)
      } catch (error) {
        fault(error)
      }
    },
    async enable() {
      if (state === 'Running') return
      await change({ enabled: true })
      begin()
    },
    async disable(withCheckpoint) {
      if (state === 'Running' && withCheckpoint) await writeCheckpoint(position)
      await change({ enabled: false })
      state = withCheckpoint ? 'Stopped' : 'Aborted'
    },
    async reset() {
      await change({ epoch: stored.version + 1 })
      begin()
    },
    restart: begin,
    fault,
    async close() {
      try {
        if (state === 'Running') await writeCheckpoint(position)
        state = 'Stopped'
      } catch (error) {
        fault(error)
      }
    },
    statistics: () => ({
      coreProcessingTime: Math.round(processingTime),
      version: stored.version,
      epoch: stored.epoch,
      effectiveName: name,
      writesInProgress: writing,
      readsInProgress: 0,
      partitionsCached: 1,
      status: statusText(state, stored.enabled),
      stateReason: reason,
      name,
      mode: 'Continuous',
      position: positionText(position),
      progress: next >= log.end ? 100 : (next * 100) / log.end,
      lastCheckpoint: positionText(checkpoint),
      eventsProcessedAfterRestart: processed,
      checkpointStatus: '',
      bufferedEvents: 0,
      writePendingEventsBeforeCheckpoint: 0,
      writePendingEventsAfterCheckpoint: 0,
    }),
  }
}

function statusText(state: ProjectionState, enabled: boolean): string {
  if (state === 'Aborted') return 'Aborted/Stopped'
  return state === 'Faulted' && enabled ? 'Faulted (Enabled)' : state
}
