import { setImmediate } from 'node:timers/promises'
import { BACKWARDS, END, EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { startNode, type EventStoreNode } from '../index.ts'
import { eventually } from '../persistent/testing/eventually.ts'
import { fieldsOf, listOf, loadTrace } from '../testing/trace.ts'
import { SYSTEM_PROJECTION_NAMES } from './definitions.ts'
import { NO_USER_PROJECTIONS } from './service.ts'

const PLACES = new Set(['$c', '$p', 'position', 'lastCheckpoint'])
/** That server had other streams before. */
const OF_THE_SERVER = new Set(['eventsProcessedAfterRestart', 'coreProcessingTime', '$v', '$eventTimestamp'])
const TIMED = new Set(['created', 'commitPosition'])

/** As the recordings write values down, with a star for what differs from run to run. */
function steady(value: unknown, known: ReadonlySet<string>, key = ''): unknown {
  if (OF_THE_SERVER.has(key) || TIMED.has(key) || (PLACES.has(key) && !String(value).endsWith('-1')))
    return '*'
  if (key === 'id') return known.has(String(value)) ? value : '*'
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return `base64:${Buffer.from(value).toString('base64')}`
  if (Array.isArray(value)) return value.map((item) => steady(item, known))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, steady(field, known, name)]),
  )
}

/** The recordings have fewer fields of a link that was followed, and no name of the stream's event. */
function shown(resolved: { event?: object | undefined; link?: object | undefined }): unknown {
  const pick = (event: object | undefined, names: readonly string[]) =>
    event && Object.fromEntries(names.map((name) => [name, fieldsOf(event)[name]]))
  const names = ['id', 'type', 'streamId', 'revision', 'data', 'metadata', 'isJson']
  return {
    event: pick(resolved.event, names),
    link: pick(resolved.link, ['type', 'streamId', 'revision', 'data', 'metadata']),
    commitPosition: true,
  }
}

