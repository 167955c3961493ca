import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import { comparePositions } from '../../eventstore/position.ts'
import { STREAM_PREFIXES } from '../kinds.ts'
import { createFilter, type ExportFilter } from './filter.ts'
import { exportedRow, type ExportedRow } from './rows.ts'

export interface ExportOptions extends ExportFilter {
  /** Personal data in clear, where its key still exists and the store was opened with keys. */
  readonly reveal: boolean
  readonly signal: AbortSignal
  /** Told from time to time; `fraction` of the log that has been read. */
  readonly onProgress?: (progress: { readonly events: number; readonly fraction: number }) => void
}

const TELL_EVERY = 1_000

/**
 * The events that the filter lets through up to the end of `$all` as it is now, as they are stored: not upcast, and one that no
 * contract can read is among them. Personal data stays encrypted unless it is to be revealed.
 */
export async function* exportEvents(
  store: Pick<ConnectedEventStore, 'subscribeToRecords' | 'headPosition'>,
  { reveal, signal, onProgress = () => undefined, ...filter }: ExportOptions,
): AsyncGenerator<ExportedRow, void, undefined> {
  const end = await store.headPosition()
  if (end === undefined) return
  const isWanted = createFilter(filter)
  let events = 0
  const subscription = { from: 'start', streamPrefixes: STREAM_PREFIXES, signal, reveal } as const
  for await (const item of store.subscribeToRecords(subscription)) {
    if (item.kind === 'caught_up') continue
    const position = item.kind === 'checkpoint' ? item.position : item.event.position
    const place = comparePositions(position, end)
    if (item.kind === 'record' && place <= 0) {
      events += 1
      if (isWanted(item.event)) yield exportedRow(item.event)
      if (events % TELL_EVERY === 0) {
        onProgress({ events, fraction: Math.min(1, Number(position.commit) / Number(end.commit)) })
      }
      // in the order of time, so that nothing more is to come; clocks of a cluster may be a moment apart
      if (
        filter.before !== undefined &&
        item.event.created.getTime() > filter.before.getTime() + CLOCKS_APART_MS
      )
        break
    }
    if (place >= 0) break
  }
  signal.throwIfAborted()
  onProgress({ events, fraction: 1 })
}

const CLOCKS_APART_MS = 60_000
