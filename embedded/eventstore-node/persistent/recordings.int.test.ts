import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  PINNED,
  ROUND_ROBIN,
  START,
  streamNameFilter,
  type PersistentSubscriptionBase,
  type PersistentSubscriptionToStream,
  type ResolvedEvent,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { startNode, type EventStoreNode } from '../index.ts'
import { eventually } from './testing/eventually.ts'
import {
  loadRecording,
  recordedFailures,
  recordedIds,
  recordedResponses,
  recordResponses,
  steady,
  type Recording,
  type ResponseRecorder,
} from './testing/recording.ts'

type Answer = 'ack' | 'park' | 'retry' | 'skip' | 'none'

interface Failure extends Error {
  readonly type: string
  readonly code: number
  readonly streamName: string
  readonly groupName: string
  readonly _raw: { readonly details: string; readonly metadata: { getMap(): Record<string, unknown> } }
}

const isFailure = (error: unknown): error is Failure => error instanceof Error && '_raw' in error

const recordedEvent = (event: ResolvedEvent['event'] | undefined) => {
  if (event === undefined) return undefined
  const { type, streamId, revision, data, metadata, isJson, id } = event
  return type === '$>'
    ? { type, streamId, revision, data, metadata }
    : { id, type, streamId, revision, data, isJson }
}

const shown = ({ event, link, commitPosition }: ResolvedEvent) => ({
  event: recordedEvent(event),
  link: recordedEvent(link),
  commitPosition: commitPosition !== undefined,
})