describe('System projections, as EventStoreDB 23.10.6 runs them', () => {
  const recorded = new Map(
    listOf(fieldsOf(loadTrace('system-projections'))['steps']).map((step) => [
      String(fieldsOf(step)['what']),
      fieldsOf(step)['client'],
    ]),
  )
  const ids = ['28a87284-b4c4-57ad-a53f-cab16d9a1bd1', '1fa03561-197e-51e0-a2b1-d1058bb066a9']
  const known = new Set(ids)
  let node: EventStoreNode
  let client: EventStoreDBClient

  const expectRecorded = (what: string, answer: unknown): void => {
    expect(steady(answer, known), what).to.deep.equal(steady(fieldsOf(recorded.get(what))['ok'], known))
  }

  async function read(stream: string, options: Parameters<typeof client.readStream>[1]): Promise<unknown[]> {
    const found: unknown[] = []
    for await (const resolved of client.readStream(stream, options)) found.push(shown(resolved))
    return found
  }

  before(async () => {
    node = await startNode({ inMemory: true, startProjections: SYSTEM_PROJECTION_NAMES })
    client = EventStoreDBClient.connectionString(node.connectionString)
    await client.appendToStream('sp-1', [
      jsonEvent({
        id: ids[0] ?? '',
        type: 'SPA',
        data: { n: 0 },
        metadata: { $correlationId: 'sp-corr', $causationId: 'x' },
      }),
      jsonEvent({ id: ids[1] ?? '', type: 'SPB', data: { n: 1 } }),
    ])
    await eventually(
      () => node.log.state('$ce-sp').lastRevision === 1 && node.log.state('$et-SPB').lastRevision === 0,
    )
  })
  after(async () => {
    await client.dispose()
    await node.close()
  })

  it('links are the same, byte by byte but for places and times', async () => {
    for (const stream of ['$ce-sp', '$et-SPA', '$bc-sp-corr', '$category-sp'])
      expectRecorded(`read ${stream}`, await read(stream, {}))
    expectRecorded('read $ce-sp resolved', await read('$ce-sp', { resolveLinkTos: true }))
    const [last] = await read('$streams', { direction: BACKWARDS, fromRevision: END, maxCount: 1 })
    expect(fieldsOf(fieldsOf(last)['event'])['data']).to.deep.equal(Buffer.from('0@sp-1'))
  })

  it('statistics are the same', async () => {
    // it takes them a moment to see the end of the log
    while ((await client.listProjections()).some(({ progress }) => progress < 100)) await setImmediate()
    expectRecorded('list projections', await client.listProjections())
    expectRecorded('status of $by_category', await client.getProjectionStatus('$by_category'))
  })

  it('commands are answered in the same way', async () => {
    await client.disableProjection('$by_category')
    expect(await client.getProjectionStatus('$by_category')).to.include({ status: 'Stopped', version: 2n })
    await client.enableProjection('$by_category')
    expect(await client.getProjectionStatus('$by_category')).to.include({
      projectionStatus: 'Running',
      version: 3n,
      eventsProcessedAfterRestart: 0n,
    })
    await client.abortProjection('$streams')
    expect(await client.getProjectionStatus('$streams')).to.include({
      projectionStatus: 'Aborted',
      processingStatus: 'Stopped',
    })
    await client.resetProjection('$streams')
    await client.enableProjection('$streams')
    await client.restartSubsystem()
    expect(await client.getProjectionState('$streams')).to.deep.equal({})
    expect(await client.getProjectionResult('$streams')).to.deep.equal({})
  })

  it('what cannot be done fails in the same way', async () => {
    const failure = async (call: Promise<unknown>): Promise<unknown> => {
      const error: unknown = await call.catch((reason: unknown) => reason)
      const { type, code } = fieldsOf(error)
      return error instanceof Error
        ? {
            name: error.name === 'Error' ? error.constructor.name : error.name,
            type,
            message: error.message,
            code,
          }
        : 'it succeeded'
    }
    expect(await failure(client.disableProjection('nope'))).to.deep.equal(
      fieldsOf(recorded.get('disable a missing one'))['error'],
    )
    const unknown = (message: string, code = 2) => ({
      ...fieldsOf(fieldsOf(recorded.get('disable a missing one'))['error']),
      message,
      code,
    })
    expect(await failure(client.getProjectionStatus('nope'))).to.deep.equal(
      unknown('2 UNKNOWN: Envelope callback expected Statistics, received NotFound instead'),
    )
    expect(await failure(client.getProjectionState('nope'))).to.deep.equal(
      unknown('2 UNKNOWN: Envelope callback expected ProjectionState, received NotFound instead'),
    )
    expect(await failure(client.deleteProjection('$streams'))).to.deep.equal(
      unknown('2 UNKNOWN: Envelope callback expected Updated, received OperationFailed instead'),
    )
    expect(await failure(client.updateProjection('nope', 'fromAll()'))).to.deep.equal(
      fieldsOf(recorded.get('disable a missing one'))['error'],
    )
    for (const call of [
      client.createProjection('mine', 'fromAll()'),
      client.updateProjection('$streams', 'fromAll()'),
    ])
      expect(await failure(call)).to.deep.equal(unknown(`12 UNIMPLEMENTED: ${NO_USER_PROJECTIONS}`, 12))
  })

  it('are unknown to a node that runs without them', async () => {
    const without = await startNode({ inMemory: true, runProjections: 'none' })
    const user = EventStoreDBClient.connectionString(without.connectionString)
    const error: unknown = await user.listProjections().catch((reason: unknown) => reason)
    expect(error).to.have.property('code', 12)
    const info: unknown = await (await fetch(`http://127.0.0.1:${without.port}/info`)).json()
    expect(fieldsOf(fieldsOf(info)['features'])['projections']).to.equal(false)
    await user.dispose()
    await without.close()
  })
})
