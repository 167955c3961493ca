import { z } from 'zod'
import { TransferError } from './errors.ts'
import type { StoredEvent } from './stored-event.ts'

/**
 * The format of an export: lines of JSON. The first is `{"export": …}`, the last `{"end": …}`, so that a file that was cut
 * short shows; between them are the events in the order of `$all`, a line each, then the groups of persistent subscriptions.
 *
 * Data and metadata stand in a line as the JSON that they are, where writing that again gives the same bytes; else as
 * `dataText` (UTF-8) or `dataBase64`. What is empty is left out.
 */
export const FORMAT_VERSION = 1

const digits = z.string().regex(/^\d+$/)

const payload = {
  data: z.json().optional(),
  dataText: z.string().optional(),
  dataBase64: z.base64().optional(),
  metadata: z.json().optional(),
  metadataText: z.string().optional(),
  metadataBase64: z.base64().optional(),
}

const eventLine = z.strictObject({
  stream: z.string().min(1),
  revision: z.number().int().nonnegative(),
  /** Commit position in the event store that it came from. */
  position: digits,
  id: z.string(),
  type: z.string().min(1),
  created: z.string(),
  json: z.boolean().default(true),
  ...payload,
})

/** The end of a stream for good. */
const tombstoneLine = z.strictObject({ tombstone: z.string().min(1), position: digits, created: z.string() })

const place = z.union([digits, z.literal('start'), z.literal('end')])

const groupSchema = z.strictObject({
  /** A stream, or `$all`. */
  source: z.string().min(1),
  group: z.string().min(1),
  filter: z
    .strictObject({
      on: z.enum(['stream', 'type']),
      regex: z.string(),
      prefixes: z.array(z.string()),
    })
    .optional(),
  settings: z.strictObject({
    resolveLinks: z.boolean(),
    extraStatistics: z.boolean(),
    messageTimeout: z.number(),
    maxRetryCount: z.number(),
    checkpointAfter: z.number(),
    minCheckpointCount: z.number(),
    maxCheckpointCount: z.number(),
    maxSubscriberCount: z.number(),
    liveBufferSize: z.number(),
    historyBufferSize: z.number(),
    readBatchSize: z.number(),
    strategy: z.enum(['DispatchToSingle', 'RoundRobin', 'Pinned', 'PinnedByCorrelation']),
  }),
  /** Revision or position of the first event where it has no checkpoint. */
  startFrom: place,
  /** Revision or position of the last event that is done with, and all before it. */
  checkpoint: digits.optional(),
  /** Links to the events that are parked, oldest first. */
  parked: z.array(z.strictObject({ id: z.string(), link: z.string(), ...payload })),
})

const headerSchema = z.strictObject({
  version: z.literal(FORMAT_VERSION),
  id: z.uuid(),
  exportedAt: z.string(),
  /** Commit position of the last event that was there. */
  until: digits,
})

const endSchema = z.strictObject({ events: z.number().int(), groups: z.number().int() })

const lineSchema = z.union([
  eventLine,
  tombstoneLine,
  z.strictObject({ group: groupSchema }),
  z.strictObject({ export: headerSchema }),
  z.strictObject({ end: endSchema }),
])

export type ExportHeader = z.output<typeof headerSchema>
export type ExportedGroup = z.output<typeof groupSchema>

/** An event as an export has it. */
export interface ExportedEvent {
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  readonly id: string
  readonly type: string
  readonly json: boolean
  readonly data: Buffer
  readonly metadata: Buffer
}

export type ExportLine =
  | { readonly kind: 'header'; readonly header: ExportHeader }
  | { readonly kind: 'event'; readonly event: ExportedEvent }
  | { readonly kind: 'tombstone'; readonly stream: string; readonly position: bigint }
  | { readonly kind: 'group'; readonly group: ExportedGroup }
  | { readonly kind: 'end'; readonly events: number; readonly groups: number }

/** @throws TransferError, which names the line */
export function parseLine(text: string, number: number): ExportLine {
  const line = lineSchema.safeParse(parseJson(text, number))
  if (!line.success) throw new TransferError(`Line ${number} is no line of an export.`)
  const { data } = line
  if ('export' in data) return { kind: 'header', header: data.export }
  if ('group' in data) return { kind: 'group', group: data.group }
  if ('end' in data) return { kind: 'end', ...data.end }
  if ('tombstone' in data)
    return { kind: 'tombstone', stream: data.tombstone, position: BigInt(data.position) }
  const { stream, revision, id, type, json } = data
  const bytes = payloadOf(data)
  return {
    kind: 'event',
    event: { stream, revision, position: BigInt(data.position), id, type, json, ...bytes },
  }
}

function parseJson(text: string, number: number): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new TransferError(`Line ${number} is not JSON: the file is no export, or was cut short.`, {
      cause: error,
    })
  }
}

type PayloadFields = z.output<z.ZodObject<typeof payload>>

export const payloadOf = (fields: PayloadFields): { data: Buffer; metadata: Buffer } => ({
  data: bytesOf(fields.data, fields.dataText, fields.dataBase64),
  metadata: bytesOf(fields.metadata, fields.metadataText, fields.metadataBase64),
})

function bytesOf(value: unknown, text: string | undefined, base64: string | undefined): Buffer {
  if (text !== undefined) return Buffer.from(text)
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  return value === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(value))
}

/** The fields that keep these bytes. */
export const payloadFields = (data: Buffer, metadata: Buffer): Record<string, unknown> => ({
  ...fieldOf('data', data),
  ...fieldOf('metadata', metadata),
})

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function fieldOf(name: string, bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) return {}
  const text = textOf(bytes)
  if (text === undefined) return { [`${name}Base64`]: bytes.toString('base64') }
  const value = canonical(text)
  return value === undefined ? { [`${name}Text`]: text } : { [name]: value }
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** What the text says as JSON, where JSON says it in the same way. */
function canonical(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return JSON.stringify(value) === text ? value : undefined
  } catch {
    return undefined
  }
}

export const headerLine = (header: ExportHeader): string => JSON.stringify({ export: header })
export const groupLine = (group: ExportedGroup): string => JSON.stringify({ group })
export const endLine = (events: number, groups: number): string => JSON.stringify({ end: { events, groups } })

export const TOMBSTONE_TYPE = '$streamDeleted'
/** Revision of the event that a tombstone is. */
const TOMBSTONE_REVISION = 2n ** 63n - 1n
export const isTombstone = ({ type, revision }: Pick<StoredEvent, 'type' | 'revision'>): boolean =>
  type === TOMBSTONE_TYPE && revision >= TOMBSTONE_REVISION - 1n

export function eventLineOf(event: StoredEvent): string {
  const { stream, position, id, type, created, json } = event
  const at = String(position.commit)
  if (isTombstone(event)) return JSON.stringify({ tombstone: stream, position: at, created })
  return JSON.stringify({
    stream,
    revision: Number(event.revision),
    position: at,
    id,
    type,
    created,
    ...(json ? {} : { json: false }),
    ...payloadFields(event.data, event.metadata),
  })
}
