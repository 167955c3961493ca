import { z } from 'zod'
import type { EventLog } from '../log/types.ts'
import { jsonEvent, keepBook, lastEntry } from '../persistent/books.ts'
import type { Definition } from './definitions.ts'
import { parseTag, tagJson, type ProjectionVersion, type Tag } from './version.ts'

/** What of a projection outlives the process. */
export interface StoredState {
  readonly enabled: boolean
  readonly version: number
  readonly epoch: number
}

const schema = z.object({ enabled: z.boolean(), version: z.int(), epoch: z.int() })

/** What was stored for a projection can't be read. */
export class BadProjectionStateError extends Error {
  readonly projection: string

  constructor(projection: string, cause: unknown) {
    super(`The state of the projection ${projection} in $projections-${projection} cannot be read.`, {
      cause,
    })
    this.name = 'BadProjectionStateError'
    this.projection = projection
  }
}

const stateStream = (name: string): string => `$projections-${name}`
const checkpointStream = (name: string): string => `$projections-${name}-checkpoint`
const CHECKPOINT = '$ProjectionCheckpoint'
const UPDATED = '$ProjectionUpdated'
const CHECKPOINT_METADATA =
  '{"$maxCount":2,"$acl":{"$r":"$admins","$w":"$admins","$d":"$admins","$mr":"$all","$mw":"$admins"}}'

/** The state that was written last; undefined where none was. @throws BadProjectionStateError */
export function loadState(log: EventLog, name: string): StoredState | undefined {
  const text = lastEntry(log, stateStream(name), UPDATED)
  if (text === undefined) return undefined
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    throw new BadProjectionStateError(name, error)
  }
}

/** @throws BookkeepingError where the log does not take it */
export async function saveState(log: EventLog, definition: Definition, state: StoredState): Promise<void> {
  const { name, handlerType, query } = definition
  const data = {
    handlerType,
    query,
    mode: 'Continuous',
    emitEnabled: true,
    checkpointsDisabled: false,
    ...state,
  }
  await keepBook(
    log,
    'the state of a projection',
    stateStream(name),
    jsonEvent(UPDATED, JSON.stringify(data)),
  )
}

/** Position up to which the projection has handled everything; -1 where it is to begin at the start. */
export function loadCheckpoint(log: EventLog, name: string, version: ProjectionVersion): number {
  const stream = checkpointStream(name)
  const [last] = log.readBackwards(stream, log.state(stream).lastRevision, 1)
  const tag = last?.type === CHECKPOINT ? parseTag(last.metadata) : undefined
  return tag !== undefined && tag.version.version >= version.epoch ? tag.position : -1
}

/** @throws BookkeepingError where the log does not take it */
export async function saveCheckpoint(log: EventLog, name: string, tag: Tag): Promise<void> {
  const stream = checkpointStream(name)
  if (log.state(stream).lastRevision < 0)
    await keepBook(
      log,
      'the retention of checkpoints',
      `$$${stream}`,
      jsonEvent('$metadata', CHECKPOINT_METADATA),
    )
  await keepBook(log, 'a checkpoint', stream, {
    ...jsonEvent(CHECKPOINT, '{}'),
    metadata: Buffer.from(tagJson(tag)),
  })
}
