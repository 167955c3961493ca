import { z } from 'zod'
import type { EventLog } from '../log/types.ts'
import type { EventFilter } from '../streams/filter.ts'
import { dotnetTimestamp, jsonEvent, keepBook, lastEntry } from './books.ts'
import { allStream, placeFromText, placeText, type GroupSettings, type Source } from './settings.ts'
import { strategyNames } from './strategies/strategy.ts'

export const configStream = '$persistentSubscriptionConfig'
const stream = configStream
const eventType = '$PersistentConfig'

/** A group as it is kept over restarts. */
export interface StoredGroup {
  readonly source: Source
  readonly name: string
  readonly settings: GroupSettings
  /** Where the end was when a group that starts from the end was made: it starts there again until it has a checkpoint. */
  readonly begin: number
}

/** .NET leaves out what has its default value: what is absent is 0, false or nothing. */
const number = z.number().int().default(0)
const flag = z.boolean().default(false)

const entrySchema = z.object({
  stream: z.string(),
  group: z.string().default(''),
  filter: z
    .object({
      context: z.enum(['streamid', 'eventtype']),
      type: z.enum(['prefix', 'regex']),
      data: z.string().default(''),
      prefixes: z.array(z.string()).optional(),
    })
    .optional(),
  resolveLinkTos: flag,
  extraStatistics: flag,
  messageTimeout: number,
  startFrom: z.number().default(0),
  startPosition: z.string().optional(),
  begin: z.number().int().optional(),
  liveBufferSize: number,
  historyBufferSize: number,
  maxRetryCount: number,
  readBatchSize: number,
  checkPointAfter: number,
  minCheckPointCount: number,
  maxCheckPointCount: number,
  maxSubscriberCount: number,
  namedConsumerStrategy: z.enum(strategyNames),
})

const configSchema = z.object({ version: z.string(), entries: z.array(entrySchema).default([]) })

type Entry = z.input<typeof entrySchema>

/** The last configuration that was written cannot be read: no group can be served. */
export class BadConfigurationError extends Error {
  override readonly name = 'BadConfigurationError'

  constructor(cause: unknown) {
    super(`the configuration in ${stream} cannot be read`, { cause })
  }
}

const filterEntry = (filter: EventFilter): NonNullable<Entry['filter']> & { isAllStream: true } => {
  const context = filter.on === 'stream' ? 'streamid' : 'eventtype'
  if (filter.regex !== '') return { context, type: 'regex', data: filter.regex, isAllStream: true }
  const joined = filter.prefixes.join(',')
  // EventStoreDB joins with commas, and cannot tell them from those in a prefix
  const prefixes = filter.prefixes.some((prefix) => prefix.includes(','))
    ? { prefixes: [...filter.prefixes] }
    : {}
  return { context, type: 'prefix', data: joined, ...prefixes, isAllStream: true }
}

const filterOf = (entry: z.output<typeof entrySchema>['filter']): EventFilter | undefined => {
  if (entry === undefined) return undefined
  const on = entry.context === 'streamid' ? 'stream' : 'type'
  if (entry.type === 'regex') return { on, regex: entry.data, prefixes: [] }
  return {
    on,
    regex: '',
    prefixes: entry.prefixes ?? entry.data.split(',').filter((prefix) => prefix !== ''),
  }
}

const isDefault = (value: unknown): boolean => value === 0 || value === false || value === undefined

const entryOf = ({ source, name, settings, begin }: StoredGroup): Partial<Entry> => {
  const entry: Entry = {
    stream: source.stream,
    group: name,
    filter: source.filter === undefined ? undefined : filterEntry(source.filter),
    resolveLinkTos: settings.resolveLinks,
    extraStatistics: settings.extraStatistics,
    messageTimeout: settings.messageTimeout,
    startFrom: source.stream === allStream ? undefined : settings.startFrom,
    startPosition: placeText(source.stream, settings.startFrom),
    begin,
    liveBufferSize: settings.liveBufferSize,
    historyBufferSize: settings.historyBufferSize,
    maxRetryCount: settings.maxRetryCount,
    readBatchSize: settings.readBatchSize,
    checkPointAfter: settings.checkpointAfter,
    minCheckPointCount: settings.minCheckpointCount,
    maxCheckPointCount: settings.maxCheckpointCount,
    maxSubscriberCount: settings.maxSubscriberCount,
    namedConsumerStrategy: settings.strategy,
  }
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => !isDefault(value)))
}

const groupOf = (entry: z.output<typeof entrySchema>): StoredGroup => {
  const place =
    entry.startPosition === undefined ? undefined : placeFromText(entry.stream, entry.startPosition)
  const startFrom = place ?? entry.startFrom
  return {
    source: { stream: entry.stream, filter: filterOf(entry.filter) },
    name: entry.group,
    settings: {
      resolveLinks: entry.resolveLinkTos,
      extraStatistics: entry.extraStatistics,
      messageTimeout: entry.messageTimeout,
      maxRetryCount: entry.maxRetryCount,
      checkpointAfter: entry.checkPointAfter,
      minCheckpointCount: entry.minCheckPointCount,
      maxCheckpointCount: entry.maxCheckPointCount,
      maxSubscriberCount: entry.maxSubscriberCount,
      liveBufferSize: entry.liveBufferSize,
      historyBufferSize: entry.historyBufferSize,
      readBatchSize: entry.readBatchSize,
      strategy: entry.namedConsumerStrategy,
      startFrom,
    },
    begin: entry.begin ?? Math.max(startFrom, 0),
  }
}

/** @throws BadConfigurationError */
export const loadGroups = (log: EventLog): StoredGroup[] => {
  const text = lastEntry(log, stream, eventType)
  return text === undefined ? [] : parseGroups(text)
}

/**
 * The groups that a configuration names, of this node or of an EventStoreDB.
 * @throws BadConfigurationError
 */
export const parseGroups = (text: string): StoredGroup[] => {
  try {
    return configSchema.parse(JSON.parse(text)).entries.map(groupOf)
  } catch (error) {
    throw new BadConfigurationError(error)
  }
}

/**
 * Writes all groups down, in the stream and shape of EventStoreDB.
 *
 * @param updatedBy Who changed them.
 * @param now Milliseconds since the Unix epoch.
 * @throws BookkeepingError where the log does not take it.
 */
export const saveGroups = async (
  log: EventLog,
  groups: readonly StoredGroup[],
  updatedBy: string,
  now: number,
): Promise<void> => {
  const config = { version: '2', updated: dotnetTimestamp(now), updatedBy, entries: groups.map(entryOf) }
  if (log.state(stream).lastRevision < 0) {
    await keepBook(
      log,
      'the retention of the configuration',
      `$$${stream}`,
      jsonEvent('$metadata', '{"$maxCount":2}'),
    )
  }
  await keepBook(log, 'the configuration', stream, jsonEvent(eventType, JSON.stringify(config, null, 2)))
}