describe('persistent subscriptions against recordings of a real server', () => {
  let node: EventStoreNode
  let client: EventStoreDBClient
  let recorder: ResponseRecorder
  let recording: Recording
  let ids: Set<string>
  let failures: unknown[]

  beforeEach(async () => {
    node = await startNode({ inMemory: true })
    client = EventStoreDBClient.connectionString(node.connectionString)
    recorder = recordResponses()
    failures = []
  })

  afterEach(async () => {
    recorder.stop()
    await client.dispose()
    await node.close()
  })

  const load = (name: string): void => {
    recording = loadRecording(name)
    ids = new Set(recordedIds(recording).values())
  }

  const failed = (error: unknown): Failure => {
    if (!isFailure(error)) throw new Error(`not an error of a command: ${String(error)}`)
    const trailers = error._raw.metadata.getMap()
    failures.push({
      code: error.code,
      details: error._raw.details,
      trailers: [trailers['exception'], trailers['stream-name'], trailers['group-name']],
    })
    return error
  }

  /** What the client made of a call, as the recordings write it down. */
  const outcome = async (call: Promise<unknown>): Promise<unknown> => {
    try {
      const ok = await call
      return ok === undefined ? {} : { ok }
    } catch (error) {
      const { constructor, type, message, code, streamName, groupName } = failed(error)
      return { error: { name: constructor.name, type, message, code, streamName, groupName } }
    }
  }

  const same = (what: string, actual: unknown): void => {
    const step = recording.steps.find((each) => each.what === what)
    expect(steady(actual, ids), what).to.deep.equal(steady(step?.client, ids))
  }

  const sameResponses = (method: string, known: ReadonlySet<string>): void => {
    const actual = recorder.responses.filter((each) => each.method === method).map(({ message }) => message)
    expect(steady(actual, known), method).to.deep.equal(steady(recordedResponses(recording, method), known))
  }

  /** The event that the recording appends as number `n`, with its id, so that all later ids can be compared. */
  const numbered = (type: string, n: number, metadata?: Record<string, unknown>) => {
    const id = recordedIds(recording).get(n)
    if (id === undefined) throw new Error(`the recording appends no event ${n}`)
    return jsonEvent({ id, type, data: { n }, ...(metadata === undefined ? {} : { metadata }) })
  }

  /** Writes down what a subscriber sees, and answers each event. */
  const watch = <E extends ResolvedEvent & { retryCount: number }>(
    subscription: PersistentSubscriptionBase<E>,
    answer: (n: number, retryCount: number) => Answer,
    name: (event: NonNullable<ResolvedEvent['event']>) => string = () => '',
  ): string[] => {
    const seen: string[] = []
    const reasons = { park: 'parked by test', retry: 'again', skip: 'skip' }
    subscription.on('confirmation', () => seen.push('confirmation'))
    subscription.on('error', (error: unknown) => seen.push(`error ${failed(error).type}`))
    subscription.on('data', (resolved: E) => {
      const { event, retryCount } = resolved
      if (event === undefined) throw new Error('an event that cannot be resolved')
      const { n } = event.data as unknown as { n: number }
      seen.push(`${name(event)}${n} retry ${retryCount}`)
      const action = answer(n, retryCount)
      if (action === 'ack') void subscription.ack(resolved)
      else if (action !== 'none') void subscription.nack(action, reasons[action], resolved)
    })
    return seen
  }

  const refusalOf = async (subscription: PersistentSubscriptionToStream): Promise<unknown> => {
    const error = failed(await new Promise((resolve) => subscription.once('error', resolve)))
    const { type, code, streamName, groupName } = error
    return { ok: { type, code, streamName, groupName } }
  }

  const read = async (stream: string, options: object): Promise<unknown> => {
    const events = []
    for await (const resolved of client.readStream(stream, options)) events.push(shown(resolved))
    return { ok: events }
  }

  it('to a stream', async () => {
    load('persistent-subscription-to-a-stream')
    const settings = persistentSubscriptionToStreamSettingsFromDefaults
    const [stream, group] = ['t-ps', 'g']
    await client.appendToStream(
      stream,
      [0, 1, 2, 3, 4, 5].map((n) => numbered('P', n)),
    )
    same(
      'subscribe to a group that does not exist',
      await refusalOf(client.subscribeToPersistentSubscriptionToStream(stream, 'nope')),
    )
    const first = settings({
      startFrom: START,
      maxRetryCount: 2,
      messageTimeout: 3000,
      checkPointAfter: 200,
      checkPointLowerBound: 1,
      checkPointUpperBound: 5,
      maxSubscriberCount: 1,
      consumerStrategyName: ROUND_ROBIN,
    })
    same('create', await outcome(client.createPersistentSubscriptionToStream(stream, group, first)))
    same(
      'create again',
      await outcome(client.createPersistentSubscriptionToStream(stream, group, settings())),
    )

    const subscription = client.subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize: 10 })
    const answers: Record<number, Answer> = { 0: 'ack', 1: 'park', 2: 'retry', 3: 'skip', 5: 'ack' }
    const seen = watch(subscription, (n, retryCount) => answers[n] ?? (retryCount === 0 ? 'none' : 'ack'))
    const parked = (): number => node.log.state('$persistentsubscription-t-ps::g-parked').lastRevision + 1
    await eventually(() => seen.length === 10 && parked() === 2)
    same('deliveries: 1 parked, 2 retried until it is parked, 3 skipped, 4 timed out once', { ok: [...seen] })
    same(
      'second subscriber beyond maxSubscriberCount',
      await refusalOf(client.subscribeToPersistentSubscriptionToStream(stream, group)),
    )
    same('info', await outcome(client.getPersistentSubscriptionToStreamInfo(stream, group)))
    same('parked stream', await read('$persistentsubscription-t-ps::g-parked', { resolveLinkTos: true }))

    seen.length = 0
    same(
      'replay parked, stopAt 1',
      await outcome(client.replayParkedMessagesToStream(stream, group, { stopAt: 1 })),
    )
    await eventually(() => seen.length === 1 && parked() === 3)
    same('deliveries after replay of one', { ok: [...seen] })
    seen.length = 0
    same('replay parked, all', await outcome(client.replayParkedMessagesToStream(stream, group)))
    await eventually(() => seen.length === 4 && parked() === 5)
    same('deliveries after replay of all', { ok: [...seen] })

    await eventually(
      () =>
        node.log.readBackwards('$persistentsubscription-t-ps::g-checkpoint', 99, 1)[0]?.data.toString() ===
        '"5"',
    )
    const last = { direction: BACKWARDS, fromRevision: END, maxCount: 1 }
    same('checkpoint stream', await read('$persistentsubscription-t-ps::g-checkpoint', last))

    const second = settings({ maxRetryCount: 5 })
    same(
      'update while connected',
      await outcome(client.updatePersistentSubscriptionToStream(stream, group, second)),
    )
    await eventually(() => seen.length === 5)
    same('what the subscriber saw at the update', { ok: seen })
    same('list for the stream', await outcome(client.listPersistentSubscriptionsToStream(stream)))
    same('delete', await outcome(client.deletePersistentSubscriptionToStream(stream, group)))
    same('delete again', await outcome(client.deletePersistentSubscriptionToStream(stream, group)))
    same(
      'update a missing one',
      await outcome(client.updatePersistentSubscriptionToStream(stream, group, settings())),
    )
    same('info of a missing one', await outcome(client.getPersistentSubscriptionToStreamInfo(stream, group)))
    same('replay parked of a missing one', await outcome(client.replayParkedMessagesToStream(stream, group)))
    same('config stream', await read('$persistentSubscriptionConfig', last))

    for (const method of ['Read', 'GetInfo', 'List']) sameResponses(method, ids)
    expect(failures).to.deep.equal(recordedFailures(recording))
  })

  it('to $all with a filter', async () => {
    load('persistent-subscription-to-all-with-a-filter')
    const settings = persistentSubscriptionToAllSettingsFromDefaults({
      startFrom: START,
      consumerStrategyName: PINNED,
    })
    const filter = streamNameFilter({ prefixes: ['t-pa-'] })
    // the recorded server had a log already, enough of it for a checkpoint
    await client.appendToStream(
      'elsewhere',
      Array.from({ length: 10 }, (_, n) => jsonEvent({ type: 'Q', data: { n } })),
    )
    same('create', await outcome(client.createPersistentSubscriptionToAll('ga', settings, { filter })))
    await client.appendToStream('t-pa-1', [
      numbered('Q', 0, { $correlationId: 'k1' }),
      numbered('Q', 1, { $correlationId: 'k2' }),
    ])
    const subscription = client.subscribeToPersistentSubscriptionToAll('ga')
    const seen = watch(
      subscription,
      () => 'ack',
      ({ streamId }) => `${streamId} `,
    )
    await eventually(() => seen.length === 3)
    seen.shift()
    await eventually(() => node.log.state('$persistentsubscription-$all::ga-checkpoint').status === 'live')
    await client.appendToStream('t-pa-2', [numbered('Q', 2)])
    await eventually(() => seen.length === 3)
    same('deliveries', { ok: [...seen] })
    same('info', await outcome(client.getPersistentSubscriptionToAllInfo('ga')))
    same('list to all', await outcome(client.listPersistentSubscriptionsToAll()))
    same('delete while connected', await outcome(client.deletePersistentSubscriptionToAll('ga')))
    await eventually(() => seen.length === 4)
    same('what the subscriber saw', { ok: seen })
    for (const method of ['Read', 'GetInfo', 'List']) sameResponses(method, ids)
    expect(failures).to.deep.equal(recordedFailures(recording))
  })
})
