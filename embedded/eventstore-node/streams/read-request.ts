import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import type { UuidForm } from '../codec/read-resp.ts'
import { compileFilter, type RecordFilter } from './filter.ts'
import { OutOfRangeError, unsignedLong } from './unsigned-long.ts'

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

/** A request that says too little, or contradicts itself in a way that EventStoreDB looks for. */
export class InvalidRequestError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'InvalidRequestError'
  }
}

const DEFAULT_SEARCH_WINDOW = 32

/**
 * @throws InvalidRequestError
 * @throws OutOfRangeError where EventStoreDB's handler would throw without knowing why: a missing or impossible number,
 *   no stream name
 * @throws InvalidRegexError
 */
export function parseReadRequest(request: streamsPb.ReadReq): ReadRequest {
  const options = request.getOptions()
  if (options === undefined) throw new OutOfRangeError('options', 'they are missing')
  const subscription = options.hasSubscription()
  const backwards = options.getReadDirection() === ReadDirection.BACKWARDS
  checkCombination(options)
  return {
    source: sourceOf(options),
    subscription,
    backwards,
    limit: Number(options.getCount()),
    resolveLinks: options.getResolveLinks(),
    uuid: options.getUuidOption()?.hasString() === true ? 'text' : 'structured',
    positionMessages: (options.getControlOption()?.getCompatibility() ?? 0) >= 1,
  }
}

/** EventStoreDB answers what it has no reader for with the names of the options, as they are in its code. */
function checkCombination(options: streamsPb.ReadReq.Options): void {
  const stream = options.hasStream() ? 'Stream' : 'All'
  if (!options.hasStream() && !options.hasAll())
    throw new InvalidRequestError(notValid('StreamOptionOneofCase'))
  const count = options.hasSubscription() ? 'Subscription' : options.hasCount() ? 'Count' : 'None'
  const direction = options.getReadDirection() === ReadDirection.BACKWARDS ? 'Backwards' : 'Forwards'
  const filter = options.hasFilter() ? 'Filter' : options.hasNoFilter() ? 'NoFilter' : 'None'
  const isServed =
    (count === 'Count' || (count === 'Subscription' && direction === 'Forwards')) &&
    (filter === 'NoFilter' || (filter === 'Filter' && stream === 'All'))
  if (!isServed)
    throw new InvalidRequestError(
      `The combination of (${stream}, ${count}, ${direction}, ${filter}) is invalid.`,
    )
}

const notValid = (option: string): string =>
  `'None' is not a valid EventStore.Client.Streams.ReadReq+Types+Options+${option}`

function sourceOf(options: streamsPb.ReadReq.Options): Source {
  const stream = options.getStream()
  if (stream !== undefined) {
    const name = Buffer.from(stream.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8')
    if (name === '') throw new OutOfRangeError('stream name', 'it is missing')
    return { kind: 'stream', stream: name, from: fromOf(stream, revisionOf) }
  }
  const filter = filterOf(options.getFilter(), options.hasSubscription())
  return { kind: 'all', from: fromOf(options.getAll(), positionOf), filter }
}

function fromOf<Option extends { hasStart(): boolean; hasEnd(): boolean }>(
  option: Option | undefined,
  exact: (option: Option) => From,
): From {
  if (option === undefined) throw new OutOfRangeError('start', 'it is missing')
  if (option.hasStart()) return 'start'
  return option.hasEnd() ? 'end' : exact(option)
}

function revisionOf(option: streamsPb.ReadReq.Options.StreamOptions): From {
  if (!option.hasRevision()) throw new OutOfRangeError('revision', 'it is missing')
  return unsignedLong('revision', option.getRevision()) ?? 'end'
}

function positionOf(option: streamsPb.ReadReq.Options.AllOptions): From {
  const position = option.getPosition()
  if (position === undefined) throw new OutOfRangeError('position', 'it is missing')
  const commit = unsignedLong('commit position', position.getCommitPosition())
  const prepare = unsignedLong('prepare position', position.getPreparePosition())
  if ((commit ?? Infinity) < (prepare ?? Infinity))
    throw new OutOfRangeError('commit position', 'it cannot be less than the prepare position')
  return commit ?? 'end'
}

function filterOf(
  filter: streamsPb.ReadReq.Options.FilterOptions | undefined,
  subscription: boolean,
): FilterWindow | undefined {
  if (filter === undefined) return undefined
  const byStream = filter.getStreamIdentifier()
  const expression = byStream ?? filter.getEventType()
  if (expression === undefined)
    throw new InvalidRequestError('The filter names neither stream nor event type.')
  if (!filter.hasMax() && !filter.hasCount())
    throw new InvalidRequestError(notValid('Types+FilterOptions+WindowOneofCase'))
  const multiplier = filter.getCheckpointintervalmultiplier()
  if (subscription && multiplier === 0) throw new OutOfRangeError('checkpointIntervalMultiplier', 'it is 0')
  const window = filter.hasMax() && filter.getMax() > 0 ? filter.getMax() : DEFAULT_SEARCH_WINDOW
  return {
    matches: compileFilter({
      on: byStream === undefined ? 'type' : 'stream',
      regex: expression.getRegex(),
      prefixes: expression.getPrefixList(),
    }),
    checkpointInterval: window * multiplier,
  }
}
