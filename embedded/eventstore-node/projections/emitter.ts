import { randomUUID } from 'node:crypto'
import type { EventLog, ProposedEvent } from '../log/types.ts'
import { jsonEvent } from '../persistent/books.ts'
import type { Emission } from './definitions.ts'
import type { SourceEvent } from './source-event.ts'
import { parseTag, tagJson, type ProjectionVersion } from './version.ts'

/** A projection can't go on: somebody tombstoned a stream that it writes to. */
export class EmittedStreamDeletedError extends Error {
  readonly stream: string

  constructor(stream: string) {
    super(`Stream : ${stream} is deleted. Cannot emit events to it`)
    this.name = 'EmittedStreamDeletedError'
    this.stream = stream
  }
}

/** A link, and the event that it is written for. */
export interface Emitted {
  readonly emission: Emission
  readonly cause: SourceEvent
}

/**
 * Writes the links of one projection, each once: the last link of a stream says for which event it was written, and
 * links for events up to that one are there already. So a projection that begins again at an older checkpoint does
 * no harm.
 */
export interface Emitter {
  /**
   * Writes links in the order of their causes; resolves when they are on disk.
   * @throws EmittedStreamDeletedError, LogWriteError
   */
  write(links: readonly Emitted[]): Promise<void>
}

/** Where a stream that is written to stands. */
interface Target {
  /** Position of the event that the last link was written for; -1 where there is none of this epoch. */
  last: number
}

/** Streams whose end is remembered: others are looked up in the log. */
const REMEMBERED = 10_000
const PAGE = 64
/** Everybody may read what projections write, though its streams are system streams. */
const ACL = '"$acl":{"$r":"$all","$mr":"$all"}'

export function createEmitter(log: EventLog, version: ProjectionVersion): Emitter {
  const targets = new Map<string, Target>()

  /** The newest tag of this projection in the stream: what others wrote there is passed over. */
  function lastTag(stream: string): { readonly epochIsOver: boolean; readonly position: number } | undefined {
    let from = log.state(stream).lastRevision
    while (from >= 0) {
      const events = log.readBackwards(stream, from, PAGE)
      for (const { metadata } of events) {
        const tag = parseTag(metadata)
        if (tag?.version.id === version.id)
          return { epochIsOver: version.epoch > tag.version.version, position: tag.position }
      }
      if (events.length < PAGE) return undefined
      from = (events.at(-1)?.revision ?? 0) - 1
    }
    return undefined
  }

  const metadataAppend = (stream: string, metadata: string): Promise<void> =>
    append(`$$${stream}`, [jsonEvent('$metadata', metadata)])

  async function append(stream: string, events: readonly ProposedEvent[]): Promise<void> {
    const result = await log.append(stream, 'any', events)
    if (result.kind !== 'appended') throw new EmittedStreamDeletedError(stream)
  }

  /** What has to be in the metadata before the first link of this run, and where the stream stands. */
  function open(stream: string, writes: Promise<void>[]): Target {
    const known = targets.get(stream)
    if (known !== undefined) return known
    const tag = lastTag(stream)
    const { lastRevision } = log.state(stream)
    if (tag?.epochIsOver === true) writes.push(metadataAppend(stream, `{"$tb":${lastRevision + 1},${ACL}}`))
    else if (lastRevision < 0 && log.state(`$$${stream}`).lastRevision < 0)
      writes.push(metadataAppend(stream, `{${ACL}}`))
    const target = { last: tag === undefined || tag.epochIsOver ? -1 : tag.position }
    if (targets.size >= REMEMBERED) {
      const [oldest] = targets.keys()
      if (oldest !== undefined) targets.delete(oldest)
    }
    targets.set(stream, target)
    return target
  }

  function proposed({ emission: { type, data, extra }, cause }: Emitted): ProposedEvent {
    const correlation =
      cause.correlationId === undefined || cause.correlationId === ''
        ? ''
        : `,"$correlationId":${JSON.stringify(cause.correlationId)}`
    const tag = tagJson(
      { version, position: cause.position },
      `${extra},"$causedBy":"${cause.id}"${correlation}`,
    )
    return {
      id: randomUUID(),
      type,
      contentType: 'application/octet-stream',
      data: Buffer.from(data),
      metadata: Buffer.from(tag),
    }
  }

  return {
    async write(links) {
      const writes: Promise<void>[] = []
      const batches = new Map<string, ProposedEvent[]>()
      for (const link of links) {
        const { stream } = link.emission
        const target = open(stream, writes)
        if (link.cause.position <= target.last) continue
        target.last = link.cause.position
        const batch = batches.get(stream)
        if (batch === undefined) batches.set(stream, [proposed(link)])
        else batch.push(proposed(link))
      }
      // appends are decided in the order of the calls, so a stream's metadata stands before its first link
      for (const [stream, batch] of batches) writes.push(append(stream, batch))
      const failed = (await Promise.allSettled(writes)).find((outcome) => outcome.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    },
  }
}
