import { randomUUID } from 'node:crypto'
import { jsonObject } from '../json-object.ts'
import { LINK_TYPE } from '../log/link.ts'
import type { NodeLog } from '../log/log.ts'
import { metastreamOf } from '../log/retention.ts'
import type { ScavengedSegment, ScavengeHow } from '../log/scavenge.ts'
import type { ProposedEvent } from '../log/types.ts'

/** How far a scavenge has come, or how it ended. */
export interface ScavengeState {
  readonly id: string
  readonly result: 'InProgress' | 'Success' | 'Stopped' | 'Errored'
  /** Files of the log that were dealt with, and how many there are. */
  readonly segments: number
  readonly of: number
  readonly events: number
  /** Bytes given back to the disk. */
  readonly bytes: number
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number
  readonly milliseconds: number
  /** Why it ended early; empty else. */
  readonly error: string
}

/** Removes from the disk what can't be read any more; one at a time. */
export interface Scavenger {
  /** Id of the one that runs; undefined: none. */
  readonly current: string | undefined
  /** The one that runs or ran last, since the node was started. */
  readonly last: ScavengeState | undefined
  /** Begins one, or says which runs already. */
  start(how?: ScavengeHow): { readonly id: string; readonly started: boolean }
  /** Ends it, and resolves with its id when it has ended; undefined where there is no such. */
  stop(id: string): Promise<string | undefined>
  /** Writes down of one that a crash ended that it was interrupted. */
  endInterrupted(): Promise<void>
  /** Ends the one that runs, if any. */
  close(): Promise<void>
}

/** Streams of EventStoreDB's own, in which it keeps what scavenges did: a link to each, and a stream of each. */
export const SCAVENGES = '$scavenges'
const streamOf = (id: string): string => `${SCAVENGES}-${id}`
/** Seconds that they are kept for, as in EventStoreDB. */
const KEPT_FOR = 30 * 24 * 60 * 60

const event = (type: string, data: Uint8Array, json = true): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: json ? 'application/json' : 'application/octet-stream',
  data,
  metadata: Buffer.alloc(0),
})
const jsonEvent = (type: string, data: object): ProposedEvent =>
  event(type, Buffer.from(JSON.stringify(data)))

/** As .NET writes a span of time. */
export const timeSpan = (milliseconds: number): string => {
  const part = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0')
  const seconds = milliseconds / 1000
  return `${part(seconds / 3600, 2)}:${part((seconds / 60) % 60, 2)}:${part(seconds % 60, 2)}.${part((milliseconds % 1000) * 10_000, 7)}`
}

/**
 * @param endpoint gives the address by which the node is known
 * @param report takes lines for a person
 */
