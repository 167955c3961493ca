import { readFileSync } from 'node:fs'

/** One message of a recording, as the generated classes' `toObject()` gives it; bytes are base64. */
export interface WireEntry {
  readonly call: number
  readonly method: string
  readonly event: 'open' | 'request' | 'response' | 'status' | 'cancelled by client'
  readonly message?: unknown
  readonly code?: number
  readonly details?: string
  readonly trailers?: Readonly<Record<string, string>>
}

export interface Trace {
  readonly scenario: string
  readonly wire: readonly WireEntry[]
}

/** A recording of EventStoreDB 23.10.6, from `testing/traces`. */
export function loadTrace(name: string): Trace {
  const text = readFileSync(new URL(`traces/${name}.json`, import.meta.url), 'utf8')
  const trace: unknown = JSON.parse(text)
  if (!isTrace(trace)) throw new TypeError(`${name} is no recording`)
  return trace
}

const isTrace = (value: unknown): value is Trace =>
  typeof fieldsOf(value)['scenario'] === 'string' && Array.isArray(fieldsOf(value)['wire'])

type Fields = Readonly<Record<string, unknown>>

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

export const bytesOf = (value: unknown): Buffer => Buffer.from(textOf(value), 'base64')
