import { inventoryContracts } from '../../domain/inventory-item/events.ts'
import { orderContracts } from '../../domain/order/events.ts'
import { paymentContracts } from '../../domain/payment/events.ts'
import { walletContracts } from '../../domain/wallet/events.ts'
import { comparePositions, formatPosition } from '../../eventstore/position.ts'
import type { Actor, EventStore, StoredEvent } from '../../eventstore/types.ts'

/** An event as an auditor sees it. */
export interface AuditedEvent {
  readonly id: string
  readonly type: string
  readonly stream: string
  readonly revision: string
  /** `<commit>/<prepare>` in `$all`. */
  readonly position: string
  /** When the store wrote it. */
  readonly at: string
  readonly actor: Actor
  readonly correlationId: string
  readonly causationId: string
  readonly commandId: string
  readonly traceparent: string | null
  readonly schemaVersion: number
  /** Without the fields that hold personal data. */
  readonly data: Readonly<Record<string, unknown>>
}

/**
 * Everything that ever happened to an order and its payment, in the order in which it was written; empty where there is no
 * such order. Read from the streams themselves, so it never lags.
 * @throws StoreUnavailableError
 */
export const orderAuditTrail = async (
  store: Pick<EventStore, 'readStream'>,
  orderId: string,
): Promise<AuditedEvent[]> => {
  const slices = await Promise.all([
    store.readStream(`order-${orderId}`),
    store.readStream(`payment-${orderId}`),
  ])
  return slices
    .flatMap(({ events }) => events)
    .sort((a, b) => comparePositions(a.position, b.position))
    .map(audited)
}

/** An event as it is shown to an auditor: without personal data. */
export const audited = (event: StoredEvent): AuditedEvent => {
  const { id, type, stream, revision, position, created, metadata } = event
  return {
    ...{ id, type, stream, revision: String(revision), position: formatPosition(position) },
    ...{ at: created.toISOString(), actor: metadata.actor, correlationId: metadata.$correlationId },
    ...{ causationId: metadata.$causationId, commandId: metadata.commandId },
    ...{ traceparent: metadata.traceparent ?? null, schemaVersion: metadata.schemaVersion },
    data: withoutPersonalData(event),
  }
}

const contracts: Readonly<
  Record<string, { readonly version: number; readonly personal?: { readonly fields: readonly string[] } }>
> = {
  ...orderContracts,
  ...paymentContracts,
  ...inventoryContracts,
  ...walletContracts,
}

const withoutPersonalData = ({ type, data }: StoredEvent): Record<string, unknown> => {
  const record: Record<string, unknown> = typeof data === 'object' ? { ...data } : {}
  return (contracts[type]?.personal?.fields ?? []).reduce(
    (rest, path) => without(rest, path.split('.')),
    record,
  )
}

/** `record` without the field at `path`. */
const without = (
  record: Readonly<Record<string, unknown>>,
  [field, ...path]: readonly string[],
): Record<string, unknown> => {
  if (field === undefined || !(field in record)) return { ...record }
  const { [field]: value, ...rest } = record
  if (path.length === 0 || typeof value !== 'object' || value === null) return rest
  return { ...rest, [field]: without({ ...value }, path) }
}
