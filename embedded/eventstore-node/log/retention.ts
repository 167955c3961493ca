/** What a stream's metadata says about which of its events can still be read. */
export interface Retention {
  readonly maxCount: number | undefined
  /** Seconds. */
  readonly maxAge: number | undefined
  /** First revision that can be read. */
  readonly truncateBefore: number
  readonly softDeleted: boolean
}

export const NO_RETENTION: Retention = {
  maxCount: undefined,
  maxAge: undefined,
  truncateBefore: 0,
  softDeleted: false,
}
/** A metadata stream keeps its last event only. */
export const METASTREAM_RETENTION: Retention = { ...NO_RETENTION, maxCount: 1 }

/** `$tb` of a soft-deleted stream is `long.MaxValue`, which JavaScript rounds to this. */
const SOFT_DELETED_BEFORE = 2 ** 63
const SOFT_DELETED = Buffer.from('{"$tb":9223372036854775807}')

export const METASTREAM_PREFIX = '$$'
export const isMetastream = (stream: string): boolean => stream.startsWith(METASTREAM_PREFIX)
export const metastreamOf = (stream: string): string => METASTREAM_PREFIX + stream
export const originalOf = (metastream: string): string => metastream.slice(METASTREAM_PREFIX.length)

function parseObject(metadata: Uint8Array): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(metadata).toString('utf8'))
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 ? Math.floor(value) : undefined

/** Metadata that is no JSON object, or keys of another type than they should have, say nothing: as in EventStoreDB. */
export function parseRetention(metadata: Uint8Array): Retention {
  const { $maxCount, $maxAge, $tb } = parseObject(metadata)
  return {
    maxCount: positive($maxCount),
    maxAge: positive($maxAge),
    truncateBefore: positive($tb) ?? 0,
    softDeleted: $tb === SOFT_DELETED_BEFORE,
  }
}

/** Metadata that a soft delete writes. */
export const softDeletedMetadata = (): Uint8Array => SOFT_DELETED

/** Metadata of a soft-deleted stream that is written to again: as before, but readable from `revision`. */
export function recreatedMetadata(metadata: Uint8Array, revision: number): Uint8Array {
  return Buffer.from(JSON.stringify({ ...parseObject(metadata), $tb: revision }))
}

/** First revision that count and truncation leave readable in a stream of `count` events. */
export function firstReadable(retention: Retention, count: number): number {
  const { maxCount, truncateBefore } = retention
  return Math.max(truncateBefore, maxCount === undefined ? 0 : count - maxCount)
}
