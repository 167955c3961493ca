import type { RecordedEvent } from '@eventstore/db-client'
import { ContractViolationError } from './errors.ts'
import type { OpenedData, PersonalDataSeal } from './personal-data/seal.ts'
import { readMetadata, type EventRegistry } from './registry.ts'
import type { StoredEvent, UnreadableEvent } from './types.ts'

export type DecodedEvent =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  | { readonly kind: 'unreadable'; readonly event: UnreadableEvent }

/** From what the store has recorded to events; many at a time, so that the keys of their personal data are fetched together. */
export interface Decoder {
  /** @throws ContractViolationError where a contract can't read one @throws StoreUnavailableError where keys can't be fetched */
  decode(records: readonly RecordedEvent[]): Promise<StoredEvent[]>
  /**
   * An event that can't be read is told, not thrown: a reader of many streams has to go on.
   * @throws StoreUnavailableError where keys can't be fetched
   */
  tryDecode(records: readonly RecordedEvent[]): Promise<DecodedEvent[]>
}

export const createDecoder = (registry: EventRegistry, seal: PersonalDataSeal): Decoder => ({
  decode: async (records) => {
    const open = await seal.opener(records)
    return records.map((record) => read(registry, record, open))
  },
  tryDecode: async (records) => {
    const open = await seal.opener(records)
    return records.map((record) => tryRead(registry, record, open))
  },
})

/** A server before 22.6 does not say where an event stands in `$all`; we need one that does. */
const positionOf = ({ type, position }: RecordedEvent): StoredEvent['position'] => {
  if (position !== undefined) return position
  throw new ContractViolationError(
    type,
    'the store did not give its position: EventStoreDB 22.6 or later is needed',
  )
}

const read = (registry: EventRegistry, event: RecordedEvent, open: OpenedData): StoredEvent => {
  if (!event.isJson) throw new ContractViolationError(event.type, 'its data is not JSON')
  const { type, id, streamId, revision, created, metadata } = event
  const known = readMetadata(type, metadata)
  return {
    type,
    data: registry.read(type, open(event), known.schemaVersion),
    id,
    stream: streamId,
    revision,
    position: positionOf(event),
    created,
    metadata: known,
  }
}

const tryRead = (registry: EventRegistry, record: RecordedEvent, open: OpenedData): DecodedEvent => {
  try {
    return { kind: 'event', event: read(registry, record, open) }
  } catch (error) {
    if (!(error instanceof ContractViolationError)) throw error
    const { id, type, streamId: stream, revision, created, data: raw } = record
    return {
      kind: 'unreadable',
      event: { id, type, stream, revision, position: positionOf(record), created, raw, error },
    }
  }
}
