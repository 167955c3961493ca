import type { EventLog } from '../../log/types.ts'

/** What the links of a stream lead to, in order. */
export const linksIn = (log: EventLog, stream: string): string[] =>
  log.readForwards(stream, 0, Number.MAX_SAFE_INTEGER).map(({ data }) => Buffer.from(data).toString('utf8'))

/** Metadata of a stream's links, in order. */
export const linkMetadata = (log: EventLog, stream: string): unknown[] =>
  log
    .readForwards(stream, 0, Number.MAX_SAFE_INTEGER)
    .map(({ metadata }): unknown => JSON.parse(Buffer.from(metadata).toString('utf8')))
