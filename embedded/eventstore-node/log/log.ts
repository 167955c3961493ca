import { randomUUID } from 'node:crypto'
import { createDecide } from './decide.ts'
import { commitEntry, createLogIndex, type IndexEntry } from './log-index.ts'
import { openLogFiles } from './log-files.ts'
import { createLogStore } from './log-store.ts'
import { LINK_TYPE, parseLink } from './link.ts'
import { createListeners, type Listeners } from './listeners.ts'
import { createRecordReader, type RecordReader } from './reader.ts'
import { parseUuid, toRecordedEvent, TOMBSTONE_REVISION, type RecordFields } from './record.ts'
import {
  isMetastream,
  metastreamOf,
  originalOf,
  recreatedMetadata,
  softDeletedMetadata,
} from './retention.ts'
import { createRetentionReader } from './retention-reader.ts'
import { createScavenger, type ScavengedSegment, type ScavengeHow } from './scavenge.ts'
import type {
  AppendResult,
  EventLog,
  ExpectedRevision,
  ProposedEvent,
  RecordedEvent,
  ResolvedEvent,
} from './types.ts'
import { createWriter } from './writer.ts'

export interface LogOptions {
  /** Where the log's files lie; undefined keeps it in memory. Created where it is missing. */
  readonly directory?: string | undefined
  /** Milliseconds since the Unix epoch. */
  readonly now?: (() => number) | undefined
  /** Takes lines for a person who looks after the node. */
  readonly report?: (line: string) => void
  /** Bytes after which a new segment file is begun. */
  readonly segmentLength?: number | undefined
}

/** The event log with what only the node itself uses of it. */
export interface NodeLog extends EventLog, Pick<Listeners, 'onAdvanced' | 'onStreamAdvanced'> {
  readonly records: RecordReader
  /** Whether appends are taken. */
  readonly isWritable: boolean
  /** Has the next append begin a new segment file, where the current one is not very short. */
  endSegment(): void
  /**
   * Removes from the files what nobody can read any more: see `scavengeSegments`. Only one may run at a time. A log in memory
   * keeps all it has.
   *
   * @param each is told of each file that was dealt with
   */
  scavenge(signal: AbortSignal, each: (segment: ScavengedSegment) => void, how?: ScavengeHow): Promise<void>
}

const SEGMENT_LENGTH = 32 * 1024 * 1024
const JSON_TYPE = 'application/json'
const NOTHING = new Uint8Array()

/**
 * Opens the event log.
 * @throws DataDirectoryInUseError while another process has it open
 * @throws LogDamagedError where files are missing or broken; nothing is changed then
 */
