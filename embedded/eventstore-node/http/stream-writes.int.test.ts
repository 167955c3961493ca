import { randomUUID } from 'node:crypto'
import { EventStoreDBClient } from '@eventstore/db-client'
import { expect } from 'chai'
import { startNode, type EventStoreNode } from '../node.ts'

const LIST = 'application/vnd.eventstore.events+json'

/** `AtomController.cs`, `AutoEventConverter.cs` and `Configure.cs` of EventStoreDB 23.10.6 say what is expected here. */
describe('Writing over HTTP', () => {
  let node: EventStoreNode
  let client: EventStoreDBClient
  before(async () => {
    node = await startNode({ inMemory: true })
    client = EventStoreDBClient.connectionString(node.connectionString)
  })
  after(async () => {
    await client.dispose()
    await node.close()
  })

  const at = (path: string): string => `http://127.0.0.1:${node.port}${path}`
  const send = (
    path: string,
    body: string,
    headers: Record<string, string>,
    method = 'POST',
  ): Promise<Response> => fetch(at(path), { method, body, headers, redirect: 'manual' })
  const read = async (stream: string) => {
    const events = []
    for await (const { event } of client.readStream(stream)) events.push(event)
    return events
  }

  it('appends one event, once, which is sent to a place with an id', async () => {
    const headers = { 'content-type': 'application/json', 'es-eventtype': 'malformed' }
    const forwarded = await send('/streams/one', '****', headers)
    expect(forwarded.status).to.equal(307)
    const place = forwarded.headers.get('location') ?? ''
    expect(place).to.match(new RegExp(`^${at('/streams/one/incoming/')}[0-9a-f-]{36}$`))
    for (let time = 0; time < 2; time++) {
      const created = await send(new URL(place).pathname, '****', headers)
      expect([created.status, created.headers.get('location')]).to.deep.equal([201, at('/streams/one/0')])
    }
    const [event, ...others] = await read('one')
    expect(others).to.deep.equal([])
    // whether it is JSON is for readers to find out
    expect(event).to.include({ type: 'malformed', data: '****', isJson: true })
    expect(event?.id).to.equal(place.split('/').at(-1))
  })

  it('appends bytes, under an id that a header gives', async () => {
    const id = randomUUID()
    const headers = { 'content-type': 'application/octet-stream', 'es-eventtype': 'B', 'es-eventid': id }
    expect((await send('/streams/bytes', 'abc', headers)).status).to.equal(201)
    const [event] = await read('bytes')
    expect(event).to.include({ id, type: 'B', isJson: false })
    expect(Buffer.from(event?.data as Uint8Array).toString()).to.equal('abc')
  })

  it('appends several events, whole or not at all, as their revision is expected', async () => {
    const list = (...data: unknown[]): string =>
      JSON.stringify(
        data.map((each) => ({ eventId: randomUUID(), eventType: 'L', data: each, metadata: { m: 1 } })),
      )
    const post = (expected: number, body: string) =>
      send('/streams/list', body, { 'content-type': LIST, 'es-expectedversion': String(expected) })
    expect((await post(-4, list(1))).status).to.equal(400)
    const created = await post(-1, list({ a: 1 }, [2], '{"b":3}'))
    expect([created.status, created.headers.get('location')]).to.deep.equal([201, at('/streams/list/0')])
    const wrong = await post(-1, list({}))
    expect([wrong.status, wrong.statusText]).to.deep.equal([400, 'Wrong expected EventNumber'])
    expect(wrong.headers.get('es-currentversion')).to.equal('2')
    expect((await post(2, list('text'))).headers.get('location')).to.equal(at('/streams/list/3'))
    const events = await read('list')
    expect(events.map((event) => event?.data)).to.deep.equal([{ a: 1 }, [2], { b: 3 }, 'text'])
    expect(events.every((event) => JSON.stringify(event?.metadata) === '{"m":1}')).to.equal(true)
  })

  it('says what is wrong with a request', async () => {
    const json = { 'content-type': 'application/json' }
    const typed = { ...json, 'es-eventtype': 'T' }
    const list = { 'content-type': LIST }
    const wrong: [Record<string, string>, string, number][] = [
      [json, '{}', 400],
      [{ ...typed, 'content-type': 'text/xml' }, '<a/>', 415],
      [{ ...typed, 'es-eventid': 'none' }, '{}', 400],
      [{ ...typed, 'es-eventid': randomUUID(), 'es-expectedversion': '-3' }, '{}', 400],
      [{ ...typed, 'es-eventid': randomUUID(), origin: 'http://elsewhere.example' }, '{}', 403],
      [list, 'no json', 400],
      [list, '[]', 400],
      [list, '[{"eventId":"none","eventType":"T"}]', 400],
      [list, `[{"eventId":"${randomUUID()}","eventType":""}]`, 400],
    ]
    for (const [headers, body, status] of wrong)
      expect((await send('/streams/wrong', body, headers)).status, JSON.stringify([headers, body])).to.equal(
        status,
      )
    expect((await send('/streams/wrong/else', '{}', typed)).status).to.equal(405)
    expect(node.log.state('wrong').status).to.equal('none')
  })

  it('sets metadata, and deletes', async () => {
    const id = { 'content-type': 'application/json', 'es-eventid': randomUUID() }
    await send('/streams/gone', '{}', { ...id, 'es-eventtype': 'T' })
    expect((await send('/streams/gone/metadata', '{"$maxCount":7}', { ...id })).status).to.equal(201)
    expect((await client.getStreamMetadata('gone')).metadata).to.deep.equal({ maxCount: 7 })
    const remove = (headers: Record<string, string>) =>
      fetch(at('/streams/gone'), { method: 'DELETE', headers })
    expect((await remove({ 'es-expectedversion': '5' })).status).to.equal(400)
    const deleted = await remove({})
    expect([deleted.status, deleted.statusText]).to.deep.equal([204, 'Stream deleted'])
    expect(node.log.state('gone').status).to.equal('soft_deleted')
    expect((await remove({ 'es-harddelete': 'true' })).status).to.equal(204)
    expect(node.log.state('gone').status).to.equal('tombstoned')
    expect((await send('/streams/gone', '{}', { ...id, 'es-eventtype': 'T' })).status).to.equal(410)
    expect((await remove({})).status).to.equal(410)
  })

  it('is for those who may write', async () => {
    const secured = await startNode({
      inMemory: true,
      auth: { initialPasswords: { admin: 'secret', ops: 'secret' } },
    })
    const post = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${secured.port}/streams/s`, {
        method: 'POST',
        body: '{}',
        headers: {
          'content-type': 'application/json',
          'es-eventtype': 'T',
          'es-eventid': randomUUID(),
          ...headers,
        },
      })
    expect((await post({})).status).to.equal(401)
    const authorization = `Basic ${Buffer.from('admin:secret').toString('base64')}`
    expect((await post({ authorization })).status).to.equal(201)
    await secured.close()
  })
})
