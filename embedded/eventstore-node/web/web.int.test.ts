import http from 'node:http'
import {
  EventStoreDBClient,
  jsonEvent,
  PARK,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { startNode, type EventStoreNode } from '../index.ts'
import { eventually } from '../persistent/testing/eventually.ts'

const EVIL = '<script>alert("x")</script>'
const event = (n: number, type = 'Tested') =>
  jsonEvent({ type, data: { n, evil: EVIL }, metadata: { why: EVIL } })

describe('The browser at /web', () => {
  let node: EventStoreNode
  let client: EventStoreDBClient

  const at = (path: string): string => `http://127.0.0.1:${node.port}${path}`
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(at(path), { redirect: 'manual', headers })
  const page = async (path: string): Promise<string> => {
    const response = await get(path)
    expect(response.status, path).to.equal(200)
    const text = (await response.text()).replace(/\s+/g, ' ')
    expect(text, path).not.to.include('<script>')
    return text
  }
  const post = (path: string, body = '', headers: Record<string, string> = {}) =>
    fetch(at(path), {
      method: 'POST',
      redirect: 'manual',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })

  before(async () => {
    node = await startNode({ inMemory: true })
    client = EventStoreDBClient.connectionString(node.connectionString)
    await client.appendToStream(
      'order-1',
      Array.from({ length: 45 }, (_, n) => event(n)),
    )
    await client.appendToStream('order-2', event(0, EVIL))
    await client.appendToStream(`cart-${EVIL}`, event(0))
    await client.setStreamMetadata('order-2', { maxCount: 7 })
    await client.createPersistentSubscriptionToStream(
      'order-1',
      'mailer/1',
      persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START }),
    )
    const subscription = client.subscribeToPersistentSubscriptionToStream('order-1', 'mailer/1')
    let seen = 0
    for await (const received of subscription) {
      if (seen < 3) await subscription.nack(PARK, `no. ${seen} ${EVIL}`, received)
      else await subscription.ack(received)
      if (++seen === 45) break
    }
    await eventually(
      () => node.log.state('$persistentsubscription-order-1::mailer/1-parked').lastRevision === 2,
    )
    await eventually(() => node.log.state('$ce-order').lastRevision === 45)
  })
  after(async () => {
    await client.dispose()
    await node.close()
  })

  it('is what the root of the node leads to', async () => {
    const response = await get('/')
    expect([response.status, response.headers.get('location')]).to.deep.equal([302, '/web'])
    const overview = await page('/web')
    expect(overview).to.include('order-1').and.include('/web/streams?category=order').and.include('Tested')
    expect(overview).not.to.include('$ce-order')
    expect(await page('/web?system=1')).to.include('$ce-order')
  })

  it('lets a page load and run nothing but its own', async () => {
    const response = await get('/web')
    const policy = response.headers.get('content-security-policy')
    expect(policy).to.include("default-src 'none'").and.include("script-src 'self'")
    expect(policy).not.to.include('unsafe')
    expect(response.headers.get('x-content-type-options')).to.equal('nosniff')
    const text = await response.text()
    expect(text).not.to.match(/ on\w+=| style=|https?:\/\/(?!www\.w3\.org)/)
    const [, script = ''] = /<script src="([^"]+)"/.exec(text) ?? []
    const [, style = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(text) ?? []
    const loaded = await get(script)
    expect(loaded.headers.get('content-type')).to.match(/javascript/)
    expect(Buffer.byteLength(await loaded.text())).to.be.below(4096)
    expect((await get(style)).headers.get('content-type')).to.match(/css/)
  })

  it('shows a stream in pages, newest event first', async () => {
    const first = await page('/web/streams/order-1')
    expect(first).to.include('45 events').and.include('/web/streams/order-1/44').and.include('rel="next"')
    const older = /rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const second = await page(older)
    expect(second).to.include('/web/streams/order-1/24"').and.include('/web/streams/order-1/5"')
    const third = await page(/rel="next" href="([^"]+)"/.exec(second)?.[1] ?? '')
    expect(third).to.include('/web/streams/order-1/0"').and.not.include('rel="next"')
    expect(await page('/web/streams/order-1?open=1')).to.match(/<details open/)
    expect(await page('/web/streams/order-2')).to.include('the last 7 events')
  })

  it('follows links', async () => {
    const links = await page('/web/streams/%24ce-order')
    expect(links).to.include('/web/streams/order-1/44"').and.include('/web/streams/%24ce-order/44"')
    expect(await page('/web/streams/order-1/44'))
      .to.include('44@order-1')
      .and.include('Newer')
  })

  it('says so where there is nothing, or not any more', async () => {
    await client.appendToStream('gone-1', event(0))
    await client.deleteStream('gone-1')
    await client.appendToStream('gone-2', event(0))
    await client.tombstoneStream('gone-2')
    for (const [path, said] of [
      ['/web/streams/never', 'Nothing was ever written'],
      ['/web/streams/gone-1', 'This stream is deleted'],
      ['/web/streams/gone-2', 'tombstoned'],
      ['/web/streams/order-1/99', 'not there any more'],
      ['/web/streams/order-1/x', 'No such page'],
      ['/web/nothing', 'No such page'],
      ['/web/subscriptions/order-1/none', 'does not exist'],
    ] as const) {
      const response = await get(path)
      expect(response.status, path).to.equal(404)
      expect(await response.text(), path).to.include(said)
    }
    expect((await get('/web/streams/%E0%A4%A')).status).to.equal(404)
  })

  it('finds streams by a part of the name, and leads to the one that is meant', async () => {
    expect(await page('/web/streams?q=rder'))
      .to.include('order-1')
      .and.include('order-2')
    expect((await get('/web/streams?q=order-2')).headers.get('location')).to.equal('/web/streams/order-2')
    expect(await page('/web/streams?q=%24ce')).to.include('$ce-order')
    expect(await page('/web/streams?category=order'))
      .to.include('order-2')
      .and.not.include('cart-')
    expect(await page(`/web/streams?q=${encodeURIComponent(`"${EVIL}`)}`)).to.include(
      'No stream has such a name',
    )
  })

  it('lists categories and event types', async () => {
    expect(await page('/web/categories'))
      .to.include('order')
      .and.include('$ce-order')
    expect(await page('/web/types'))
      .to.include('Tested')
      .and.include('/web/all?type=Tested')
  })

  it('shows $all, filtered and in pages', async () => {
    expect(await page('/web/all'))
      .to.include('data-live')

      .and.not.include('$ce-')
    expect(await page('/web/all?system=1')).to.include('$ce-order')
    const typed = await page(`/web/all?type=${encodeURIComponent(EVIL)}`)
    expect(typed).to.include('0@order-2').and.not.include('@order-1')
    const [, older = ''] = /rel="next" href="([^"]+)"/.exec(await page('/web/all?stream=order-1')) ?? []
    expect(await page(older.replaceAll('&amp;', '&')))
      .to.include('0@order-1')
      .and.not.include('data-live')
  })

  it('sends new events to those who look at the tail', async () => {
    const stop = new AbortController()
    const response = await fetch(at('/web/all/live?stream=live-'), { signal: stop.signal })
    expect(response.headers.get('content-type')).to.match(/event-stream/)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let received = ''
    await client.appendToStream('order-3', event(1))
    await client.appendToStream('live-1', [event(1), event(2)])
    while (!received.includes('1@live-1')) received += (await reader?.read())?.value ?? ''
    expect(received).to.include('0@live-1').and.not.include('order-3')
    stop.abort()
    // a browser that lost its connection says what it saw last
    const [, last = ''] = /id: (\d+)/.exec(received) ?? []
    const again = await fetch(at('/web/all/live?stream=live-'), { headers: { 'last-event-id': last } })
    const second = again.body?.pipeThrough(new TextDecoderStream()).getReader()
    received = ''
    while (!received.includes('1@live-1')) received += (await second?.read())?.value ?? ''
    expect(received).not.to.include('0@live-1')
    await second?.cancel()
  })

  it('shows persistent subscriptions, and what they parked', async () => {
    expect(await page('/web/subscriptions'))
      .to.include('mailer/1')
      .and.match(/Live|nobody connected/)
    const group = await page('/web/subscriptions/order-1/mailer%2F1')
    expect(group).to.include('Deliver 3 again').and.include('no. 2 &lt;script').and.include('2@order-1')
  })

  it('delivers parked messages again, by a form of its own only', async () => {
    const path = '/web/subscriptions/order-1/mailer%2F1/replay'
    for (const strange of [
      { origin: 'http://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ])
      expect((await post(path, '', strange)).status).to.equal(403)
    expect((await get(path)).status).to.equal(404)
    const parked = () => node.log.state('$persistentsubscription-order-1::mailer/1-parked').firstReadable
    expect(parked()).to.equal(0)
    const done = await post(path, 'count=2', { origin: at(''), 'sec-fetch-site': 'same-origin' })
    expect([done.status, done.headers.get('location')]).to.deep.equal([
      303,
      '/web/subscriptions/order-1/mailer%2F1?replayed',
    ])
    await eventually(() => parked() === 2)
    expect(await page('/web/subscriptions/order-1/mailer%2F1?replayed')).to.include('being delivered again')
  })

  it('starts and stops projections', async () => {
    expect(await page('/web/projections'))
      .to.include('$by_category')
      .and.include('Running')
    const done = await post('/web/projections/%24streams/enable')
    expect(done.status).to.equal(303)
    expect((await client.getProjectionStatus('$streams')).projectionStatus).to.equal('Running')
    expect((await post('/web/projections/mine/enable')).status).to.equal(404)
    expect((await post('/web/projections/%24streams/delete')).status).to.equal(404)
  })

  it('answers to names of its own machine only', async () => {
    const status = (host: string) =>
      new Promise((resolve, reject) => {
        http
          .get({ host: '127.0.0.1', port: node.port, path: '/web', headers: { host } }, (response) => {
            response.resume()
            resolve(response.statusCode)
          })
          .once('error', reject)
      })
    expect(await status(`localhost:${node.port}`)).to.equal(200)
    expect(await status(`[::1]:${node.port}`)).to.equal(200)
    expect(await status('rebound.example')).to.equal(421)
    expect(await status('evil.example:80@127.0.0.1')).to.equal(400)
  })
})
