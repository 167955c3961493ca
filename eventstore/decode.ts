import type { RecordedEvent } from '@eventstore/db-client'
import { ContractViolationError } from './errors.ts'
import { readMetadata, type EventRegistry } from './registry.ts'
import type { StoredEvent, UnreadableEvent } from './types.ts'

/** A server before 22.6 does not say where an event stands in `$all`; we need one that does. */
const positionOf = (event: RecordedEvent): StoredEvent['position'] => {
  if (event.position === undefined) {
    throw new ContractViolationError(
      event.type,
      'the store did not give its position: EventStoreDB 22.6 or later is needed',
    )
  }
  return event.position
}

/** @throws ContractViolationError where its contract can't read it */
export const decode = (registry: EventRegistry, event: RecordedEvent): StoredEvent => {
  if (!event.isJson) throw new ContractViolationError(event.type, 'its data is not JSON')
  const { type, data, id, streamId, revision, created, metadata } = event
  const read = readMetadata(type, metadata)
  return {
    type,
    data: registry.read(type, data, read.schemaVersion),
    id,
    stream: streamId,
    revision,
    position: positionOf(event),
    created,
    metadata: read,
  }
}

/** As `decode`, but an event that can't be read is told, not thrown: a reader of many streams has to go on. */
export const tryDecode = (
  registry: EventRegistry,
  event: RecordedEvent,
): { kind: 'event'; event: StoredEvent } | { kind: 'unreadable'; event: UnreadableEvent } => {
  try {
    return { kind: 'event', event: decode(registry, event) }
  } catch (error) {
    if (!(error instanceof ContractViolationError)) throw error
    return {
      kind: 'unreadable',
      event: {
        id: event.id,
        type: event.type,
        stream: event.streamId,
        revision: event.revision,
        position: positionOf(event),
        created: event.created,
        raw: event.data,
        error,
      },
    }
  }
}
