import type { Kind } from '../../audit/kinds.ts'
import { KINDS } from '../../audit/kinds.ts'
import { replay, type ReplayDeps, type Step, type Until } from '../../audit/replay/replay.ts'
import { ImpossibleHistory } from '../../domain/impossible-history.ts'
import { ContractViolationError, StreamTombstonedError } from '../../eventstore/errors.ts'
import { StartError } from '../start/start-error.ts'
import { countIn, instantIn, oneOfThem, parseTyped } from '../tools/arguments.ts'
import type { Output } from '../tools/output.ts'
import { columnsFor, rowIn, wideTable } from '../tools/wide-table.ts'
import { HEADINGS, jsonOf, rowOf, widestRow } from './layout.ts'

export const USAGE = `Usage: npm run replay -- order|inventory|payment|wallet ID [--revision N | --at TIME | --follow] [--json]

Shows an aggregate after each of its events: what changed, who did it, and because of what.

  --revision N  up to this event of its stream, counted from 0
  --at TIME     up to what was written by this time, such as 2025-11-21T09:30:00Z
  --follow      go on with what is written from now on, until Ctrl-C
  --reveal      personal data in clear, where it is not erased (needs MASTER_KEY or the data directory)
  --json        one line of JSON for each event
  --help        show this text

It reads and never writes. Exit code 1: there is no such aggregate, or not yet; 2: it could not be read.
It works on the servers at ESDB_URL and DATABASE_URL, else on the embedded ones of a shop that is running (npm start).`

export interface ReplayArguments {
  readonly kind: Kind
  readonly id: string
  readonly until: Until | undefined
  readonly follow: boolean
  readonly reveal: boolean
  readonly json: boolean
}

/** Undefined where help is asked for. @throws StartError for what can't be */
export const readArguments = (args: readonly string[]): ReplayArguments | undefined => {
  const { values, positionals } = parseTyped(args, {
    revision: { type: 'string' },
    at: { type: 'string' },
    follow: { type: 'boolean', default: false },
    reveal: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  const [kind, id, ...more] = positionals
  if (values.help || kind === undefined) return undefined
  if (id === undefined || more.length > 0) {
    throw new StartError(`replay takes ${KINDS.join(', ')} and one id: see --help.`)
  }
  const { revision, at, follow, reveal, json } = values
  if ([revision, at, follow ? '' : undefined].filter((each) => each !== undefined).length > 1) {
    throw new StartError('--revision, --at and --follow exclude each other.')
  }
  return {
    kind: oneOfThem('aggregate', kind, KINDS),
    ...{ id, follow, reveal, json },
    until: untilOf(revision, at),
  }
}

const untilOf = (revision: string | undefined, at: string | undefined): Until | undefined => {
  if (revision !== undefined) return { revision: countIn('--revision', revision) }
  return at === undefined ? undefined : { at: instantIn('--at', at) }
}

/** @throws StartError with the exit code 1 where there is nothing to show */
export const runReplay = async (deps: ReplayDeps, args: ReplayArguments, output: Output): Promise<void> => {
  const { kind, id, until, follow, json } = args
  const known = new Map<string, string>()
  const rows: string[][] = []
  const columns = columnsFor([HEADINGS, widestRow(kind)], output.width)
  let last: Step | undefined
  const show = async (step: Step): Promise<void> => {
    const isFirst = last === undefined
    last = step
    if (json) await output.line(jsonOf(step))
    else if (follow) {
      if (isFirst) await output.line(rowIn(columns, HEADINGS))
      await output.line(rowIn(columns, rowOf(step, known)))
    } else rows.push(rowOf(step, known))
    known.set(step.id, `${step.type} #${step.revision}`)
  }
  try {
    for await (const step of replay(deps, kind, id, { until, follow })) await show(step)
  } catch (error) {
    if (rows.length > 0) await output.line(wideTable(HEADINGS, rows, output.width))
    throw asSentence(error, `${kind}-${id}`)
  }
  if (last === undefined) {
    if (follow) return
    const when = until !== undefined && 'at' in until ? ` at ${until.at.toISOString()}` : ''
    throw new StartError(`There is no ${kind} ${id}${when}.`, { exitCode: 1 })
  }
  if (until !== undefined && 'revision' in until && last.revision < until.revision) {
    throw new StartError(
      `${kind} ${id} has not reached revision ${until.revision}: it is at ${last.revision}.`,
      {
        exitCode: 1,
      },
    )
  }
  if (!json && !follow) await output.line(wideTable(HEADINGS, rows, output.width))
}

const asSentence = (error: unknown, stream: string): unknown => {
  if (error instanceof StreamTombstonedError)
    return new StartError(`${error.message}.`, { cause: error, exitCode: 1 })
  if (error instanceof ImpossibleHistory || error instanceof ContractViolationError) {
    return new StartError(`${stream} can't be folded any further: ${error.message}`, { cause: error })
  }
  return error
}
