import { jsonObject } from '../json-object.ts'
import { LINK_TYPE } from '../log/link.ts'
import {
  createdOf,
  dataOf,
  formatUuid,
  idOffset,
  metadataOf,
  revisionOf,
  streamOf,
  streamOffset,
  TOMBSTONE_REVISION,
  typeOf,
} from '../log/record.ts'
import { isMetastream, originalOf, parseRetention } from '../log/retention.ts'

/** What the system projections look at in an event. */
export interface SourceEvent {
  readonly position: number
  readonly stream: string
  /** The stream's name without the `$$` of a metadata stream. */
  readonly original: string
  readonly revision: number
  /** Revision as a link has it. */
  readonly revisionText: string
  readonly id: string
  readonly type: string
  /** Milliseconds since the Unix epoch. */
  readonly created: number
  /** For a link: what it leads to. */
  readonly linkTarget: string | undefined
  readonly correlationId: string | undefined
  /** The event says that `original` is deleted: its tombstone, or the metadata that a soft delete writes. */
  readonly deletes: boolean
}

const TOMBSTONE_REVISION_TEXT = '9223372036854775807'
const DOLLAR = 0x24

/**
 * Whether projections see the record: events of streams whose names don't begin with `$`, and their metadata; as
 * EventStoreDB's `TransactionFileEventFilter`.
 */
export function isSource(buffer: Buffer, offset: number): boolean {
  const name = streamOffset(buffer, offset)
  if (buffer[name] !== DOLLAR) return true
  return buffer[name + 1] === DOLLAR && buffer[name + 2] !== DOLLAR
}

/** The record at `offset`, with nothing in it that shares memory with `buffer`. */
export function sourceEvent(buffer: Buffer, offset: number, position: number): SourceEvent {
  const stream = streamOf(buffer, offset)
  const type = typeOf(buffer, offset)
  const revision = revisionOf(buffer, offset)
  const isMetadata = isMetastream(stream)
  return {
    position,
    stream,
    original: isMetadata ? originalOf(stream) : stream,
    revision,
    revisionText: revision === TOMBSTONE_REVISION ? TOMBSTONE_REVISION_TEXT : String(revision),
    id: formatUuid(buffer, idOffset(offset)),
    type,
    created: createdOf(buffer, offset),
    linkTarget: type === LINK_TYPE ? dataOf(buffer, offset).toString('utf8') : undefined,
    correlationId: correlationIdOf(metadataOf(buffer, offset)),
    deletes: isMetadata
      ? type === '$metadata' && parseRetention(dataOf(buffer, offset)).softDeleted
      : type === '$streamDeleted',
  }
}

const CORRELATION_ID = '$correlationId'

function correlationIdOf(metadata: Buffer): string | undefined {
  // most metadata need not be parsed
  if (!metadata.includes(CORRELATION_ID)) return undefined
  const id = jsonObject(metadata)[CORRELATION_ID]
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined
}
