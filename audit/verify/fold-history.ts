import { comparePositions } from '../../eventstore/position.ts'
import type { EventStore, Position } from '../../eventstore/types.ts'
import { STREAM_PREFIXES } from '../kinds.ts'
import type { Audit } from './audit.ts'

export interface FoldOptions {
  readonly store: Pick<EventStore, 'subscribeToAll' | 'headPosition'>
  readonly signal: AbortSignal
  /** Told from time to time; `fraction` of the log that has been read, from 0 to 1. */
  readonly onProgress?: (progress: { readonly events: number; readonly fraction: number }) => void
}

export interface Folded {
  /** Everything up to here was seen. */
  readonly end: Position
  /** Of the last event of ours; undefined where there is none. */
  readonly last: Position | undefined
}

/** It was ended before it had seen all. */
export class AuditEndedError extends Error {
  override readonly name = 'AuditEndedError'
}

const TELL_EVERY = 1_000

/**
 * Gives `audit` everything up to the end of `$all` as it is now, once and in order; what is written meanwhile is left to the next time.
 * A store that is away for a while is waited for.
 * @returns how far it went; undefined where the store is empty
 * @throws AuditEndedError where `signal` is aborted @throws StoreUnavailableError where the store can't be reached at first
 */
export const foldHistory = async (
  { store, signal, onProgress = () => undefined }: FoldOptions,
  audit: Pick<Audit, 'take' | 'takeUnreadable'>,
): Promise<Folded | undefined> => {
  const end = await store.headPosition()
  if (end === undefined) return undefined
  const size = Number(end.commit)
  let events = 0
  let last: Position | undefined
  for await (const item of store.subscribeToAll({ from: 'start', streamPrefixes: STREAM_PREFIXES, signal })) {
    if (item.kind === 'caught_up') continue
    const position = item.kind === 'checkpoint' ? item.position : item.event.position
    const place = comparePositions(position, end)
    if (item.kind !== 'checkpoint' && place <= 0) {
      events += 1
      last = position
      if (item.kind === 'event') audit.take(item.event)
      else audit.takeUnreadable(item.event)
      if (events % TELL_EVERY === 0)
        onProgress({ events, fraction: Math.min(1, Number(position.commit) / size) })
    }
    if (place < 0) continue
    onProgress({ events, fraction: 1 })
    return { end, last }
  }
  throw new AuditEndedError()
}
