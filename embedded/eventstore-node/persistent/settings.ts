import { PersistentSubscriptionError } from './errors.ts'
import { strategyNames, type StrategyName } from './strategies/strategy.ts'
import type { EventFilter } from '../streams/filter.ts'

/** The name under which groups on the whole log are kept. */
export const allStream = '$all'

/** What a group reads. */
export interface Source {
  /** A stream's name, or `$all`. */
  readonly stream: string
  /** Only for `$all`. */
  readonly filter?: EventFilter | undefined
}

/** `startFrom` of a group that begins with what is written after it was made. */
export const fromEnd = -1

export interface GroupSettings {
  readonly resolveLinks: boolean
  readonly extraStatistics: boolean
  /** Milliseconds until an unanswered message is given to somebody again. */
  readonly messageTimeout: number
  /** How often a message is delivered again before it is parked. */
  readonly maxRetryCount: number
  /** Milliseconds between checkpoints that are written for time's sake; 0: only `maxCheckpointCount` counts. */
  readonly checkpointAfter: number
  readonly minCheckpointCount: number
  readonly maxCheckpointCount: number
  /** 0: as many as like. */
  readonly maxSubscriberCount: number
  readonly liveBufferSize: number
  readonly historyBufferSize: number
  /** This much room must be in the history buffer before the log is read again. */
  readonly readBatchSize: number
  readonly strategy: StrategyName
  /** The first place to deliver: a revision of the stream, or a position of `$all`; `fromEnd` for the end. */
  readonly startFrom: number
}

/** Name of a group among all: also the id that a confirmed subscription carries. */
export const groupKey = (stream: string, group: string): string => `${stream}::${group}`

/** A place in the source as it is written in checkpoints, configuration and statistics. */
export const placeText = (stream: string, place: number): string =>
  stream === allStream ? `C:${place}/P:${place}` : String(place)

/** The place that a text names, or undefined where it names none. */
export const placeFromText = (stream: string, text: string): number | undefined => {
  const match = (stream === allStream ? /^C:(-?\d+)\/P:-?\d+$/ : /^(-?\d+)$/).exec(text)
  const place = Number(match?.[1])
  return Number.isSafeInteger(place) ? place : undefined
}

/**
 * The checks of EventStoreDB, in its order and words.
 *
 * @param lastPosition Position of the last event in the log.
 * @param isTaken Whether a new group finds another of its name.
 * @throws PersistentSubscriptionError of kind `persistent-subscription-failed` or `persistent-subscription-exists`.
 */
export const checkSettings = (
  stream: string,
  group: string,
  settings: Omit<GroupSettings, 'strategy'> & { readonly strategy: string },
  lastPosition: number,
  isTaken = false,
): GroupSettings => {
  const refuse = (why: string): never => {
    throw new PersistentSubscriptionError('persistent-subscription-failed', stream, group, why)
  }
  if (stream === '') refuse('Bad stream name.')
  const strategy = strategyNames.find((name) => name === settings.strategy)
  if (strategy === undefined) return refuse(`Consumer strategy ${settings.strategy} does not exist.`)
  const { startFrom } = settings
  if (!Number.isSafeInteger(startFrom) || startFrom < fromEnd) {
    refuse(
      stream === allStream
        ? 'Invalid Start From position: prepare and commit positions must be greater than or equal to 0 or both equal to -1.'
        : 'Invalid Start From position: event number must be greater than or equal to -1.',
    )
  }
  if (stream === allStream && startFrom > Math.max(lastPosition, 0)) {
    refuse(
      'Invalid Start From position: commit position must be less than or equal to the last commit position in the transaction file.',
    )
  }
  if (isTaken) throw new PersistentSubscriptionError('persistent-subscription-exists', stream, group)
  if (settings.readBatchSize >= settings.historyBufferSize) {
    refuse(
      "Specified argument was out of the range of valid values. (Parameter 'ReadBatchSize may not be greater than or equal to BufferSize')",
    )
  }
  for (const name of ['liveBufferSize', 'readBatchSize', 'messageTimeout', 'checkpointAfter'] as const) {
    if (settings[name] < 0) refuse(`${name} must not be negative`)
  }
  return { ...settings, strategy }
}
