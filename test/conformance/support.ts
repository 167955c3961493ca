import { randomUUID } from 'node:crypto'
import {
  EventStoreDBClient,
  jsonEvent,
  type JSONEventType,
  type StreamSubscription,
} from '@eventstore/db-client'
import { startEventStore, type TestServer } from '../support/servers.ts'

/** What every test here has: a client of the server that `startEventStore` gives, this node or any other. */
export interface Store {
  readonly client: EventStoreDBClient
  /** The same server, through a client that answers a wrong expected version instead of throwing it. */
  readonly lenient: EventStoreDBClient
}

/** Connects before the tests of a `describe` and lets go after them. */
export function useStore(): Store {
  let server: TestServer
  let client: EventStoreDBClient
  let lenient: EventStoreDBClient
  before(async function () {
    this.timeout(60_000)
    server = await startEventStore()
    client = EventStoreDBClient.connectionString(server.url)
    const separator = server.url.includes('?') ? '&' : '?'
    lenient = EventStoreDBClient.connectionString(`${server.url}${separator}throwOnAppendFailure=false`)
  })
  after(async () => {
    await client.dispose()
    await lenient.dispose()
    await server.stop()
  })
  return {
    get client() {
      return client
    },
    get lenient() {
      return lenient
    },
  }
}

/** A stream name that no other test has used, also on a server that is there for longer. */
export const freshName = (prefix = 'conformance'): string => `${prefix}-${randomUUID()}`

export type TestEvent = JSONEventType<'Tested', { n: number }>

export const event = (n: number, id: string = randomUUID()): ReturnType<typeof jsonEvent<TestEvent>> =>
  jsonEvent<TestEvent>({ id, type: 'Tested', data: { n } })

export const events = (count: number, from = 0): ReturnType<typeof event>[] =>
  Array.from({ length: count }, (_, at) => event(from + at))

/** The typed error that a call fails with; fails itself where the call succeeds. */
export async function failureOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  let result: unknown
  try {
    result = await call
  } catch (error) {
    if (error instanceof Error) return Object.fromEntries(Object.entries(error))
    throw error
  }
  throw new Error(`it succeeded: ${String(result)}`)
}

/** All that a read gives, in order. */
export async function all<T>(read: AsyncIterable<T>): Promise<T[]> {
  const results: T[] = []
  for await (const result of read) results.push(result)
  return results
}

/** `revision@stream` of what a read gives. */
export async function places(
  read: AsyncIterable<{ event?: { revision: bigint; streamId: string } | undefined }>,
): Promise<string[]> {
  return (await all(read)).map(({ event: each }) => `${String(each?.revision)}@${each?.streamId ?? ''}`)
}

/** Revisions that a read of one stream gives. */
export async function revisions(
  read: AsyncIterable<{ event?: { revision: bigint } | undefined }>,
): Promise<number[]> {
  return (await all(read)).map(({ event: each }) => Number(each?.revision ?? -1n))
}

/** What a subscriber sees, in order, and the way to wait for it. */
export interface Seen {
  readonly things: readonly string[]
  /** Resolves when `thing` was seen, at least `times` times. */
  until(thing: string, times?: number): Promise<void>
}

interface Emitter {
  on(event: 'confirmation' | 'caughtUp' | 'end', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** Writes down confirmation, `caughtUp` and errors of a subscription; its user adds the events by `see`. */
export function watch(subscription: Emitter): Seen & { see(thing: string): void } {
  const things: string[] = []
  const waiting = new Set<() => void>()
  const see = (thing: string): void => {
    things.push(thing)
    for (const check of waiting) check()
  }
  subscription.on('confirmation', () => {
    see('confirmation')
  })
  subscription.on('caughtUp', () => {
    see('caughtUp')
  })
  subscription.on('error', (error) => {
    see(`error ${'type' in error ? String(error.type) : error.message}`)
  })
  return {
    things,
    see,
    until: (thing, times = 1) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (things.filter((each) => each === thing).length < times) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
  }
}

/** Watches a subscription to one stream: its events are seen as their revisions. */
export function watchStream(subscription: StreamSubscription): Seen {
  const seen = watch(subscription)
  subscription.on('data', ({ event: each, link }) => {
    seen.see(String((link ?? each)?.revision))
  })
  return seen
}
