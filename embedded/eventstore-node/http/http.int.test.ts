import { EventStoreDBClient, jsonEvent, START } from '@eventstore/db-client'
import { persistentSubscriptionToStreamSettingsFromDefaults } from '@eventstore/db-client'
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { SYSTEM_PROJECTION_NAMES } from '../projections/definitions.ts'
import { startNode, type EventStoreNode } from '../index.ts'
import { event } from '../log/testing/events.ts'
import { eventually } from '../persistent/testing/eventually.ts'
import { fieldsOf, listOf } from '../testing/trace.ts'

const recorded = fieldsOf(
  JSON.parse(readFileSync(new URL('../testing/traces/http.json', import.meta.url), 'utf8')),
)
/** What the real one answered, up to where the recording was cut. */
const bodyOf = (path: string): string => String(fieldsOf(recorded[path])['body']).replace(/…cut$/, '')

/** Names of the fields of the first object in a list of a recording, in order. */
const fieldNames = (text: string): string[] =>
  [...text.matchAll(/^ {6}"(\w+)":/gm)].map(([, name = '']) => name)

const JSON_TYPE = 'application/json; charset=utf-8'

describe('HTTP, as EventStoreDB 23.10.6 answers', () => {
  let node: EventStoreNode
  let client: EventStoreDBClient
  const at = (path: string): string => `http://127.0.0.1:${node.port}${path}`
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(at(path), { redirect: 'manual', headers: { accept: 'application/json', ...headers } })
  const json = async (path: string, headers?: Record<string, string>): Promise<Record<string, unknown>> => {
    const response = await get(path, headers)
    expect([response.status, response.headers.get('content-type')], path).to.deep.equal([200, JSON_TYPE])
    return { ...fieldsOf(await response.json()) }
  }
  const post = (path: string, method = 'POST') => fetch(at(path), { method })
  const entries = (feed: Record<string, unknown>): string[] =>
    listOf(feed['entries']).map((entry) => String(fieldsOf(entry)['title']))
  const relation = (feed: Record<string, unknown>, name: string): string => {
    const link = listOf(feed['links']).find((each) => fieldsOf(each)['relation'] === name)
    return String(fieldsOf(link)['uri']).replace(at(''), '')
  }

  before(async () => {
    node = await startNode({ inMemory: true, startProjections: SYSTEM_PROJECTION_NAMES })
    client = EventStoreDBClient.connectionString(node.connectionString)
    const text = (type: string, data: string, id?: string) => ({
      ...event({}, id),
      type,
      data: Buffer.from(data),
    })
    await node.log.append('t-append', 'any', [
      text('A', '{"n":0}'),
      text('A', '{"n":1}'),
      text('A', '{"n":3}', '842f4ac1-5c5e-537c-a4c7-a77d13e8756c'),
      text('A', '{"n":8}', '099e1f1e-b47d-5005-a841-2efd1b5980ec'),
      text('A', '{"n":9}', 'b598e0c3-28fd-53a2-a7a7-d03c5ad6925f'),
      {
        id: '9a5d5671-6d56-5997-aa29-0054d161af96',
        type: 'B',
        contentType: 'application/octet-stream',
        data: Buffer.from([1]),
        metadata: Buffer.from('\t\b'),
      },
    ])
    await client.appendToStream(
      'long-1',
      Array.from({ length: 45 }, (_, n) => jsonEvent({ type: 'N', data: { n } })),
    )
    await eventually(() => node.log.state('$ce-long').lastRevision === 44)
  })
  after(async () => {
    await client.dispose()
    await node.close()
  })

  it('tells what it is, and how it is', async () => {
    const info = await get('/info')
    expect(await info.text()).to.equal(bodyOf('/info'))
    expect(info.headers.get('content-type')).to.equal(JSON_TYPE)
    expect((await get('/health/live')).status).to.equal(204)
    expect((await get('/health/live?liveCode=200')).status).to.equal(200)
    expect((await get('/health/ready')).status).to.equal(204)
    expect(await json('/ping')).to.have.property('text')
    expect((await fetch(at('/info'), { method: 'HEAD' })).status).to.equal(200)
    expect((await post('/info')).status).to.equal(404)
  })

  it('is a cluster of one', async () => {
    const theirs = fieldsOf(JSON.parse(bodyOf('/gossip')))
    const ours = await json('/gossip')
    const [member] = listOf(ours['members'])
    expect(Object.keys(fieldsOf(member))).to.deep.equal(Object.keys(fieldsOf(listOf(theirs['members'])[0])))
    expect(member).to.include({
      state: 'Leader',
      isAlive: true,
      httpEndPointPort: node.port,
      esVersion: '23.10.6.0',
    })
    expect(Object.keys(ours)).to.deep.equal(Object.keys(theirs))
  })

  it('gives its figures, whole or in part', async () => {
    const { proc } = await json('/stats')
    expect(fieldsOf(proc)).to.include({ id: process.pid }).and.have.property('gc')
    expect(await json('/stats/proc/gc'))
      .to.have.property('totalBytesInHeaps')
      .above(0)
    expect((await get('/stats/none/such')).status).to.equal(404)
  })

  it('gives a stream as a feed, byte by byte as recorded but for times', async () => {
    const response = await get('/streams/t-append?embed=body')
    const steady = (text: string): string =>
      text
        .replaceAll(at(''), 'http://127.0.0.1:2113')
        .replaceAll(/"updated": "[\dT:.-]+Z"/g, '"updated": "*"')
    const wanted = steady(bodyOf('/streams/t-append?embed=body')).trimEnd()
    const actual = steady(await response.text())
    expect(wanted.length).to.be.above(3800)
    expect(actual.slice(0, wanted.length)).to.equal(wanted)
    expect(await (await get('/streams/t-append/0')).text()).to.equal(bodyOf('/streams/t-append/0'))
    const tag = response.headers.get('etag') ?? ''
    expect((await get('/streams/t-append', { 'if-none-match': tag })).status).to.equal(304)
  })

  it('gives pages of a stream that lead to each other', async () => {
    const head = await json('/streams/long-1')
    expect(entries(head)).to.have.length(20).and.include('44@long-1')
    expect(head).to.include({ headOfStream: true, streamId: 'long-1' })
    const next = await json(relation(head, 'next'))
    expect(entries(next)).to.include('24@long-1').and.include('5@long-1')
    const last = await json(relation(next, 'next'))
    expect(entries(last)).to.deep.equal(['4@long-1', '3@long-1', '2@long-1', '1@long-1', '0@long-1'])
    expect(relation(last, 'next')).to.equal('undefined')
    const first = await json(relation(head, 'last'))
    expect(entries(first)[19]).to.equal('0@long-1')
    expect(entries(await json(relation(first, 'previous')))[0]).to.equal('39@long-1')
    expect(entries(await json(relation(head, 'previous')))).to.deep.equal([])
    expect(entries(await json('/streams/long-1/10/backward/2'))).to.deep.equal(['10@long-1', '9@long-1'])
  })

  it('embeds as much of events as it is asked to', async () => {
    const entry = async (embed: string) =>
      fieldsOf(listOf((await json(`/streams/t-append/5/backward/2?embed=${embed}`))['entries'])[1])
    expect(Object.keys(await entry('none'))).to.deep.equal([
      'title',
      'id',
      'updated',
      'author',
      'summary',
      'retryCount',
      'content',
      'links',
    ])
    expect((await entry('content'))['content']).to.deep.include({
      eventType: 'A',
      eventNumber: 4,
      data: { n: 9 },
    })
    expect(await entry('rich')).to.include({ eventType: 'A', data: null })
    expect(await entry('body')).to.include({ data: '{"n":9}' })
    expect(await entry('pretty')).to.include({ data: '{\n  "n": 9\n}' })
    const [binary] = listOf((await json('/streams/t-append/5/backward/1?embed=tryharder'))['entries'])
    expect(fieldsOf(binary)).to.include({ data: '\u0001', isJson: false, metaData: '\t\b' })
  })

  it('follows links, unless it is told not to', async () => {
    const [followed] = listOf((await json('/streams/%24ce-long/0/backward/1?embed=rich'))['entries'])
    expect(fieldsOf(followed)).to.include({
      title: '0@long-1',
      summary: '$>',
      streamId: 'long-1',
      positionStreamId: '$ce-long',
    })
    const plain = await json('/streams/%24ce-long/0/backward/1?embed=rich', { 'es-resolvelinktos': 'false' })
    expect(fieldsOf(listOf(plain['entries'])[0])).to.include({ title: '0@$ce-long', streamId: '$ce-long' })
  })

  it('gives $all both ways', async () => {
    const plain = { 'es-resolvelinktos': 'false' }
    const head = await json('/streams/%24all', plain)
    expect(head).to.include({ title: 'All events', streamId: null })
    const seen: string[] = []
    let page = head
    for (let path = ''; path !== 'undefined'; path = relation(page, 'next')) {
      if (path !== '') page = await json(path, plain)
      seen.push(...entries(page))
    }
    expect(new Set(seen).size).to.equal(seen.length)
    expect(seen).to.include('0@t-append').and.include('44@long-1')
    const forwards = await json('/streams/%24all/00000000000000000000000000000000/forward/3')
    expect(entries(forwards)).to.deep.equal(['2@t-append', '1@t-append', '0@t-append'])
    expect(entries(await json(relation(forwards, 'previous')))[2]).to.equal('3@t-append')
    expect((await get('/streams/%24all/nonsense/forward/3')).status).to.equal(400)
  })

  it('says so where there is nothing, not any more, or nothing that makes sense', async () => {
    await client.appendToStream('gone', jsonEvent({ type: 'N', data: {} }))
    await client.tombstoneStream('gone')
    const statuses: Record<string, number> = {
      '/streams/never': 404,
      '/streams/gone': 410,
      '/streams/gone/0': 410,
      '/streams/t-append/99': 404,
      '/streams/t-append/x': 400,
      '/streams/t-append/x/backward/5': 400,
      '/streams/t-append/0/sideways/5': 404,
      '/streams/t-append/0/backward/0': 400,
      '/streams/t-append/0/backward/99999': 400,
      '/streams/': 404,
      '/streams/%E0%A4%A': 404,
    }
    for (const [path, status] of Object.entries(statuses))
      expect((await get(path)).status, path).to.equal(status)
    const put = await fetch(at('/streams/t-append'), { method: 'PUT' })
    expect([put.status, put.headers.get('allow')]).to.deep.equal([405, 'GET, POST, DELETE'])
  })

  it('gives metadata and raw data', async () => {
    await client.setStreamMetadata('t-append', { maxCount: 100 })
    expect(await json('/streams/t-append/metadata')).to.deep.equal({ $maxCount: 100 })
    expect(await json('/streams/long-1/metadata')).to.deep.equal({})
    const raw = await get('/streams/t-append/5')
    expect(raw.headers.get('content-type')).to.equal('application/octet-stream')
    expect([...new Uint8Array(await raw.arrayBuffer())]).to.deep.equal([1])
    const atom = await json('/streams/t-append/4', { accept: 'application/vnd.eventstore.atom+json' })
    expect(atom).to.deep.include({ title: '4@t-append' })
  })

  it('leads people to the pages for them', async () => {
    const response = await get('/streams/t-append/3', { accept: 'text/html,*/*' })
    expect(response.headers.get('location')).to.equal('/web/streams/t-append/3')
  })

  it('answers what clients fall back to for persistent subscriptions', async () => {
    expect(await (await get('/subscriptions')).text()).to.equal(bodyOf('/subscriptions'))
    await client.createPersistentSubscriptionToStream(
      'long-1',
      'g',
      persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START }),
    )
    expect(await json('/subscriptions/long-1/g/info')).to.include({ groupName: 'g', eventStreamId: 'long-1' })
    expect((await get('/subscriptions/long-1/none/info')).status).to.equal(404)
    expect(fieldsOf(await (await post('/subscriptions/long-1/g/replayParked')).json())).to.include({
      result: 'Success',
    })
    expect((await post('/subscriptions/long-1/g/replayParked?stopAt=x')).status).to.equal(400)
    expect(await (await post('/subscriptions/restart')).json()).to.equal('Restarting')
  })

  it('answers for projections', async () => {
    const { projections } = await json('/projections/all-non-transient')
    const [first] = listOf(projections)
    const names = fieldNames(bodyOf('/projections/all-non-transient'))
    const second = names.indexOf('coreProcessingTime', 1)
    expect(Object.keys(fieldsOf(first))).to.deep.equal(names.slice(0, second))
    expect(listOf(projections).map((each) => fieldsOf(each)['name'])).to.deep.equal(SYSTEM_PROJECTION_NAMES)
    expect(await json('/projections/transient')).to.deep.equal({ projections: [] })
    expect(await (await post('/projection/$streams/command/disable')).json()).to.deep.equal({
      name: '$streams',
    })
    expect(await json('/projection/$streams')).to.include({ status: 'Stopped', version: 2 })
    expect((await post('/projection/$streams/command/enable')).status).to.equal(200)
    expect(await json('/projection/$streams/statistics')).to.have.property('projections')
    expect(await json('/projection/$streams/state')).to.deep.equal({})
    expect(await (await get('/projection/$by_category/query')).text()).to.equal('first\r\n-')
    expect(await json('/projection/$by_category/query?config=yes')).to.include({ emitEnabled: true })
    expect((await get('/projection/mine')).status).to.equal(404)
    expect((await post('/projection/mine/command/enable')).status).to.equal(404)
    expect((await post('/projection/$streams/command/dance')).status).to.equal(404)
    expect((await post('/projections/continuous?name=mine')).status).to.equal(501)
    expect((await post('/projection/$streams', 'DELETE')).status).to.equal(500)
    expect(await (await post('/projections/restart')).json()).to.equal('Restarting')
  })

  it('takes no changes from other pages', async () => {
    const response = await fetch(at('/projections/restart'), {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    })
    expect(response.status).to.equal(403)
  })
})