export function createScavenger(
  log: NodeLog,
  endpoint: () => string,
  report: (line: string) => void,
): Scavenger {
  let running: { id: string; ending: AbortController; ended: Promise<void> } | undefined
  let last: ScavengeState | undefined

  async function keepHistory(stream: string): Promise<void> {
    if (log.state(metastreamOf(stream)).status !== 'none') return
    await log.append(metastreamOf(stream), 'no_stream', [jsonEvent('$metadata', { $maxAge: KEPT_FOR })])
  }

  async function begin(id: string): Promise<void> {
    // what was written up to now is in files that the scavenge can get at
    log.endSegment()
    const stream = streamOf(id)
    await log.append(stream, 'any', [
      jsonEvent('$scavengeStarted', { scavengeId: id, nodeEndpoint: endpoint() }),
    ])
    await keepHistory(stream)
    await log.append(SCAVENGES, 'any', [event(LINK_TYPE, Buffer.from(`0@${stream}`), false)])
    await keepHistory(SCAVENGES)
  }

  const addSegment = (id: string, { number, bytes, milliseconds }: ScavengedSegment): Promise<unknown> =>
    log.append(streamOf(id), 'any', [
      jsonEvent('$scavengeChunksCompleted', {
        scavengeId: id,
        chunkStartNumber: number,
        chunkEndNumber: number,
        timeTaken: timeSpan(milliseconds),
        wasScavenged: true,
        spaceSaved: bytes,
        nodeEndpoint: endpoint(),
        errorMessage: '',
      }),
    ])

  const complete = ({ id, result, error, milliseconds, bytes, segments }: ScavengeState): Promise<unknown> =>
    log.append(streamOf(id), 'any', [
      jsonEvent('$scavengeCompleted', {
        scavengeId: id,
        nodeEndpoint: endpoint(),
        result,
        error,
        timeTaken: timeSpan(milliseconds),
        spaceSaved: bytes,
        maxChunkScavenged: segments - 1,
      }),
    ])

  async function run(id: string, ending: AbortController, how: ScavengeHow | undefined): Promise<void> {
    const startedAt = Date.now()
    let state: ScavengeState = {
      ...{ id, result: 'InProgress', segments: 0, of: 0, events: 0, bytes: 0 },
      ...{ startedAt, milliseconds: 0, error: '' },
    }
    const change = (changes: Partial<ScavengeState>): void => {
      state = { ...state, ...changes, milliseconds: Date.now() - startedAt }
      last = state
    }
    change({})
    try {
      await begin(id)
      const written: Promise<unknown>[] = []
      const each = (segment: ScavengedSegment): void => {
        const { number, of, events, bytes } = segment
        change({ segments: number + 1, of, events: state.events + events, bytes: state.bytes + bytes })
        if (events === 0) return
        report(`Scavenge ${id}: file ${number + 1} of ${of}, ${events} events gone, ${bytes} bytes freed.`)
        written.push(addSegment(id, segment))
      }
      await log.scavenge(ending.signal, each, how)
      await Promise.all(written)
      change({ result: ending.signal.aborted ? 'Stopped' : 'Success' })
    } catch (error) {
      change({ result: 'Errored', error: error instanceof Error ? error.message : String(error) })
    }
    const { result, events, bytes, error } = state
    const sum = `${events} events gone, ${bytes} bytes freed`
    report(`Scavenge ${id}: ${result}, ${sum}.${error === '' ? '' : ` ${error}`}`)
    await complete(state)
  }

  /** What it had done stays done. */
  async function endInterrupted(): Promise<void> {
    const [link] = log.readBackwards(SCAVENGES, Infinity, 1)
    const started = link === undefined ? undefined : log.resolve(link).event
    if (started === undefined) return
    const [latest] = log.readBackwards(started.stream, Infinity, 1)
    if (latest === undefined || latest.type === '$scavengeCompleted') return
    const { scavengeId } = jsonObject(started.data)
    await log.append(started.stream, 'any', [
      jsonEvent('$scavengeCompleted', {
        scavengeId,
        nodeEndpoint: endpoint(),
        result: 'Interrupted',
        error: 'The node was restarted.',
        timeTaken: timeSpan(0),
        spaceSaved: 0,
        maxChunkScavenged: -1,
      }),
    ])
  }

  const reportFailure = (error: unknown): void => {
    report(`What a scavenge did could not be written down: ${String(error)}`)
  }

  return {
    endInterrupted: () => endInterrupted().catch(reportFailure),
    get current() {
      return running?.id
    },
    get last() {
      return last
    },
    start(how) {
      if (running !== undefined) return { id: running.id, started: false }
      const id = randomUUID()
      const ending = new AbortController()
      const ended = run(id, ending, how)
        .catch(reportFailure)
        .finally(() => {
          running = undefined
        })
      running = { id, ending, ended }
      return { id, started: true }
    },
    async stop(id) {
      if (running === undefined || running.id !== id) return undefined
      const { ending, ended } = running
      ending.abort()
      await ended
      return id
    },
    async close() {
      running?.ending.abort()
      await running?.ended
    },
  }
}
