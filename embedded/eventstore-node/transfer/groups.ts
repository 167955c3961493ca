import {
  END,
  eventTypeFilter,
  PersistentSubscriptionExistsError,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
  type EventStoreDBClient,
  type Filter,
} from '@eventstore/db-client'
import { placeOf, type ExportContents } from './export-file.ts'
import { payloadOf, type ExportedGroup } from './lines.ts'
import type { Plan } from './plan.ts'
import type { RawCalls } from './raw-calls.ts'
import type { Position } from './stored-event.ts'

/**
 * Makes the groups of persistent subscriptions where they stood: the first event that they deliver is the one behind their
 * checkpoint. Returns sentences on what is not as it was.
 */
export async function importGroups(
  client: EventStoreDBClient,
  calls: RawCalls,
  contents: ExportContents,
  plan: Plan,
): Promise<string[]> {
  const notes: string[] = []
  for (const group of contents.groups) {
    const what = `group '${group.group}' of '${group.source}'`
    if (isOfServer(group))
      notes.push(`The ${what} begins from the start: that stream is written anew by the other server.`)
    try {
      if (group.source === '$all') await createForAll(client, calls, contents, group)
      else await createForStream(client, group, plan)
      await park(calls, group, plan)
    } catch (error) {
      if (!(error instanceof PersistentSubscriptionExistsError)) throw error
      notes.push(`The ${what} was there already and is left as it is.`)
    }
  }
  return notes
}

/** Streams of links, say, whose events have other places there. */
const isOfServer = ({ source, checkpoint }: ExportedGroup): boolean =>
  source !== '$all' && source.startsWith('$') && checkpoint !== undefined

async function createForStream(client: EventStoreDBClient, group: ExportedGroup, plan: Plan): Promise<void> {
  const { source, checkpoint, startFrom } = group
  const from = isOfServer(group)
    ? START
    : checkpoint !== undefined
      ? BigInt(plan.revisions.boundary(source, Number(checkpoint) + 1))
      : startFrom === 'start' || startFrom === 'end'
        ? startFrom
        : BigInt(plan.revisions.boundary(source, Number(startFrom)))
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({
    ...settingsOf(group),
    startFrom: from,
  })
  await client.createPersistentSubscriptionToStream(source, group.group, settings)
}

async function createForAll(
  client: EventStoreDBClient,
  calls: RawCalls,
  contents: ExportContents,
  group: ExportedGroup,
): Promise<void> {
  const settings = persistentSubscriptionToAllSettingsFromDefaults({
    ...settingsOf(group),
    startFrom: await startInAll(calls, contents, group),
  })
  const filter = filterOf(group)
  await client.createPersistentSubscriptionToAll(
    group.group,
    settings,
    filter === undefined ? {} : { filter },
  )
}

async function startInAll(
  calls: RawCalls,
  contents: ExportContents,
  group: ExportedGroup,
): Promise<typeof START | typeof END | Position> {
  if (placeOf(group) === undefined) return group.startFrom === 'end' ? END : START
  const first = contents.firstEvents.get(group)
  if (first === undefined) return END
  const [event] = await calls.readStream(first.stream, { from: BigInt(first.revision), count: 1 })
  return event?.position ?? START
}

/** Links to what was parked go into the stream of parked messages, oldest first. */
async function park(calls: RawCalls, group: ExportedGroup, plan: Plan): Promise<void> {
  if (group.parked.length === 0) return
  const stream = `$persistentsubscription-${group.source}::${group.group}-parked`
  const events = group.parked.map((parked) => ({
    id: parked.id,
    type: '$>',
    json: false,
    data: Buffer.from(plan.linkThere(parked.link)),
    metadata: payloadOf(parked).metadata,
  }))
  const appends = await calls.openAppends()
  try {
    await appends.append(stream, -1, events)
  } finally {
    appends.close()
  }
}

const settingsOf = ({ settings }: ExportedGroup) => ({
  resolveLinkTos: settings.resolveLinks,
  extraStatistics: settings.extraStatistics,
  messageTimeout: settings.messageTimeout,
  maxRetryCount: settings.maxRetryCount,
  checkPointAfter: settings.checkpointAfter,
  checkPointLowerBound: settings.minCheckpointCount,
  checkPointUpperBound: settings.maxCheckpointCount,
  maxSubscriberCount: settings.maxSubscriberCount,
  liveBufferSize: settings.liveBufferSize,
  historyBufferSize: settings.historyBufferSize,
  readBatchSize: settings.readBatchSize,
  consumerStrategyName: settings.strategy,
})

function filterOf({ filter }: ExportedGroup): Filter | undefined {
  if (filter === undefined) return undefined
  const make = filter.on === 'stream' ? streamNameFilter : eventTypeFilter
  return filter.regex === '' ? make({ prefixes: filter.prefixes }) : make({ regex: filter.regex })
}
