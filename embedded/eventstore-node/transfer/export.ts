import { randomUUID } from 'node:crypto'
import type { EventStoreDBClient } from '@eventstore/db-client'
import { configStream, parseGroups, type StoredGroup } from '../persistent/config.ts'
import {
  endLine,
  eventLineOf,
  FORMAT_VERSION,
  groupLine,
  headerLine,
  payloadFields,
  type ExportedGroup,
} from './lines.ts'
import { isMoved } from './moved.ts'
import { rawCalls, type RawCalls } from './raw-calls.ts'

export interface ExportReport {
  readonly events: number
  readonly streams: number
  readonly groups: number
}

export interface ExportProgress {
  readonly events: number
  /** From 0 to 1. */
  readonly fraction: number
}

/**
 * Reads all events of users from an event store, their streams' metadata, and the groups of persistent subscriptions, as
 * they are when it begins, and gives them out as lines (lines.ts).
 *
 * @param write takes a line; the next one comes when it has resolved
 */
export async function exportEvents(
  client: EventStoreDBClient,
  write: (line: string) => Promise<void>,
  progress: (progress: ExportProgress) => void = () => undefined,
): Promise<ExportReport> {
  const calls = rawCalls(client)
  const until = (await calls.lastEvent())?.position.commit ?? 0n
  const exportedAt = new Date().toISOString()
  await write(headerLine({ version: FORMAT_VERSION, id: randomUUID(), exportedAt, until: String(until) }))
  const groups = await exportedGroups(calls)
  const streams = new Set<string>()
  let events = 0
  for await (const event of calls.readAll('start')) {
    if (event.position.commit > until) break
    if (!isMoved(event.stream)) continue
    await write(eventLineOf(event))
    streams.add(event.stream)
    events++
    if (events % 1000 === 0) progress({ events, fraction: Number(event.position.commit) / Number(until) })
  }
  for (const group of groups) await write(groupLine(group))
  await write(endLine(events, groups.length))
  return { events, streams: streams.size, groups: groups.length }
}

async function exportedGroups(calls: RawCalls): Promise<ExportedGroup[]> {
  const [config] = await calls.readStream(configStream, { from: 'end', backwards: true, count: 1 })
  if (config === undefined) return []
  return Promise.all(parseGroups(config.data.toString('utf8')).map((group) => exportedGroup(calls, group)))
}

async function exportedGroup(calls: RawCalls, stored: StoredGroup): Promise<ExportedGroup> {
  const { source, name, settings } = stored
  const { startFrom, ...rest } = settings
  const key = `$persistentsubscription-${source.stream}::${name}`
  const [last] = await calls.readStream(`${key}-checkpoint`, { from: 'end', backwards: true, count: 1 })
  const parked = await calls.readStream(`${key}-parked`, { from: 'start', count: Number.MAX_SAFE_INTEGER })
  const checkpoint = last === undefined ? undefined : /\d+/.exec(last.data.toString('utf8'))?.[0]
  return {
    source: source.stream,
    group: name,
    ...(source.filter === undefined
      ? {}
      : { filter: { ...source.filter, prefixes: [...source.filter.prefixes] } }),
    settings: rest,
    startFrom: startFrom < 0 ? 'end' : startFrom === 0 ? 'start' : String(startFrom),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    parked: parked.map(({ id, data, metadata }) => ({
      id,
      link: data.toString('utf8'),
      ...payloadFields(Buffer.alloc(0), metadata),
    })),
  }
}
