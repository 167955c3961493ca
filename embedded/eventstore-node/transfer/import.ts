import { StreamDeletedError, type EventStoreDBClient } from '@eventstore/db-client'
import { TransferError } from './errors.ts'
import { readExport, type ExportContents } from './export-file.ts'
import { importGroups } from './groups.ts'
import { isMetastream } from '../log/retention.ts'
import { createPlan, type PlannedEvent } from './plan.ts'
import { rawCalls, StreamGoneError, type RawAppends } from './raw-calls.ts'

export interface ImportReport {
  readonly events: number
  readonly groups: number
  /** Sentences on what is not as it was there. */
  readonly notes: readonly string[]
}

/** Appends that are under way at once: they are sent, and decided, one after the other. */
const WINDOW = 64
const BATCH_EVENTS = 500
const BATCH_BYTES = 512 * 1024

/**
 * Appends the events of an export to an event store, in their order, with their ids, types, data and metadata, each at its
 * exact revision: what is there already, from an import that was ended in between, is recognised and not written again.
 * Then it makes the groups of persistent subscriptions, at their places.
 *
 * @throws TransferError where the event store has other events in one of the streams, or refuses or loses an append
 */
export async function importEvents(
  client: EventStoreDBClient,
  file: string,
  contents: ExportContents,
  progress: (events: number) => void = () => undefined,
): Promise<ImportReport> {
  const calls = rawCalls(client)
  const appends = await calls.openAppends()
  const sender = createSender(appends, contents.tombstones, progress)
  const plan = createPlan()
  try {
    for await (const { line, number } of readExport(file)) {
      const step = plan.next(line, number)
      if (step === undefined) continue
      if (step.kind === 'event') {
        await sender.take(step.event)
        continue
      }
      await sender.flush()
      await client.tombstoneStream(step.stream).catch((error: unknown) => {
        if (!(error instanceof StreamDeletedError)) throw error
      })
    }
    await sender.flush()
  } finally {
    appends.close()
  }
  const notes = await importGroups(client, calls, contents, plan)
  if (plan.brokenLinks > 0)
    notes.push(`${plan.brokenLinks} links lead to events that had been removed: they lead nowhere now.`)
  return { events: contents.events, groups: contents.groups.length, notes }
}

interface Sender {
  take(event: PlannedEvent): Promise<void>
  /** Resolves when all that was taken is there. */
  flush(): Promise<void>
}

interface Batch {
  readonly stream: string
  readonly first: number
  readonly events: PlannedEvent[]
  bytes: number
}

function createSender(
  appends: RawAppends,
  tombstones: ReadonlySet<string>,
  progress: (events: number) => void,
): Sender {
  const underWay: Promise<bigint | undefined>[] = []
  let batch: Batch | undefined
  let lastPosition = -1n
  let sent = 0

  /** Appends end in the order in which they began: else the order of events would not be that of the export. */
  async function settleOne(): Promise<void> {
    const position = await underWay.shift()
    if (position === undefined) return
    if (position < lastPosition)
      throw new TransferError('The event store took appends in another order than they were sent in.')
    lastPosition = position
  }

  async function send(): Promise<void> {
    const ready = batch
    batch = undefined
    if (ready === undefined) return
    const settled = appends.append(ready.stream, ready.first - 1, ready.events).catch((error: unknown) => {
      // an import that was ended had come beyond its end already
      if (error instanceof StreamGoneError && tombstones.has(ready.stream)) return undefined
      throw error
    })
    // it is looked at when its turn comes
    settled.catch(() => undefined)
    underWay.push(settled)
    sent += ready.events.length
    progress(sent)
    if (underWay.length >= WINDOW) await settleOne()
  }

  return {
    async take(event) {
      // metadata counts from the append behind it on, which the server looks at it for
      const fits =
        batch !== undefined &&
        batch.stream === event.stream &&
        !isMetastream(event.stream) &&
        batch.events.length < BATCH_EVENTS &&
        batch.bytes + event.data.length < BATCH_BYTES
      if (!fits || event.automatic) await send()
      if (event.automatic) return
      batch ??= { stream: event.stream, first: event.revision, events: [], bytes: 0 }
      batch.events.push(event)
      batch.bytes += event.data.length
    },
    async flush() {
      await send()
      while (underWay.length > 0) await settleOne()
    },
  }
}
