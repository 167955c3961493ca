import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import type { UuidForm } from '../codec/read-resp.ts'
import { compileFilter, type RecordFilter } from './filter.ts'

const { ReadDirection } = streamsPb.ReadReq.Options

/** Where a reader begins: `start`, `end`, or a revision or position. */
export type From = 'start' | 'end' | number

export type Source =
  | { readonly kind: 'stream'; readonly stream: string; readonly from: From }
  | { readonly kind: 'all'; readonly from: From; readonly filter: FilterWindow | undefined }

export interface FilterWindow {
  readonly matches: RecordFilter
  /** After how many looked-at events a subscription gets a checkpoint. */
  readonly checkpointInterval: number
}

/** What a `ReadReq` asks for. */
export interface ReadRequest {
  readonly source: Source
  readonly subscription: boolean
  readonly backwards: boolean
  readonly limit: number
  readonly resolveLinks: boolean
  readonly uuid: UuidForm
  /** Whether the client understands messages about a stream's first and last position. */
  readonly positionMessages: boolean
}

/** A request that says too little or contradicts itself. */
export class InvalidRequestError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'InvalidRequestError'
  }
}

const DEFAULT_SEARCH_WINDOW = 32

/** @throws InvalidRequestError or InvalidRegexError */
export function parseReadRequest(request: streamsPb.ReadReq): ReadRequest {
  const options = request.getOptions()
  if (options === undefined) throw new InvalidRequestError('The request has no options.')
  return {
    source: sourceOf(options),
    subscription: options.hasSubscription(),
    backwards: options.getReadDirection() === ReadDirection.BACKWARDS,
    limit: Number(options.getCount()),
    resolveLinks: options.getResolveLinks(),
    uuid: options.getUuidOption()?.hasStructured() === true ? 'structured' : 'text',
    positionMessages: (options.getControlOption()?.getCompatibility() ?? 0) >= 1,
  }
}

function sourceOf(options: streamsPb.ReadReq.Options): Source {
  const stream = options.getStream()
  if (stream !== undefined) {
    const name = Buffer.from(stream.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8')
    if (name === '') throw new InvalidRequestError('The request names no stream.')
    if (stream.hasStart()) return { kind: 'stream', stream: name, from: 'start' }
    if (stream.hasEnd()) return { kind: 'stream', stream: name, from: 'end' }
    return { kind: 'stream', stream: name, from: Number(stream.getRevision()) }
  }
  const all = options.getAll()
  if (all === undefined) throw new InvalidRequestError('The request names neither a stream nor $all.')
  const filter = filterOf(options.getFilter())
  if (all.hasStart()) return { kind: 'all', from: 'start', filter }
  if (all.hasEnd()) return { kind: 'all', from: 'end', filter }
  return { kind: 'all', from: Number(all.getPosition()?.getCommitPosition() ?? 0), filter }
}

function filterOf(filter: streamsPb.ReadReq.Options.FilterOptions | undefined): FilterWindow | undefined {
  if (filter === undefined) return undefined
  const byStream = filter.getStreamIdentifier()
  const expression = byStream ?? filter.getEventType()
  if (expression === undefined)
    throw new InvalidRequestError('The filter names neither stream nor event type.')
  const regex = expression.getRegex()
  const prefixes = expression.getPrefixList()
  if (regex !== '' && prefixes.length > 0) {
    throw new InvalidRequestError('A filter is either a regular expression or prefixes, not both.')
  }
  if (regex === '' && prefixes.length === 0) {
    throw new InvalidRequestError('A filter needs a regular expression or at least one prefix.')
  }
  const multiplier = filter.getCheckpointintervalmultiplier()
  if (multiplier === 0)
    throw new InvalidRequestError('The checkpoint interval multiplier must be greater than 0.')
  const window = filter.hasMax() && filter.getMax() > 0 ? filter.getMax() : DEFAULT_SEARCH_WINDOW
  return {
    matches: compileFilter({ on: byStream === undefined ? 'type' : 'stream', regex, prefixes }),
    checkpointInterval: window * multiplier,
  }
}
