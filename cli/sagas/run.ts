import type { Resumption } from '../../processes/index.ts'
import { listSagas, type Saga } from '../../projections/sagas/queries.ts'
import { StartError } from '../start/start-error.ts'
import { oneOfThem, parseTyped } from '../tools/arguments.ts'
import type { DrivingTools } from '../tools/driving.ts'
import type { Output } from '../tools/output.ts'
import { wideTable } from '../tools/wide-table.ts'

export const USAGE = `Usage: npm run sagas -- COMMAND

  list              orders under way, those first that have stood for the longest time
  list --stuck      only those that have not moved for longer than their step allows
  resume ORDER      take an order as far as it goes, now (exit code 1 where it could not be taken further)

  --json            lines of JSON
  --help            show this text

It works on the servers at ESDB_URL and DATABASE_URL, else on the embedded ones of a shop that is running (npm start). To resume
needs the settings of payment providers that the shop was started with.`

export interface SagasArguments {
  readonly command: 'list' | 'resume'
  readonly orderId: string
  readonly stuck: boolean
  readonly json: boolean
}

/** Undefined where help is asked for. @throws StartError for what can't be */
export const readArguments = (args: readonly string[]): SagasArguments | undefined => {
  const { values, positionals } = parseTyped(args, {
    stuck: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  const [name, orderId = '', ...more] = positionals
  const { stuck, json } = values
  if (values.help || name === undefined) return undefined
  const command = oneOfThem('command', name, ['list', 'resume'])
  if (more.length > 0 || (command === 'resume') !== (orderId !== '')) {
    throw new StartError(`${command} takes ${command === 'list' ? 'no order' : 'one order'}: see --help.`)
  }
  if (stuck && command === 'resume') throw new StartError('resume does not take --stuck: see --help.')
  return { command, orderId, stuck, json }
}

/** @throws StartError with the exit code 1 where there is no such order, or it could not be taken further */
export const runSagas = (
  tools: Pick<DrivingTools, 'pool' | 'resume'> & { readonly now: () => Date },
  args: SagasArguments,
  output: Output,
): Promise<void> => (args.command === 'list' ? list(tools, args, output) : resume(tools, args, output))

const list = async (
  { pool, now }: Pick<DrivingTools, 'pool'> & { readonly now: () => Date },
  { stuck, json }: SagasArguments,
  output: Output,
): Promise<void> => {
  const sagas: Saga[] = []
  const at = now()
  let cursor: string | undefined
  do {
    const page = await listSagas(pool, at, { limit: 100, cursor, ...(stuck && { state: 'stuck' }) })
    sagas.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  if (json) {
    for (const saga of sagas) await output.line(JSON.stringify(saga))
  } else if (sagas.length === 0) {
    await output.line(stuck ? 'No order is stuck.' : 'No order is under way.')
  } else {
    const rows = sagas.map(({ orderId, state, step, since, reason }) => [
      ...[orderId, state === 'stuck' ? 'stuck' : 'in flight', step, since, reason],
    ])
    await output.line(wideTable(['order', 'state', 'step', 'since', 'waits for'], rows, output.width))
  }
}

const resume = async (
  tools: Pick<DrivingTools, 'resume'>,
  { orderId, json }: SagasArguments,
  output: Output,
): Promise<void> => {
  const resumption = await tools.resume(orderId)
  if (resumption === undefined) throw new StartError(`There is no order ${orderId}.`, { exitCode: 1 })
  if (json) await output.line(JSON.stringify({ orderId, ...resumption }))
  else if (resumption.kind !== 'failed') await output.line(toldOf(orderId, resumption))
  if (resumption.kind === 'failed') {
    throw new StartError(`${toldOf(orderId, resumption)}.`, { exitCode: 1 })
  }
}

const toldOf = (orderId: string, resumption: Resumption): string => {
  const { status } = resumption
  switch (resumption.kind) {
    case 'moved':
      return `Order ${orderId} has moved: it is ${status} now`
    case 'waiting':
      return `Order ${orderId} only waits for somebody: it is ${status}`
    case 'failed':
      return `Order ${orderId} is ${status} and could not be taken further: ${resumption.reason.replace(/\.$/, '')}`
  }
}
