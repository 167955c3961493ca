import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { parseArgs } from 'node:util'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { credentials } from '@grpc/grpc-js'
import { startNode, stop } from './event-store-node.ts'
import { benchFolder } from './measure/bench-folder.ts'

/**
 * Memory of the embedded node with many events and many subscriptions, of which some stop reading while appends go on. It
 * prints the resident memory after each step. Linux only: it is read from /proc.
 */

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

interface Options {
  readonly events: number
  readonly subscriptions: number
  /** How many of them stop reading after their first event. */
  readonly stalled: number
}

const BATCH = 1000
/** Appended while all are subscribed: each of them is delivered to each reader. */
const LIVE_EVENTS = 1000
const LANES = 4
const STREAMS = 10_000
const BAR = 400

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '1000000' },
      subscriptions: { type: 'string', default: '1000' },
      stalled: { type: 'string', default: '200' },
    },
  })
  const options = {
    events: Number(values.events),
    subscriptions: Number(values.subscriptions),
    stalled: Number(values.stalled),
  }
  const folder = await benchFolder()
  const { port, child } = await startNode(folder, '--run-projections', 'none')
  try {
    await measure(port, child.pid ?? 0, options)
  } finally {
    await stop(child)
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(port: number, pid: number, options: Options): Promise<void> {
  let most = 0
  const report = (what: string): void => {
    const memory = residentOf(pid)
    most = Math.max(most, memory)
    say(`${what.padEnd(60)} ${memory.toFixed(0).padStart(5)} MiB`)
  }
  const watcher = setInterval(() => {
    most = Math.max(most, residentOf(pid))
  }, 250)
  const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`)
  report('empty')
  await append(client, options.events, report)
  const subscribers = await subscribe(port, options)
  report(`${options.subscriptions} subscriptions to $all, ${options.stalled} of them stopped reading`)
  await append(client, LIVE_EVENTS, report)
  const reading = subscribers.filter(({ stalled }) => !stalled)
  while (reading.some(({ taken }) => taken < LIVE_EVENTS))
    await new Promise((resolve) => setTimeout(resolve, 50))
  report(`${LIVE_EVENTS} more events, delivered to each of the others`)
  say(
    `events that the readers took: ${reading.reduce((sum, { taken }) => sum + taken, 0).toLocaleString('en')}`,
  )
  clearInterval(watcher)
  say(`most: ${most.toFixed(0)} MiB (bar: ${BAR} MiB)`)
  for (const { end } of subscribers) end()
  await client.dispose()
}

async function append(
  client: EventStoreDBClient,
  events: number,
  report: (what: string) => void,
): Promise<void> {
  let left = events
  let done = 0
  const lane = async (): Promise<void> => {
    while (left > 0) {
      const size = Math.min(BATCH, left)
      left -= size
      const stream = `bench-${Math.floor(Math.random() * STREAMS)}`
      await client.appendToStream(
        stream,
        Array.from({ length: size }, (_, n) => event(n)),
      )
      done += size
      if (done % 250_000 === 0) report(`${done.toLocaleString('en')} events appended`)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
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
  })

interface SubscriberState {
  readonly stalled: boolean
  taken: number
  readonly end: () => void
}

const PER_CONNECTION = 50

/** Subscriptions from the end, over connections of 50; those that stall begin at the start, and have all of it before them. */
async function subscribe(port: number, { subscriptions, stalled }: Options): Promise<SubscriberState[]> {
  const subscribers: SubscriberState[] = []
  let connection: streamsGrpc.StreamsClient | undefined
  for (let n = 0; n < subscriptions; n++) {
    if (n % PER_CONNECTION === 0)
      connection = new streamsGrpc.StreamsClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
        'grpc.use_local_subchannel_pool': 1,
      })
    const call = (connection ?? raise()).read(requestOf(n < stalled))
    const state = {
      stalled: n < stalled,
      taken: 0,
      end: () => {
        call.cancel()
      },
    }
    call.on('error', () => undefined)
    await new Promise<void>((resolve) => {
      call.on('data', (response: streamsPb.ReadResp) => {
        if (response.hasConfirmation()) resolve()
        if (!response.hasEvent()) return
        state.taken++
        if (state.stalled) call.pause()
      })
    })
    subscribers.push(state)
  }
  return subscribers
}

function requestOf(fromStart: boolean): streamsPb.ReadReq {
  const all = new streamsPb.ReadReq.Options.AllOptions()
  if (fromStart) all.setStart(new sharedPb.Empty())
  else all.setEnd(new sharedPb.Empty())
  return new streamsPb.ReadReq().setOptions(
    new streamsPb.ReadReq.Options()
      .setAll(all)
      .setSubscription(new streamsPb.ReadReq.Options.SubscriptionOptions())
      .setNoFilter(new sharedPb.Empty())
      .setUuidOption(new streamsPb.ReadReq.Options.UUIDOption().setString(new sharedPb.Empty())),
  )
}

function raise(): never {
  throw new Error('there is no connection')
}

/** MiB. */
function residentOf(pid: number): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}

await main()