export function openLog(options: LogOptions = {}): NodeLog {
  const { directory, now = Date.now, report = () => undefined, segmentLength = SEGMENT_LENGTH } = options
  const index = createLogIndex()
  const files = directory === undefined ? undefined : openLogFiles(directory, index, segmentLength, report)
  const store = createLogStore(files?.store)
  const retention = createRetentionReader(index, store)
  const decide = createDecide(index, store, retention)
  const { tell, ...on } = createListeners(report)
  let lastPosition = files?.lastPosition ?? -1
  let end = store.end
  const records = createRecordReader(index, store, retention, () => end, now)

  function commit(entries: readonly IndexEntry[], syncedEnd: number): void {
    for (const entry of entries) {
      commitEntry(index, entry)
      files?.add(entry)
      lastPosition = entry.position
    }
    end = syncedEnd
    tell(
      () => entries.map(({ position }) => at(position)),
      () => [...new Set(entries.map(({ stream }) => stream))].map((stream) => index.streams.nameOf(stream)),
    )
  }

  const writer = createWriter(index, store, {
    synced: commit,
    failed: (error) => {
      report(`${error.message} No more appends are taken until the node is started again.`)
    },
  })

  function at(position: number): RecordedEvent {
    const { buffer, offset } = store.locate(position)
    return toRecordedEvent(buffer, offset, position)
  }

  const metadataEvent = (stream: string, data: Uint8Array, created: number): RecordFields => {
    const metastream = metastreamOf(stream)
    const number = index.streams.find(metastream)
    return {
      stream: metastream,
      revision: number < 0 ? 0 : index.streams.decidedCount(number),
      id: parseUuid(randomUUID()),
      type: '$metadata',
      json: true,
      tombstone: false,
      created,
      data,
      metadata: NOTHING,
    }
  }

  /** What makes a soft-deleted stream readable again, from the events of an append on. */
  function undelete(
    stream: string,
    events: readonly RecordFields[],
    softDeleted: boolean,
    created: number,
  ): RecordFields[] {
    if (softDeleted) {
      const metadata = retention.metadataOf(stream, 'decided')
      return [metadataEvent(stream, recreatedMetadata(metadata, events[0]?.revision ?? 0), created)]
    }
    const last = events.at(-1)
    if (last === undefined || !isMetastream(stream)) return []
    const original = originalOf(stream)
    if (!retention.of(original, 'decided').softDeleted) return []
    const number = index.streams.find(original)
    const from = number < 0 ? 0 : index.streams.decidedCount(number)
    return [
      {
        ...metadataEvent(original, recreatedMetadata(last.data, from), created),
        revision: last.revision + 1,
      },
    ]
  }

  async function write(events: readonly RecordFields[], result: number): Promise<AppendResult> {
    const positions = writer.write(events)
    const revision = events[result]?.revision ?? -1
    await writer.settled()
    return { kind: 'appended', revision, position: positions[result] ?? -1 }
  }

  async function append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly ProposedEvent[],
  ): Promise<AppendResult> {
    const ids = events.map(({ id }) => parseUuid(id))
    const decision = decide(stream, expected, ids)
    switch (decision.kind) {
      case 'known':
        // its first append may still be on its way to the disk
        await writer.settled()
        return { kind: 'appended', revision: decision.revision, position: decision.position }
      case 'write': {
        if (events.length === 0) {
          await writer.settled()
          // nothing was written, and perhaps nothing ever was
          return { kind: 'appended', revision: decision.current, position: Math.max(lastPosition, 0) }
        }
        const created = now()
        const records = events.map((event, at): RecordFields => ({
          stream,
          revision: decision.current + 1 + at,
          id: ids[at] ?? NOTHING,
          type: event.type,
          json: event.contentType === JSON_TYPE,
          tombstone: false,
          created,
          data: event.data,
          metadata: event.metadata,
        }))
        return write(
          [...records, ...undelete(stream, records, decision.softDeleted, created)],
          records.length - 1,
        )
      }
      default:
        return decision
    }
  }

  async function remove(stream: string, expected: ExpectedRevision, forGood: boolean): Promise<AppendResult> {
    const id = parseUuid(randomUUID())
    const decision = decide(stream, expected, [id])
    if (decision.kind === 'known')
      return { kind: 'appended', revision: decision.revision, position: decision.position }
    if (decision.kind !== 'write') return decision
    const created = now()
    if (forGood) {
      const tombstone = {
        ...metadataEvent(stream, NOTHING, created),
        stream,
        id,
        json: false,
        tombstone: true,
      }
      return write([{ ...tombstone, type: '$streamDeleted', revision: TOMBSTONE_REVISION }], 0)
    }
    const metadata = metadataEvent(stream, softDeletedMetadata(), created)
    // a stream that has nothing but metadata is there, and can be deleted
    if (decision.current < 0 && metadata.revision === 0)
      return { kind: 'wrong_expected_version', current: -1 }
    return write([metadata], 0)
  }

  const collect = (read: (visit: Parameters<RecordReader['forwards']>[3]) => number) => {
    const events: RecordedEvent[] = []
    const next = read((buffer, offset, position) => {
      events.push(toRecordedEvent(buffer, offset, position))
      return true
    })
    return { events, next }
  }

  function eventAt(stream: string, revision: number): RecordedEvent | undefined {
    const place = records.place(stream, revision)
    return place === undefined ? undefined : toRecordedEvent(place.buffer, place.offset, place.position)
  }

  function resolve(event: RecordedEvent): ResolvedEvent {
    if (event.type !== LINK_TYPE) return { event, link: undefined }
    const target = parseLink(event.data)
    if (target === undefined) return { event, link: undefined }
    return { event: eventAt(target.stream, target.revision), link: event }
  }

  const scavenger = createScavenger({ index, store, records, sealed: () => files?.sealed() ?? [] })

  let closing: Promise<void> | undefined
  async function close(): Promise<void> {
    await scavenger.close()
    await writer.close()
    store.close()
    files?.close()
  }

  return {
    records,
    append,
    delete: (stream, expected) => remove(stream, expected, false),
    tombstone: (stream, expected) => remove(stream, expected, true),
    state: (stream) => records.state(stream),
    eventAt,
    readForwards: (stream, from, limit) =>
      collect((visit) => records.forwards(stream, from, limit, visit)).events,
    readBackwards: (stream, from, limit) =>
      collect((visit) => records.backwards(stream, from, limit, visit)).events,
    readAllForwards: (from, limit) => collect((visit) => records.allForwards(from, limit, visit)),
    readAllBackwards: (before, limit) => collect((visit) => records.allBackwards(before, limit, visit)),
    get end() {
      return end
    },
    get lastPosition() {
      return lastPosition
    },
    get isWritable() {
      return writer.isOpen
    },
    resolve,
    scavenge: (signal, each, how) => scavenger.run(signal, each, how),
    endSegment: () => {
      store.endSegment()
    },
    ...on,
    close: () => (closing ??= close()),
  }
}
