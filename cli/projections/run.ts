import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { formatPosition } from '../../eventstore/position.ts'
import type { EventStore, Position } from '../../eventstore/types.ts'
import { createBookkeeping } from '../../projections/bookkeeping.ts'
import { BuildTakenError, type BuildDeps } from '../../projections/building.ts'
import { BUILD_LIMITS, RETRY_DELAYS_MS } from '../../projections/index.ts'
import {
  buildAndSwap,
  NoPreviousGenerationError,
  prepareRebuild,
  prepareRollback,
} from '../../projections/rebuild.ts'
import { listParked, NotParkedError, replayParked } from '../../projections/replay-parked.ts'
import { projectionStatus, type ProjectionStatus } from '../../projections/status.ts'
import { inTransaction } from '../../platform/transaction.ts'
import { verify, type Difference, type Verification } from '../../projections/verify.ts'
import { StartError } from '../start/start-error.ts'
import type { Arguments } from './arguments.ts'
import { createProgressLine, type ProgressOutput } from './progress-line.ts'
import { wideTable } from '../tools/wide-table.ts'
import { textTable } from './text-table.ts'

export interface Tools {
  readonly store: EventStore
  readonly pool: Pool
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Writes a line of the result. */
  readonly say: (line: string) => void
  /** Columns that there are; undefined: as many as it takes. */
  readonly width?: number | undefined
  /** Where it is shown how far a build is. */
  readonly progress: ProgressOutput
}

/** @throws StartError where something is not as it should be, in one sentence */
export const run = async (tools: Tools, args: Arguments): Promise<void> => {
  await inTransaction(tools.pool, createBookkeeping)
  switch (args.command) {
    case 'help':
      return
    case 'status':
      return showStatus(tools, args)
    case 'rebuild':
    case 'rollback':
      return build(tools, args)
    case 'verify':
      return showDifferences(tools, args)
    case 'parked':
      return showParked(tools, args)
    case 'replay':
      return replay(tools, args)
  }
}

const withProgress = async (tools: Tools, work: (deps: BuildDeps) => Promise<void>): Promise<void> => {
  const line = createProgressLine(tools.progress)
  try {
    await work({
      ...{ store: tools.store, pool: tools.pool, logger: tools.logger },
      ...{ limits: BUILD_LIMITS, retryDelaysMs: RETRY_DELAYS_MS },
      onProgress: (progress) => {
        line.show(progress)
      },
    })
  } catch (error) {
    if (tools.signal.aborted)
      throw new StartError('Ended before it was done; the next time it goes on from here.')
    if (error instanceof BuildTakenError || error instanceof NoPreviousGenerationError) {
      throw new StartError(`${error.message}.`, { cause: error })
    }
    throw error
  } finally {
    line.end()
  }
}

const build = (tools: Tools, { command, projections }: Arguments): Promise<void> =>
  withProgress(tools, async (deps) => {
    const targets =
      command === 'rollback'
        ? await prepareRollback(tools.pool, projections)
        : await prepareRebuild(tools.pool, projections, { reuse: false })
    await buildAndSwap(deps, targets, tools.signal)
    const generations = [...targets.values()].map(({ projection, number }) => `${projection} g${number}`)
    tools.say(`live: ${generations.join(', ')}`)
  })

const showStatus = async ({ store, pool, say }: Tools, { projections, json }: Arguments): Promise<void> => {
  const names = projections.map(({ name }) => name)
  const all = (await projectionStatus(pool, store)).filter(({ projection }) => names.includes(projection))
  if (json) {
    for (const status of all) say(JSON.stringify(plainStatus(status)))
    return
  }
  say(
    textTable(
      ['read model', 'state', 'position', 'events', 'rate', 'lag', 'parked', 'written'],
      all.map((status) => [
        `${status.projection} g${status.generation}`,
        status.state,
        shortPosition(status.position),
        status.events.toLocaleString('en'),
        `${status.rate.toLocaleString('en')}/s`,
        `${status.lag.events.toLocaleString('en')} (${status.lag.seconds.toFixed(1)} s)`,
        String(status.parked.events),
        status.isRunning ? 'yes' : 'by nobody',
      ]),
    ),
  )
}

/** One number where commit and prepare are the same, as they are but in a transaction of the store. */
const shortPosition = (position: Position | undefined): string => {
  if (position === undefined) return '-'
  return position.commit === position.prepare ? String(position.commit) : formatPosition(position)
}

const plainStatus = ({ position, events, ...status }: ProjectionStatus): Record<string, unknown> => ({
  ...status,
  position: position === undefined ? null : formatPosition(position),
  events: String(events),
})

const showDifferences = async (tools: Tools, { projections, json }: Arguments): Promise<void> => {
  let verifications: Verification[] = []
  await withProgress(tools, async (deps) => {
    const show = (difference: Difference): void => {
      tools.say(json ? JSON.stringify(difference) : describeDifference(difference))
    }
    verifications = await verify(deps, projections, show, tools.signal)
  })
  for (const verification of verifications) {
    const { projection, rows, differences, parked } = verification
    tools.say(
      json
        ? JSON.stringify(verification)
        : `${projection}: ${rows.toLocaleString('en')} rows, ${differences} different, ${parked} events parked`,
    )
  }
  const differences = verifications.reduce((sum, verification) => sum + verification.differences, 0)
  const parked = verifications.reduce((sum, verification) => sum + verification.parked, 0)
  if (differences > 0) throw new StartError(`${differences} rows are not what the events say: rebuild them.`)
  if (parked > 0) throw new StartError(`${parked} events are parked, so that queries don't show them.`)
}

const describeDifference = ({ projection, table, key, kind, columns }: Difference): string => {
  const row = `${projection}.${table} ${Object.values(key).join(' ')}: ${kind}`
  if (kind !== 'different') return row
  const changes = Object.entries(columns).map(
    ([column, { live, rebuilt }]) =>
      `  ${column} is ${JSON.stringify(live)}, should be ${JSON.stringify(rebuilt)}`,
  )
  return [row, ...changes].join('\n')
}

const showParked = async ({ pool, say, width }: Tools, { projections, json }: Arguments): Promise<void> => {
  const parked = await listParked(pool, projections)
  if (json) {
    for (const { revision, ...event } of parked) say(JSON.stringify({ ...event, revision: String(revision) }))
  } else if (parked.length === 0) {
    say('Nothing is parked.')
  } else {
    say(
      wideTable(
        ['read model', 'stream@revision', 'event', 'why'],
        parked.map(({ projection, stream, revision, type, reason, error }) => [
          ...[projection, `${stream}@${revision}`, type, `${reason}: ${error}`],
        ]),
        width,
      ),
    )
  }
}

const replay = async ({ pool, store, say }: Tools, { projections, stream }: Arguments): Promise<void> => {
  for (const projection of projections) {
    try {
      const events = await replayParked({ pool, store }, projection, stream)
      say(`${events} events of ${stream} are in ${projection.name} now`)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const sentence = error instanceof NotParkedError ? reason : `${stream} stays parked: ${reason}`
      throw new StartError(`${sentence.replace(/\.$/, '')}.`, { cause: error })
    }
  }
}
