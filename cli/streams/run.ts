import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import { comparePositions } from '../../eventstore/position.ts'
import type { StoredRecord } from '../../eventstore/records.ts'
import { exportedRow, jsonLine } from '../../audit/export/rows.ts'
import { STREAM_PREFIXES } from '../../audit/kinds.ts'
import { StartError } from '../start/start-error.ts'
import { countIn, oneOfThem, parseTyped } from '../tools/arguments.ts'
import type { Output } from '../tools/output.ts'
import { twoLines, wideTable } from '../tools/wide-table.ts'

export const USAGE = `Usage: npm run streams -- COMMAND

  list [TEXT]   names of streams, those with TEXT in them; --limit N: so many at most (100)
  show STREAM   the events of a stream as they are stored; --from REVISION, --limit N

  --json        lines of JSON
  --help        show this text

It reads and never writes; personal data stays encrypted. What a stream comes to is shown by npm run replay.
It works on the event store at ESDB_URL, else on the embedded one of a shop that is running (npm start).`

export interface StreamsArguments {
  readonly command: 'list' | 'show'
  /** What names have to contain, or the name. */
  readonly text: string
  readonly limit: number
  readonly from: bigint
  readonly json: boolean
}

/** Undefined where help is asked for. @throws StartError for what can't be */
export const readArguments = (args: readonly string[]): StreamsArguments | undefined => {
  const { values, positionals } = parseTyped(args, {
    limit: { type: 'string', default: '100' },
    from: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  const [name, text = '', ...more] = positionals
  if (values.help || name === undefined) return undefined
  const command = oneOfThem('command', name, ['list', 'show'])
  if (more.length > 0 || (command === 'show' && text === '')) {
    throw new StartError(`${command} takes one ${command === 'show' ? 'stream' : 'text'}: see --help.`)
  }
  const limit = Number(countIn('--limit', values.limit))
  return { command, text, limit, from: countIn('--from', values.from), json: values.json }
}

type Store = Pick<ConnectedEventStore, 'readRecords' | 'subscribeToRecords' | 'headPosition'>

/** @throws StartError with the exit code 1 where there is no such stream */
export const runStreams = async (
  store: Store,
  args: StreamsArguments,
  output: Output,
  signal: AbortSignal,
): Promise<void> => {
  if (args.command === 'list') await list(store, args, output, signal)
  else await show(store, args, output)
}

const list = async (
  store: Store,
  { text, limit, json }: StreamsArguments,
  output: Output,
  signal: AbortSignal,
): Promise<void> => {
  let found = 0
  for await (const name of streamNames(store, signal)) {
    if (!name.includes(text)) continue
    if (found >= limit) {
      if (!json) await output.line(`… and more: --limit shows them`)
      return
    }
    found += 1
    await output.line(json ? JSON.stringify({ stream: name }) : name)
  }
  if (found === 0 && !json)
    await output.line(text === '' ? 'There are no streams.' : `No stream has "${text}" in its name.`)
}

/** The store's projection `$streams` lists them; where it is off, they are found by their first events. */
async function* streamNames(store: Store, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
  let isListed = false
  for await (const { data } of store.readRecords('$streams')) {
    isListed = true
    const link = data instanceof Uint8Array ? Buffer.from(data).toString('utf8') : String(data)
    const name = link.slice(link.indexOf('@') + 1)
    if (!name.startsWith('$')) yield name
  }
  const end = isListed ? undefined : await store.headPosition()
  if (end === undefined) return
  const subscription = { from: 'start', streamPrefixes: STREAM_PREFIXES, signal, reveal: false } as const
  for await (const item of store.subscribeToRecords(subscription)) {
    if (item.kind === 'caught_up') continue
    if (item.kind === 'record' && item.event.revision === 0n) yield item.event.stream
    if (comparePositions(item.kind === 'record' ? item.event.position : item.position, end) >= 0) return
  }
}

const show = async (
  store: Store,
  { text, from, limit, json }: StreamsArguments,
  output: Output,
): Promise<void> => {
  const records: StoredRecord[] = []
  let isThereMore = false
  for await (const record of store.readRecords(text, { from })) {
    if (records.length >= limit) {
      isThereMore = true
      break
    }
    records.push(record)
  }
  if (records.length === 0) {
    const where = from === 0n ? '' : ` from revision ${from} on`
    throw new StartError(`There is no event in ${text}${where}.`, { exitCode: 1 })
  }
  if (json) {
    for (const record of records) await output.line(jsonLine(exportedRow(record)))
    return
  }
  const rows = records.map(({ revision, created, type, data }) => [
    ...[String(revision), twoLines(created), type],
    dataText(data),
  ])
  await output.line(wideTable(['#', 'time (UTC)', 'event', 'data'], rows, output.width))
  if (isThereMore) await output.line(`… and more: --from ${from + BigInt(records.length)} shows them`)
}

/** A line for each field. */
const dataText = (data: unknown): string =>
  typeof data === 'object' && data !== null && !Array.isArray(data)
    ? Object.entries(data)
        .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join('\n')
    : JSON.stringify(data)
