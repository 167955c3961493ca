import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import { parseArgs } from 'node:util'
import {
  END,
  EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  ROUND_ROBIN,
  START,
  type AppendResult,
  type Position,
} from '@eventstore/db-client'
import { startNode, stop } from './event-store-node.ts'
import { benchFolder } from './measure/bench-folder.ts'
import { resultText, type Figure as MeasuredFigure } from './measure/result.ts'

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

/** How many times as fast the node has to be. */
const BARS: Readonly<Record<string, number>> = {
  'appends one at a time': 1.5,
  'appends 64 at a time': 1.5,
  'events in batches of 1000': 1,
  'events in batches of 1000, 4 at a time': 1,
  'events read from $all': 2,
  'events read from a stream': 1,
}

interface Figure {
  /** Things a second. */
  readonly rate: number
  /** Milliseconds of CPU that the server took for 1,000 of them; undefined where nobody can tell. */
  readonly cpu: number | undefined
}

type Figures = Readonly<Record<string, Figure>>

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

/** How many things were done, `things` at a time, `lanes` times at once, in some seconds. */
async function repeat(
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
  return done
}

async function count(events: AsyncIterable<unknown>): Promise<number> {
  let found = 0
  for await (const each of events) if (each !== undefined) found++
  return found
}

/** Appends while a subscriber takes each event, and how many it took. */
async function deliver(subscriber: Subscriber, append: () => Promise<number>): Promise<number> {
  let seen = 0
  let expected = Infinity
  return new Promise((resolve, reject) => {
    const check = (): void => {
      if (seen >= expected) resolve(expected)
    }
    subscriber.on('error', reject)
    subscriber.on('data', () => {
      seen++
      check()
    })
    subscriber.on('confirmation', () => {
      append().then((appended) => {
        expected = appended
        check()
      }, reject)
    })
  })
}

