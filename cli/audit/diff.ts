import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ComparisonResult, Difference } from '../../audit/diff/compare.ts'
import type { Environment } from '../../platform/config.ts'
import { createProgressLine, type ProgressOutput, type ShownProgress } from '../projections/progress-line.ts'
import { changeText } from '../replay/layout.ts'
import { StartError } from '../start/start-error.ts'
import type { Output } from '../tools/output.ts'

/** What the process that runs the other code tells. */
export type DiffMessage =
  | { readonly kind: 'difference'; readonly difference: Difference }
  | { readonly kind: 'progress'; readonly progress: Pick<ShownProgress, 'events' | 'fraction'> }
  | { readonly kind: 'result'; readonly result: DiffResult }
  | { readonly kind: 'failure'; readonly sentence: string }

type DiffResult = ComparisonResult & { readonly unreadable: number }

export interface DiffTools {
  readonly env: Environment
  readonly signal: AbortSignal
  readonly output: Output
  readonly progress: ProgressOutput
}

export interface DiffArguments {
  /** Path of the other domain. */
  readonly against: string
  readonly json: boolean
  /** Differences of each kind that are shown; all are counted. */
  readonly keep: number
}

/** Compiled or not: as this file is. */
const WORKER = fileURLToPath(
  new URL(`diff-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
)

/** @throws StartError with the exit code 1 where something would be otherwise */
export const diffHistory = async (
  tools: DiffTools,
  { against, json, keep }: DiffArguments,
): Promise<void> => {
  const { output, signal } = tools
  const line = createProgressLine(tools.progress)
  const worker = fork(WORKER, [against, String(keep)], {
    // the other domain may be sources
    execArgv: ['--import', 'tsx'],
    env: readingOnly(tools.env),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
    signal,
  })
  let result: DiffResult | undefined
  let failure: string | undefined
  let written: Promise<void> = Promise.resolve()
  const say = (text: string): void => {
    written = written.then(() => output.line(text))
  }
  worker.on('message', (message: DiffMessage) => {
    switch (message.kind) {
      case 'difference':
        say(json ? JSON.stringify(message.difference) : differenceText(message.difference))
        return
      case 'progress':
        line.show({ ...message.progress, phase: 'folding twice', projections: [against] })
        return
      case 'result':
        result = message.result
        return
      case 'failure':
        failure = message.sentence
    }
  })
  const ended = new Promise<void>((resolve) => {
    worker.on('error', (error) => {
      failure ??= error.message
      resolve()
    })
    worker.on('close', () => {
      resolve()
    })
  })
  await ended
  line.end()
  await written
  if (signal.aborted) throw new StartError('Ended before everything was looked at.')
  if (result === undefined)
    throw new StartError(sentenceOf(failure ?? 'the other code has ended its process'))
  await output.line(json ? JSON.stringify(result) : resultText(result))
  const { event, decision, state } = result.differences
  if (event + decision + state > 0) {
    throw new StartError('With that code history would be told otherwise.', { exitCode: 1 })
  }
}

/** The process with the other code gets no credentials but those of the store that it reads. */
const readingOnly = (env: Environment): NodeJS.ProcessEnv => ({
  PATH: env['PATH'],
  ESDB_URL: env['ESDB_URL'],
  EVENTSTORE_PORT: env['EVENTSTORE_PORT'],
})

const sentenceOf = (text: string): string => `${text.replace(/\.$/, '')}.`

export const differenceText = (difference: Difference): string => {
  const place = `${difference.kind.padEnd(8)}  ${difference.stream}@${difference.revision}`
  return difference.kind === 'state'
    ? [place, ...difference.changes.map((change) => `    ${changeText(change)}`)].join('\n')
    : `${place}  ${difference.type}\n    ${difference.problem}`
}

const resultText = ({ events, streams, skipped, unreadable, differences }: DiffResult): string => {
  const n = (count: number): string => count.toLocaleString('en')
  const left = skipped + unreadable
  return [
    `${n(events)} events of ${n(streams)} streams: ${n(differences.event)} events that it can't take, ${n(differences.decision)} other decisions, ${n(differences.state)} other states`,
    ...(left === 0
      ? []
      : [`${n(left)} events left out that the code of today can't take either: see audit verify`]),
  ].join('\n')
}
