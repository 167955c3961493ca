import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  PersistentSubscriptionDoesNotExistError,
  START,
  type PersistentSubscriptionToAllInfo,
} from '@eventstore/db-client'
import type { Logger } from 'pino'
import { asCommandError } from './client-errors.ts'
import type { Connection } from './connection.ts'
import type { Position } from './types.ts'

/**
 * EventStoreDB can't change the event types of a group, nor say what they are. So a group is named after them: other types are another
 * group of the same family, which succeeds those that are there.
 */
export const groupNameOf = (family: string, eventTypes: readonly string[]): string => {
  const types = [...new Set(eventTypes)].toSorted().join('\n')
  return `${family}-${createHash('sha256').update(types).digest('hex').slice(0, 8)}`
}

interface Store {
  readonly connection: Connection
  readonly deadlineMs: number
}

export interface Succession extends Store {
  readonly family: string
  /** The group that succeeds all others of its family. */
  readonly group: string
}

/**
 * Where a new group begins: at the place up to where all its predecessors have seen to everything, so that no wake-up of theirs is missed
 * and the whole history is not gone through once more; at the start where there are none, or one has not come anywhere.
 */
export const beginningOf = async (succession: Succession): Promise<Position | typeof START> => {
  const reached = (await predecessorsOf(succession)).map(({ stats }) => stats.lastCheckpointedEventPosition)
  return (
    reached.reduce<Position | typeof START | undefined>((least, position) => {
      if (least === START || position === undefined) return START
      return least === undefined || position.commit < least.commit ? position : least
    }, undefined) ?? START
  )
}

/** Milliseconds between looks at the predecessors. */
const EVERY_MS = 30_000
/** Milliseconds between looks at one that is being drained. */
const DRAINING_MS = 500

export interface Retirement extends Succession {
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Messages that are parked in a group and that nobody has settled. */
  readonly parked: (group: string) => Promise<number>
  /** Consumes a predecessor as the group itself is, until `signal` is aborted. */
  readonly drain: (group: string, signal: AbortSignal) => Promise<void>
  readonly everyMs?: number
}

/**
 * Looks after the predecessors until none is left. One that others still consume, or that holds parked messages, stays: parked messages
 * go with their group. What a person replays of them is handled by us. One that holds nothing is deleted.
 */
export const retirePredecessors = async (retirement: Retirement): Promise<void> => {
  const { signal, logger, everyMs = EVERY_MS } = retirement
  const told = new Set<string>()
  while (!signal.aborted) {
    try {
      const predecessors = await predecessorsOf(retirement)
      if (predecessors.length === 0) return
      for (const predecessor of predecessors) await retire(retirement, predecessor, told)
    } catch (error) {
      if (!isAborted(signal)) logger.warn({ err: error }, 'could not look after older groups, trying again')
    }
    await delay(everyMs, undefined, { signal }).catch(() => undefined)
  }
}

const retire = async (
  retirement: Retirement,
  { groupName, connections, stats }: PersistentSubscriptionToAllInfo,
  told: Set<string>,
): Promise<void> => {
  if (connections.length > 0) return
  if (stats.retryBufferCount > 0) {
    await drain(retirement, groupName)
    return
  }
  const parked = await retirement.parked(groupName)
  if (parked > 0) {
    if (told.has(groupName)) return
    told.add(groupName)
    const about = { group: groupName, parked }
    retirement.logger.warn(about, 'an older group is kept for its parked messages: replay or discard them')
    return
  }
  await call(retirement, (client) => client.deletePersistentSubscriptionToAll(groupName))
  retirement.logger.info({ group: groupName }, 'older group deleted: nothing is left in it')
}

/** Until all that was replayed is settled, or parked again. */
const drain = async (retirement: Retirement, group: string): Promise<void> => {
  retirement.logger.info({ group }, 'parked messages of an older group were replayed, seeing to them')
  const drained = new AbortController()
  const signal = AbortSignal.any([retirement.signal, drained.signal])
  const draining = retirement.drain(group, signal).finally(() => {
    // a lost consumer is no end: the next look begins anew
    drained.abort()
  })
  try {
    while (!signal.aborted) {
      await delay(DRAINING_MS, undefined, { signal })
      const { stats } = await call(retirement, (client) => client.getPersistentSubscriptionToAllInfo(group))
      if (stats.retryBufferCount === 0 && stats.totalInFlightMessages === 0) return
    }
  } finally {
    drained.abort()
    await draining
  }
}

const isAborted = (signal: AbortSignal): boolean => signal.aborted

const isMissing = (error: unknown): boolean =>
  asCommandError(error) instanceof PersistentSubscriptionDoesNotExistError

const call = <Result>(
  { connection, deadlineMs }: Store,
  work: Parameters<typeof connection.call<Result>>[2],
): Promise<Result> => connection.call(deadlineMs, isMissing, work)

/** Groups of the family that are there, but for the one that succeeds them. */
const predecessorsOf = async (succession: Succession): Promise<readonly PersistentSubscriptionToAllInfo[]> =>
  (await familyOf(succession, succession.family)).filter(({ groupName }) => groupName !== succession.group)

/** Groups of a family that are there. */
export const familyOf = async (
  store: Store,
  family: string,
): Promise<readonly PersistentSubscriptionToAllInfo[]> => {
  try {
    const groups = await call(store, (client) => client.listPersistentSubscriptionsToAll())
    return groups.filter(({ groupName }) => isOfFamily(groupName, family))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** Groups had the name of their family before they were named after their event types. */
const isOfFamily = (group: string, family: string): boolean =>
  group === family || (group.startsWith(`${family}-`) && /^[0-9a-f]{8}$/.test(group.slice(family.length + 1)))