interface Subscriber {
  on(event: 'data' | 'confirmation', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** Where the first event of a stream lies in `$all`. */
async function positionOf(client: EventStoreDBClient, stream: string): Promise<Position | typeof START> {
  // to its end: the client does not let go of a read that is left early
  let position: Position | typeof START = START
  for await (const { event: first } of client.readStream(stream, { maxCount: 1 }))
    position = first?.position ?? START
  return position
}

/**
 * Takes each figure, in the order of the table.
 * @param cpu gives the milliseconds of CPU that the server has used
 */
async function measure(
  client: EventStoreDBClient,
  { seconds, batches }: Options,
  cpu: () => number | undefined,
): Promise<Figures> {
  const run = randomUUID().slice(0, 8)
  const events = batch(1000)
  const small = (): Promise<AppendResult> => client.appendToStream(`bench-${run}-${randomUUID()}`, event(1))
  // ids are new each time: known ones would be answered without being written
  const large = (stream: string) => (): Promise<AppendResult> =>
    client.appendToStream(
      stream,
      events.map((each) => ({ ...each, id: randomUUID() })),
    )
  const figures: Record<string, Figure> = {}
  const take = async (what: string, act: () => Promise<number>): Promise<void> => {
    const [cpuBefore, start] = [cpu(), performance.now()]
    const done = await act()
    const rate = (done * 1000) / (performance.now() - start)
    const cpuAfter = cpu()
    const used = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore
    figures[what] = { rate, cpu: used === undefined ? undefined : (used * 1000) / done }
  }

  await repeat(0.5, 16, 1, small)
  await take('appends one at a time', () => repeat(seconds, 1, 1, small))
  await take('appends 64 at a time', () => repeat(seconds, 64, 1, small))
  const stream = `bench-${run}-batches`
  await take('events in batches of 1000', () => repeat(seconds, 1, 1000, large(stream)))
  await take('events in batches of 1000, 4 at a time', () => repeat(seconds, 4, 1000, large(stream)))
  const maxCount = batches * 1000
  const fromPosition = await positionOf(client, stream)
  await take('events read from $all', () => count(client.readAll({ fromPosition, maxCount })))
  await take('events read from a stream', () => count(client.readStream(stream, { maxCount })))

  const filter = eventTypeFilter({ prefixes: ['OrderPlaced'] })
  const appends = (): Promise<number> => repeat(seconds, 32, 1, small)
  const catchUp = client.subscribeToAll({ fromPosition: END, filter })
  await take('appends with a subscription to them', () => deliver(catchUp, appends))
  await catchUp.unsubscribe()
  const settings = persistentSubscriptionToAllSettingsFromDefaults({
    startFrom: END,
    consumerStrategyName: ROUND_ROBIN,
  })
  await client.createPersistentSubscriptionToAll(`bench-${run}`, settings, { filter })
  const workers = client.subscribeToPersistentSubscriptionToAll(`bench-${run}`, { bufferSize: 64 })
  workers.on('data', (resolved) => void workers.ack(resolved))
  await take('appends with a persistent subscription', () => deliver(workers, appends))
  await workers.unsubscribe()
  await client.deletePersistentSubscriptionToAll(`bench-${run}`)
  return figures
}

/** Milliseconds of CPU of a process, where the system says so in the way of Linux. */
function cpuOf(pid: number | undefined): number | undefined {
  const file = `/proc/${pid ?? 0}/stat`
  if (!fs.existsSync(file)) return undefined
  const stat = fs.readFileSync(file, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // user and system time, in ticks of which there are 100 a second
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function measureEmbedded(options: Options): Promise<Figures> {
  const folder = await benchFolder()
  const { port, child } = await startNode(folder)
  try {
    return await measureAt(`esdb://127.0.0.1:${port}?tls=false`, options, () => cpuOf(child.pid))
  } finally {
    await stop(child)
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function measureAt(
  url: string,
  options: Options,
  cpu: () => number | undefined = () => undefined,
): Promise<Figures> {
  const client = EventStoreDBClient.connectionString(url)
  try {
    return await measure(client, options, cpu)
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

function table(embedded: Figures, server: Figures | undefined): void {
  const columns = [
    'per second',
    'embedded',
    server === undefined ? 'EventStoreDB 23.10.6 *' : 'ESDB_URL',
    'ratio',
    'ms CPU per 1,000',
  ]
  const rows = Object.entries(embedded).map(([what, { rate, cpu }]) => {
    const other = server === undefined ? REFERENCE[what] : server[what]?.rate
    return [
      what,
      rate.toFixed(0),
      other?.toFixed(0) ?? '',
      other === undefined ? '' : `${(rate / other).toFixed(2)} ×`,
      cpu?.toFixed(1) ?? '',
    ]
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
  say('CPU of the embedded node; the client, in a process of its own, shares the cores with it.')
}

/** Each rate, and how many times as fast as the server it is compared with. */
function ratios(embedded: Figures, server: Figures | undefined): MeasuredFigure[] {
  return Object.entries(embedded).flatMap(([what, { rate }]) => {
    const other = server === undefined ? REFERENCE[what] : server[what]?.rate
    const bar = BARS[what]
    return [
      { name: what, value: rate, unit: '/s' },
      ...(other === undefined
        ? []
        : [
            {
              ...{ name: `  ${what} ÷ EventStoreDB`, value: rate / other, unit: '×' },
              ...(bar !== undefined && { bar: { atLeast: bar } }),
              note: `${other.toLocaleString('en', { maximumFractionDigits: 0 })}/s`,
            },
          ]),
    ]
  })
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '3' },
      batches: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
    },
  })
  const options = { seconds: Number(values.seconds), batches: Number(values.batches) }
  const url = process.env['ESDB_URL']
  const server = url === undefined ? undefined : await measureAt(url, options)
  const embedded = await measureEmbedded(options)
  if (values.json) {
    say(
      resultText(
        { title: 'The embedded node against EventStoreDB', figures: ratios(embedded, server) },
        true,
      ),
    )
    return
  }
  say(describeRun())
  table(embedded, server)
}

await main()
