import { execFileSync, fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { EventStoreDBClient, jsonEvent, START, type AppendResult, type Position } from '@eventstore/db-client'

/**
 * How fast an event store answers the official client: the embedded node, in a process of its own with its data on disk,
 * and the one at `ESDB_URL` where that is set, side by side.
 */

/** What EventStoreDB 23.10.6 did, driven the same way, on a quiet machine with two cores. */
const REFERENCE: Readonly<Record<string, number>> = {
  'appends one at a time': 198,
  'appends 64 at a time': 2196,
  'events in batches of 1000': 13_434,
  'events in batches of 1000, 4 at a time': 24_088,
  'events read from $all': 9668,
  'events read from a stream': 24_902,
}

interface Options {
  /** Seconds that each append measurement lasts. */
  readonly seconds: number
  readonly batches: number
}

const event = (n: number) =>
  jsonEvent({
    type: 'OrderPlaced',
    data: {
      orderId: randomUUID(),
      customerId: 'c-1',
      items: [{ sku: `sku-${n % 50}`, quantity: 2 }],
      total: n,
    },
    metadata: { $correlationId: 'bench', schemaVersion: 1 },
  })

const batch = (size: number) => Array.from({ length: size }, (_, n) => event(n))

/** Things done in a second, where `act` does `things` at a time, `lanes` times at once, for some seconds. */
async function rate(
  seconds: number,
  lanes: number,
  things: number,
  act: () => Promise<AppendResult>,
): Promise<number> {
  const start = performance.now()
  let done = 0
  const lane = async (): Promise<void> => {
    while (performance.now() - start < seconds * 1000) {
      await act()
      done += things
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return (done * 1000) / (performance.now() - start)
}

async function readRate(events: AsyncIterable<unknown>): Promise<number> {
  const start = performance.now()
  let count = 0
  for await (const each of events) if (each !== undefined) count++
  return (count * 1000) / (performance.now() - start)
}

/** Where the first event of a stream lies in `$all`. */
async function positionOf(client: EventStoreDBClient, stream: string): Promise<Position | typeof START> {
  for await (const { event: first } of client.readStream(stream, { maxCount: 1 })) {
    if (first?.position !== undefined) return first.position
  }
  return START
}

/** Takes each figure, in the order of the table. */
async function measure(
  client: EventStoreDBClient,
  { seconds, batches }: Options,
): Promise<Record<string, number>> {
  const run = randomUUID().slice(0, 8)
  const events = batch(1000)
  const small = (): Promise<AppendResult> => client.appendToStream(`bench-${run}-${randomUUID()}`, event(1))
  // ids are new each time: known ones would be answered without being written
  const large = (stream: string) => (): Promise<AppendResult> =>
    client.appendToStream(
      stream,
      events.map((each) => ({ ...each, id: randomUUID() })),
    )
  await rate(0.5, 16, 1, small)
  const figures: Record<string, number> = {}
  figures['appends one at a time'] = await rate(seconds, 1, 1, small)
  figures['appends 64 at a time'] = await rate(seconds, 64, 1, small)
  const stream = `bench-${run}-batches`
  figures['events in batches of 1000'] = await rate(seconds, 1, 1000, large(stream))
  figures['events in batches of 1000, 4 at a time'] = await rate(seconds, 4, 1000, large(stream))
  const count = batches * 1000
  figures['events read from $all'] = await readRate(
    client.readAll({ fromPosition: await positionOf(client, stream), maxCount: count }),
  )
  figures['events read from a stream'] = await readRate(client.readStream(stream, { maxCount: count }))
  return figures
}

/** Starts the embedded node on an empty folder. */
async function startNode(folder: string): Promise<{ url: string; child: ChildProcess }> {
  const child = fork(
    new URL('../cli/eventstore-node.ts', import.meta.url),
    ['--port', '0', '--data', folder],
    {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  )
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => {
      reject(new Error('the node did not start'))
    })
    child.once('message', (message: { port: number }) => {
      resolve(message.port)
    })
  })
  return { url: `esdb://127.0.0.1:${port}?tls=false`, child }
}

async function measureEmbedded(options: Options): Promise<Record<string, number>> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-eventstore-'))
  const { url, child } = await startNode(folder)
  try {
    return await measureAt(url, options)
  } finally {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function measureAt(url: string, options: Options): Promise<Record<string, number>> {
  const client = EventStoreDBClient.connectionString(url)
  try {
    return await measure(client, options)
  } finally {
    await client.dispose()
  }
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

function describeRun(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const [cpu] = os.cpus()
  return `${new Date().toISOString()}, commit ${commit}, Node ${process.version}, ${os.cpus().length} × ${cpu?.model ?? '?'}`
}

function table(embedded: Record<string, number>, server: Record<string, number> | undefined): void {
  const columns = [
    'per second',
    'embedded',
    server === undefined ? 'EventStoreDB 23.10.6 *' : 'ESDB_URL',
    'ratio',
  ]
  const rows = Object.entries(embedded).map(([what, figure]) => {
    const other = server === undefined ? (REFERENCE[what] ?? 0) : (server[what] ?? 0)
    return [what, figure.toFixed(0), other.toFixed(0), `${(figure / other).toFixed(2)} ×`]
  })
  const widths = columns.map((_, at) => Math.max(...[columns, ...rows].map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
  say(line(columns))
  for (const row of rows) say(line(row))
  if (server === undefined)
    say('* measured once, on a quiet machine with two cores; set ESDB_URL to measure one beside the node')
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '3' }, batches: { type: 'string', default: '30' } },
  })
  const options = { seconds: Number(values.seconds), batches: Number(values.batches) }
  say(describeRun())
  const url = process.env['ESDB_URL']
  const server = url === undefined ? undefined : await measureAt(url, options)
  table(await measureEmbedded(options), server)
}

await main()
