import { hashId } from './id-table.ts'
import type { LogIndex } from './log-index.ts'
import type { LogStore } from './log-store.ts'
import { idOffset, streamOf, revisionOf } from './record.ts'
import { metastreamOf } from './retention.ts'
import type { RetentionReader } from './retention-reader.ts'
import type { ExpectedRevision } from './types.ts'

export type Decision =
  | { readonly kind: 'write'; readonly current: number; readonly softDeleted: boolean }
  /** The same events were appended before: the outcome of then. */
  | { readonly kind: 'known'; readonly revision: number; readonly position: number }
  | { readonly kind: 'wrong_expected_version'; readonly current: number }
  | { readonly kind: 'stream_deleted' }

export type Decide = (stream: string, expected: ExpectedRevision, ids: readonly Buffer[]) => Decision

/**
 * Whether an append may be written: EventStoreDB's rules (`IndexWriter.CheckCommit`), seen from all that was decided
 * before, be it on disk or not. Event ids make an append idempotent: firmly so with an exact expected revision, where the
 * events at those revisions are compared.
 */
export function createDecide(index: LogIndex, store: LogStore, retention: RetentionReader): Decide {
  const { streams, ids: idTable } = index

  /** False also where a scavenge removed the event: nobody knows any more what it was. */
  const hasId = (position: number, id: Buffer): boolean => {
    if (store.isRemoved(position)) return false
    const { buffer, offset } = store.locate(position)
    const at = idOffset(offset)
    return id.compare(buffer, at, at + 16) === 0
  }

  /** The latest event of the stream that has this id. */
  function findInStream(stream: string, id: Buffer): { revision: number; position: number } | undefined {
    let latest: { revision: number; position: number } | undefined
    idTable.find(hashId(id, 0), (position) => {
      if (position > (latest?.position ?? -1) && hasId(position, id)) {
        const { buffer, offset } = store.locate(position)
        if (streamOf(buffer, offset) === stream) latest = { revision: revisionOf(buffer, offset), position }
      }
      return false
    })
    return latest
  }

  function anyRevision(
    stream: string,
    current: number,
    ids: readonly Buffer[],
    softDeleted: boolean,
  ): Decision {
    let known: { revision: number; position: number } | undefined
    for (const id of ids) {
      const found = findInStream(stream, id)
      if (found === undefined) {
        return known === undefined
          ? { kind: 'write', current, softDeleted }
          : { kind: 'wrong_expected_version', current }
      }
      known = found
    }
    return known === undefined ? { kind: 'write', current, softDeleted } : { kind: 'known', ...known }
  }

  function behind(
    number: number,
    expected: number,
    current: number,
    ids: readonly Buffer[],
    softDeleted: boolean,
  ): Decision {
    let revision = expected
    for (const id of ids) {
      revision++
      if (
        revision <= current &&
        revision >= streams.firstKept(number) &&
        hasId(streams.positionOf(number, revision), id)
      )
        continue
      const isFirst = revision === expected + 1
      return isFirst && expected === -1 && softDeleted
        ? { kind: 'write', current, softDeleted }
        : { kind: 'wrong_expected_version', current }
    }
    return revision === expected
      ? { kind: 'wrong_expected_version', current }
      : { kind: 'known', revision, position: streams.positionOf(number, revision) }
  }

  return (stream, expected, ids) => {
    const number = streams.find(stream)
    if (number >= 0 && streams.isTombstoneDecided(number)) return { kind: 'stream_deleted' }
    const current = number < 0 ? -1 : streams.decidedCount(number) - 1
    const { softDeleted } = retention.of(stream, 'decided')

    if (expected === 'stream_exists') {
      if (softDeleted) return { kind: 'stream_deleted' }
      if (current < 0) {
        const metastream = streams.find(metastreamOf(stream))
        if (metastream < 0 || streams.decidedCount(metastream) === 0)
          return { kind: 'wrong_expected_version', current }
      }
    }
    if (expected === 'any' || expected === 'stream_exists')
      return anyRevision(stream, current, ids, softDeleted)

    const revision = expected === 'no_stream' ? -1 : expected
    if (revision < current) return behind(number, revision, current, ids, softDeleted)
    if (revision > current) return { kind: 'wrong_expected_version', current }
    return { kind: 'write', current, softDeleted }
  }
}
