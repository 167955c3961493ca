import type { LogIndex } from './log-index.ts'
import type { LogStore } from './log-store.ts'
import { dataOf, flagsOf, JSON_CONTENT } from './record.ts'
import {
  isMetastream,
  METASTREAM_RETENTION,
  metastreamOf,
  NO_RETENTION,
  parseRetention,
  type Retention,
} from './retention.ts'

/** Which of a stream's metadata counts: what readers see, or also what is still on its way to the disk. */
export type View = 'committed' | 'decided'

export interface RetentionReader {
  of(stream: string, view: View): Retention
  /** Bytes of the stream's current metadata; empty where it has none. */
  metadataOf(stream: string, view: View): Uint8Array
}

const CACHED = 4096

export function createRetentionReader(index: LogIndex, store: LogStore): RetentionReader {
  const { streams } = index
  // metastream → what its event at `revision` says
  const known = new Map<number, { revision: number; retention: Retention }>()

  const countOf = (stream: number, view: View): number =>
    view === 'committed' ? streams.committedCount(stream) : streams.decidedCount(stream)

  function metadataAt(metastream: number, revision: number): Uint8Array {
    const { buffer, offset } = store.locate(streams.positionOf(metastream, revision))
    if ((flagsOf(buffer, offset) & JSON_CONTENT) === 0) return new Uint8Array()
    return Uint8Array.from(dataOf(buffer, offset))
  }

  return {
    of(stream, view) {
      if (isMetastream(stream)) return METASTREAM_RETENTION
      const metastream = streams.find(metastreamOf(stream))
      if (metastream < 0) return NO_RETENTION
      const revision = countOf(metastream, view) - 1
      if (revision < 0) return NO_RETENTION
      const cached = known.get(metastream)
      if (cached?.revision === revision) return cached.retention
      const retention = parseRetention(metadataAt(metastream, revision))
      if (known.size >= CACHED) {
        const [oldest] = known.keys()
        if (oldest !== undefined) known.delete(oldest)
      }
      known.set(metastream, { revision, retention })
      return retention
    },
    metadataOf(stream, view) {
      const metastream = streams.find(metastreamOf(stream))
      const revision = metastream < 0 ? -1 : countOf(metastream, view) - 1
      return revision < 0 ? new Uint8Array() : metadataAt(metastream, revision)
    },
  }
}
