import type { NodeLog } from '../log/log.ts'
import { InvalidRegexError } from '../streams/filter.ts'
import { systemClock, type Clock } from './clock.ts'
import { loadGroups, saveGroups, type StoredGroup } from './config.ts'
import { createDistributor } from './distributor.ts'
import { PersistentSubscriptionError } from './errors.ts'
import { createGroup, type Group, type GroupContext } from './group.ts'
import type { GroupInfo } from './info.ts'
import { allStream, checkSettings, fromEnd, groupKey, type GroupSettings, type Source } from './settings.ts'

export interface RegistryOptions {
  readonly clock?: Clock
  /** How often time-outs and checkpoints are looked at, in milliseconds; EventStoreDB does so every second. */
  readonly tickEvery?: number
  /** Hears of background writes that failed. By default they become process warnings. */
  readonly report?: (error: unknown) => void
}

/** Settings as somebody asks for them. */
export type RequestedSettings = Omit<GroupSettings, 'strategy'> & { readonly strategy: string }

/** All persistent subscriptions of a node. Names of streams may be `$all`. */
export interface Registry {
  /** @throws PersistentSubscriptionError where it exists or the settings are wrong, InvalidRegexError for a bad filter. */
  create(source: Source, name: string, settings: RequestedSettings, user: string): Promise<void>
  /** Drops the group's consumers; its checkpoint, filter and parked messages stay. @throws PersistentSubscriptionError */
  update(stream: string, name: string, settings: RequestedSettings, user: string): Promise<void>
  /** @throws PersistentSubscriptionError where it does not exist. */
  delete(stream: string, name: string, user: string): Promise<void>
  /** @throws PersistentSubscriptionError where it does not exist. */
  group(stream: string, name: string): Group
  /**
   * Delivers parked messages again, those before number `stopAt` or all that are there now.
   *
   * @throws PersistentSubscriptionError where the group does not exist or `stopAt` is negative.
   */
  replayParked(stream: string, name: string, stopAt: number | undefined): void
  /** Statistics of all groups, or of those on one stream. @throws PersistentSubscriptionError where that has none. */
  list(stream?: string): GroupInfo[]
  /** Drops all consumers and begins again with what is stored. */
  restart(): void
  /** Drops all consumers; resolves when nothing is written any more. */
  close(): Promise<void>
}

interface Entry {
  readonly stored: StoredGroup
  readonly group: Group
}

const doesNotExist = (stream: string, name: string): PersistentSubscriptionError =>
  new PersistentSubscriptionError('persistent-subscription-does-not-exist', stream, name)

const warn = (error: unknown): void => {
  process.emitWarning(error instanceof Error ? error : String(error))
}

/** Serves the groups that the log's configuration names. @throws BadConfigurationError */
export const createRegistry = (log: NodeLog, options: RegistryOptions = {}): Registry => {
  const { clock = systemClock, tickEvery = 1_000, report = warn } = options
  const entries = new Map<string, Entry>()
  const distributor = createDistributor(log)
  const pending = new Set<Promise<void>>()
  /** Streams that had a group since the last start: for those an empty list is an answer. */
  const known = new Set<string>()

  const background = (work: Promise<void>): void => {
    const watched = work.catch(report).finally(() => pending.delete(watched))
    pending.add(watched)
  }
  const context: GroupContext = { log, clock, background }

  const open = (stored: StoredGroup): void => {
    const { source, name, settings, begin } = stored
    const group = createGroup(context, source, name, settings, distributor.readerOf(source), begin)
    distributor.add(group)
    entries.set(groupKey(source.stream, name), { stored, group })
    known.add(source.stream)
  }

  const retire = (group: Group): void => {
    distributor.remove(group)
    group.stop()
  }

  const save = (user: string): Promise<void> =>
    saveGroups(
      log,
      [...entries.values()].map(({ stored }) => stored),
      user,
      clock.now(),
    )

  const entryOf = (stream: string, name: string): Entry => {
    const entry = entries.get(groupKey(stream, name))
    if (entry === undefined) throw doesNotExist(stream, name)
    return entry
  }

  const endOf = (stream: string): number =>
    stream === allStream ? log.end : log.state(stream).lastRevision + 1

  const openStored = (): void => {
    for (const stored of loadGroups(log)) {
      try {
        open(stored)
      } catch (error) {
        // one filter that cannot be understood must not keep all other groups from being served
        if (!(error instanceof InvalidRegexError)) throw error
        report(error)
      }
    }
  }

  const stopAll = (): void => {
    for (const { group } of entries.values()) retire(group)
    entries.clear()
    known.clear()
  }

  openStored()
  const stopTicking = clock.every(tickEvery, () => {
    for (const { group } of entries.values()) group.tick()
  })

  return {
    create: async (source, name, requested, user) => {
      const { stream } = source
      const isTaken = entries.has(groupKey(stream, name))
      const settings = checkSettings(stream, name, requested, log.lastPosition, isTaken)
      const begin = settings.startFrom === fromEnd ? endOf(stream) : settings.startFrom
      open({ source, name, settings, begin })
      try {
        await save(user)
      } catch (error) {
        retire(entryOf(stream, name).group)
        entries.delete(groupKey(stream, name))
        throw error
      }
    },
    update: async (stream, name, requested, user) => {
      const { stored, group } = entryOf(stream, name)
      const settings = checkSettings(stream, name, requested, log.lastPosition)
      const stillFromEnd = settings.startFrom === fromEnd && stored.settings.startFrom === fromEnd
      const fresh = settings.startFrom === fromEnd ? endOf(stream) : settings.startFrom
      retire(group)
      open({ ...stored, settings, begin: stillFromEnd ? stored.begin : fresh })
      await save(user)
    },
    delete: async (stream, name, user) => {
      const { group } = entryOf(stream, name)
      retire(group)
      entries.delete(groupKey(stream, name))
      await Promise.all([save(user), group.forget()])
    },
    group: (stream, name) => entryOf(stream, name).group,
    replayParked: (stream, name, stopAt) => {
      if (stopAt !== undefined && stopAt < 0) {
        const why = 'Cannot stop replaying parked message at a negative version.'
        throw new PersistentSubscriptionError('persistent-subscription-failed', stream, name, why)
      }
      entryOf(stream, name).group.replayParked(stopAt)
    },
    list: (stream) => {
      const found = [...entries.values()].filter(
        ({ stored }) => stream === undefined || stored.source.stream === stream,
      )
      if (stream !== undefined && !known.has(stream)) throw doesNotExist(stream, '')
      return found.map(({ group }) => group.info())
    },
    restart: () => {
      stopAll()
      openStored()
    },
    close: async () => {
      stopTicking()
      stopAll()
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}
