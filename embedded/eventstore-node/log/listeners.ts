import type { EventLog } from './types.ts'

type Listener = () => void
type CommittedListener = Parameters<EventLog['onCommitted']>[0]

/** Who is told of what became readable. */
export interface Listeners {
  readonly onCommitted: EventLog['onCommitted']
  /** Called after each sync, once however many events it made readable. Returns the way to stop it. */
  onAdvanced(listener: Listener): () => void
  /** Called after each sync that made events of this stream readable, or its tombstone. Returns the way to stop it. */
  onStreamAdvanced(stream: string, listener: Listener): () => void
  /** Tells them of a sync. Events and streams are only put together where somebody wants them. */
  readonly tell: (events: () => Parameters<CommittedListener>[0], streams: () => readonly string[]) => void
}

/** @param report is told what a listener does wrong: that must not stop the log, nor keep it from the others */
export function createListeners(report: (line: string) => void): Listeners {
  const committed = new Set<CommittedListener>()
  const advanced = new Set<Listener>()
  const ofStreams = new Map<string, Set<Listener>>()

  function tellEach<T>(listeners: Iterable<(news: T) => void>, news: T): void {
    for (const listener of listeners) {
      try {
        listener(news)
      } catch (error) {
        report(
          `A listener of the event log failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        )
      }
    }
  }

  return {
    tell(events, streams) {
      if (committed.size > 0) tellEach(committed, events())
      tellEach(advanced, undefined)
      if (ofStreams.size === 0) return
      // one who listens to more than one of the streams is told once
      tellEach(new Set(streams().flatMap((stream) => [...(ofStreams.get(stream) ?? [])])), undefined)
    },
    onCommitted(listener) {
      committed.add(listener)
      return () => committed.delete(listener)
    },
    onAdvanced(listener) {
      advanced.add(listener)
      return () => advanced.delete(listener)
    },
    onStreamAdvanced(stream, listener) {
      const listeners = ofStreams.get(stream) ?? new Set()
      ofStreams.set(stream, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && ofStreams.get(stream) === listeners) ofStreams.delete(stream)
      }
    },
  }
}
