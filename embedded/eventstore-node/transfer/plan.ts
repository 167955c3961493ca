import type { ExportedEvent, ExportLine } from './lines.ts'
import type { ProposedRaw } from './raw-calls.ts'
import { createRevisions, type Revisions } from './revisions.ts'

/** An event as the other server shall have it. */
export interface PlannedEvent extends ProposedRaw {
  readonly stream: string
  /** Revision there. */
  readonly revision: number
  /** Written by the other server itself, with an id of its own. */
  readonly automatic: boolean
}

export type Step =
  | { readonly kind: 'event'; readonly event: PlannedEvent; readonly line: number; readonly position: bigint }
  | { readonly kind: 'tombstone'; readonly stream: string; readonly line: number }

export interface Plan {
  readonly revisions: Revisions
  /** Links whose event is in the export no more. */
  readonly brokenLinks: number
  /** `<revision>@<stream>` as it is there. */
  linkThere(link: string): string
  /** What is to be done for the next line of the export; undefined for lines that are no event. */
  next(line: ExportLine, number: number): Step | undefined
}

const METADATA_TYPE = '$metadata'
const LINK_TYPE = '$>'
/** `$tb` of a soft-deleted stream is `long.MaxValue`, which JavaScript rounds to this. */
const SOFT_DELETED_BEFORE = 2 ** 63
/** A revision that no stream comes to. */
const NOWHERE = Number.MAX_SAFE_INTEGER

/**
 * From lines of an export to what is appended, the same every time: revisions in links and in `$tb` are those of the other
 * server. Who appends to a soft-deleted stream has its metadata rewritten by the server, here as there: that line of the
 * export is not appended again.
 */
export function createPlan(): Plan {
  const revisions = createRevisions()
  const softDeleted = new Set<string>()
  /** Streams whose next metadata is written by the server itself. */
  const automatic = new Set<string>()
  let brokenLinks = 0

  function eventStep(source: ExportedEvent, line: number): Step {
    const { stream } = source
    const isMetadata = stream.startsWith('$$') && source.type === METADATA_TYPE
    const original = isMetadata ? stream.slice(2) : stream
    const isAutomatic = isMetadata && automatic.delete(original)
    if (!isAutomatic && softDeleted.delete(original)) automatic.add(original)
    const data = isMetadata ? metadataThere(original, source) : dataThere(source)
    if (isMetadata && !automatic.has(original) && truncatedBefore(data) === SOFT_DELETED_BEFORE)
      softDeleted.add(original)
    const revision = revisions.add(stream, source.revision)
    const { id, type, json, metadata, position } = source
    const event = { stream, revision, id, type, json, data, metadata, automatic: isAutomatic }
    return { kind: 'event', event, line, position }
  }

  function metadataThere(original: string, { data }: ExportedEvent): Buffer {
    const before = truncatedBefore(data)
    if (before === undefined || before >= SOFT_DELETED_BEFORE) return data
    const there = revisions.boundary(original, before)
    return there === before ? data : Buffer.from(JSON.stringify({ ...objectOf(data), $tb: there }))
  }

  function linkThere(text: string): string {
    const [, digits, stream] = /^(\d+)@(.+)$/s.exec(text) ?? []
    if (digits === undefined || stream === undefined) return text
    const there = revisions.of(stream, Number(digits))
    if (there === undefined) brokenLinks++
    return `${there ?? NOWHERE}@${stream}`
  }

  function dataThere({ type, data }: ExportedEvent): Buffer {
    return type === LINK_TYPE ? Buffer.from(linkThere(data.toString('utf8'))) : data
  }

  return {
    revisions,
    linkThere,
    get brokenLinks() {
      return brokenLinks
    },
    next(line, number) {
      if (line.kind === 'event') return eventStep(line.event, number)
      if (line.kind === 'tombstone') return { kind: 'tombstone', stream: line.stream, line: number }
      return undefined
    },
  }
}

function objectOf(data: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function truncatedBefore(data: Uint8Array): number | undefined {
  const before = objectOf(data)?.['$tb']
  return typeof before === 'number' ? before : undefined
}
