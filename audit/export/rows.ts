import { formatPosition } from '../../eventstore/position.ts'
import type { StoredRecord } from '../../eventstore/records.ts'

/** The columns of an export, in their order. Programs read them: new ones are only ever added at the end. */
export const COLUMNS = [
  'position',
  'stream',
  'revision',
  'id',
  'type',
  'schemaVersion',
  'at',
  'correlationId',
  'causationId',
  'commandId',
  'actorKind',
  'actorId',
  'traceparent',
  'data',
] as const

export type ExportedRow = Readonly<Record<(typeof COLUMNS)[number], unknown>>

/** An event as one row; what its metadata does not say is null. Bytes that are no JSON are in base64. */
export const exportedRow = ({
  id,
  type,
  stream,
  revision,
  position,
  created,
  data,
  metadata,
}: StoredRecord): ExportedRow => {
  const of = (name: string, value: unknown = metadata): unknown =>
    typeof value === 'object' && value !== null ? (Reflect.get(value, name) ?? null) : null
  return {
    position: position === undefined ? null : formatPosition(position),
    ...{ stream, revision: String(revision), id, type },
    ...{ schemaVersion: of('schemaVersion'), at: created.toISOString() },
    ...{ correlationId: of('$correlationId'), causationId: of('$causationId'), commandId: of('commandId') },
    ...{ actorKind: of('kind', of('actor')), actorId: of('id', of('actor')), traceparent: of('traceparent') },
    data: data instanceof Uint8Array ? Buffer.from(data).toString('base64') : data,
  }
}

export const jsonLine = (row: ExportedRow): string => JSON.stringify(row)

export const csvHeader = COLUMNS.join(',')

/** A line of CSV (RFC 4180); `data` is JSON in one field. */
export const csvLine = (row: ExportedRow): string =>
  COLUMNS.map((column) => csvField(column === 'data' ? JSON.stringify(row.data) : row[column])).join(',')

const csvField = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  // a spreadsheet takes what begins like this for a formula
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
