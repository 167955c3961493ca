import { createPrivateKey, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { pino } from 'pino'
import { followOrder, FollowRefusedError, type Schema } from '../../client/index.ts'
import { orderContracts } from '../../domain/order/events.ts'
import { connectEventStore } from '../../eventstore/connect.ts'
import { createRegistry } from '../../eventstore/registry.ts'
import { startProxy } from '../../eventstore/testing/network.ts'
import { createOrderSignals } from '../../projections/live/order-signals.ts'
import { eventually } from '../../test/support/eventually.ts'
import { DEFAULT_LIMITS, type ApiDeps } from '../deps.ts'
import { followLive, type LiveCall, type LiveConnection, type LiveMessage } from '../testing/live.ts'
import { startShopApi, type Person, type ShopApi } from '../testing/shop-api.ts'
import { decodeToken, forgeToken } from '../testing/tokens.ts'

const LIVE = { ...DEFAULT_LIMITS.live, perAccount: 3, inAll: 6, quietMs: 100, stallMs: 400 }

const idsOf = (messages: readonly LiveMessage[]): (string | undefined)[] => messages.map(({ id }) => id)
const upTo = (last: number): string[] => Array.from({ length: last + 1 }, (_, n) => String(n))

describe('GET /orders/:id/live', () => {
  let shop: ShopApi
  let url: string
  let ada: Person
  const open: LiveConnection[] = []

  before(async () => {
    shop = await startShopApi((deps) => ({ ...deps, limits: { live: LIVE } }))
    url = await shop.app.listen({ port: 0, host: '127.0.0.1' })
    ada = await shop.person('customer')
  })
  after(() => shop.stop())
  afterEach(async () => {
    for (const connection of open.splice(0)) connection.kill()
    await eventually(async () => (await openConnections()) === 0)
  })

  const openConnections = async (): Promise<number> => {
    const { body } = await shop.app.inject({ url: '/metrics' })
    return Number(/^orderstream_live_connections (\d+)$/m.exec(body)?.[1])
  }

  const follow = async (id: string, call: Partial<LiveCall> = {}): Promise<LiveConnection> => {
    const connection = await followLive(url, id, { as: ada, ...call })
    open.push(connection)
    return connection
  }

  /** An order that waits for a payment. */
  const place = async (): Promise<string> => {
    const { id: productId } = await shop.product(10)
    const { body } = await shop.call({
      method: 'POST',
      url: '/api/v1/orders',
      as: ada,
      body: {
        items: [{ productId, quantity: 1 }],
        shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
      },
    })
    return String(body['id'])
  }

  const cancel = async (id: string): Promise<void> => {
    const address = `/api/v1/orders/${id}/cancel`
    const { status } = await shop.call({ method: 'POST', url: address, as: ada, body: {} })
    expect(status).to.be.oneOf([200, 202])
  }

  const pay = async (orderId: string): Promise<void> => {
    const order = await shop.call<Schema<'Order'>>({
      method: 'GET',
      url: `/api/v1/orders/${orderId}`,
      as: ada,
    })
    const { status } = await shop.call({
      method: 'POST',
      url: '/api/v1/payments/preauth',
      as: ada,
      body: { orderId, amount: order.body.totals.total, paymentMethodId: 'sim_approve' },
    })
    expect(status).to.equal(200)
  }

  const auditTrail = async (id: string): Promise<Schema<'AuditedEvent'>[]> => {
    const { body } = await shop.call<Schema<'AuditTrail'>>({
      method: 'GET',
      url: `/api/v1/orders/${id}/events`,
      as: ada,
    })
    return body.items.filter(({ stream }) => stream === `order-${id}`)
  }

  it('tells what was and what happens, says when it is over, and has nothing for whoever comes back', async () => {
    const id = await place()
    const live = await follow(id)
    expect(live.status).to.equal(200)
    expect(live.headers['content-type']).to.equal('text/event-stream')
    expect(live.headers['cache-control']).to.equal('no-store')
    expect(live.headers['x-accel-buffering']).to.equal('no')
    expect((await live.next()).data).to.include({ type: 'OrderPlaced', status: 'placed' })
    expect((await live.next()).data).to.include({ type: 'OrderReserved', status: 'reserved' })

    await cancel(id)
    const rest = await live.rest()
    expect(rest.at(-1)).to.deep.equal({ event: 'end', id: rest.at(-2)?.id, data: { reason: 'over' } })
    expect(rest.at(-2)?.data).to.include({ type: 'OrderCancelled', status: 'cancelled' })
    expect(live.text()).to.match(/^retry: 2000\n\n/)

    const all = await (await follow(id)).rest()
    const shown = all.slice(0, -1).map(({ data: { status, ...event } }) => [event, typeof status] as const)
    expect(shown).to.deep.equal((await auditTrail(id)).map((event) => [event, 'string']))
    const again = await follow(id, { lastEventId: all.at(-1)?.id ?? '' })
    expect(again.status).to.equal(204)
    expect(await again.rest()).to.deep.equal([])
  })

  it('goes on exactly after the last event, however often the connection is killed', async () => {
    const id = await place()
    const seen: string[] = []
    const takeOne = async (): Promise<void> => {
      const live = await follow(id, { ...(seen.length > 0 && { lastEventId: seen.at(-1) ?? '' }) })
      seen.push((await live.next()).id ?? '')
      live.kill()
    }
    await takeOne()
    await takeOne()
    const paid = pay(id)
    await takeOne()
    await paid
    const last = await follow(id, { lastEventId: seen.at(-1) ?? '' })
    await cancel(id)
    const rest = (await last.rest()).slice(0, -1)
    seen.push(...rest.map((message) => message.id ?? ''))
    expect(seen).to.deep.equal((await auditTrail(id)).map(({ revision }) => revision))
    expect(seen).to.deep.equal(upTo(seen.length - 1))
  })

  it('serves many at once, each with all of it', async () => {
    const ids = await Promise.all([place(), place()])
    const others = await shop.person('support')
    const lives = await Promise.all(
      ids.flatMap((id) => [follow(id), follow(id, { as: others }), follow(id, { as: others })]).slice(0, 5),
    )
    await Promise.all(ids.map(cancel))
    for (const live of lives) {
      const messages = await live.rest()
      expect(idsOf(messages.slice(0, -1))).to.deep.equal(upTo(messages.length - 2))
      expect(messages.at(-2)?.data.status).to.equal('cancelled')
    }
  })

  it('shows that it is there while nothing happens', async () => {
    const live = await follow(await place())
    await live.next()
    void live.rest().catch(() => undefined)
    await eventually(() => /(: quiet\n\n.*){3}/s.test(live.text()))
  })

  it('is for whoever may see the order, and there for nobody else', async () => {
    const id = await place()
    const stranger = await shop.person('customer')
    for (const missing of [await follow(id, { as: stranger }), await follow('01KAJ0000000000000000000N0')]) {
      expect(missing.status).to.equal(404)
      expect(missing.headers['content-type']).to.match(/^application\/problem\+json/)
    }
    expect((await follow(id, { as: { token: 'x' } })).status).to.equal(401)
    expect((await follow(id, { as: await shop.person('support') })).status).to.equal(200)
    expect(await openConnections()).to.equal(1)
  })

  it('refuses ids that no event of the order has, a query, and other methods', async () => {
    const id = await place()
    for (const lastEventId of ['999', 'x', '-1', '1.5', '9'.repeat(30)]) {
      const { status, body } = await shop.call({
        ...{ method: 'GET', url: `/api/v1/orders/${id}/live`, as: ada },
        headers: { 'last-event-id': lastEventId },
      })
      expect(status, lastEventId).to.equal(400)
      expect(body).to.have.nested.property('errors[0].pointer', '/last-event-id')
    }
    const query = { method: 'GET', url: `/api/v1/orders/${id}/live?after=1`, as: ada } as const
    expect((await shop.call(query)).status).to.equal(400)
    const head = await shop.app.inject({ method: 'HEAD', url: query.url })
    expect(head.statusCode).to.equal(405)
  })

  it('ends with the access token', async () => {
    const id = await place()
    const { header, claims } = decodeToken(ada.token)
    const exp = Math.floor(Date.now() / 1_000) + 2
    const token = forgeToken(header, { ...claims, exp }, createPrivateKey(shop.keys.current().privateKey))
    const live = await follow(id, { as: { token } })
    expect((await live.rest()).at(-1)?.data).to.deep.equal({ reason: 'token' })
    expect(Date.now()).to.be.at.least(exp * 1_000)
    const again = await follow(id, { as: { token }, lastEventId: '1' })
    expect(again.status).to.equal(401)
    expect(again.headers['www-authenticate']).to.equal('Bearer error="invalid_token"')
  })

  it('ends when the token is revoked', async () => {
    const support = await shop.person('support')
    const live = await follow(await place(), { as: support })
    await live.next()
    await shop.call({
      ...{ method: 'PATCH', url: `/api/v1/users/${support.id}/roles`, body: { roles: ['customer'] } },
      as: await shop.person('admin'),
    })
    expect((await live.rest()).at(-1)?.data).to.deep.equal({ reason: 'token' })
  })

  it('lets nobody have more than his share, and takes again what was given back', async () => {
    const id = await place()
    const mine = [await follow(id), await follow(id), await follow(id)]
    const refused = await follow(id)
    expect(refused.status).to.equal(429)
    expect(refused.headers['retry-after']).to.equal('5')

    const support = await shop.person('support')
    const admin = await shop.person('admin')
    for (const as of [support, support, support]) expect((await follow(id, { as })).status).to.equal(200)
    const full = await follow(id, { as: admin })
    expect(full.status).to.equal(503)
    expect(full.headers['retry-after']).to.equal('5')

    mine[0]?.kill()
    await eventually(async () => (await follow(id)).status === 200)
  })

  it('hangs up on a client that takes nothing, having read little for it', async function () {
    this.timeout(60_000)
    const id = await place()
    await withManyEvents(shop.eventStoreUrl, id)
    // through a socket of the file system: its buffers don't grow, as those of a network connection may by megabytes
    const path = join(await mkdtemp(join(tmpdir(), 'orderstream-live-')), 'socket')
    const door = createServer((near) => shop.app.server.emit('connection', near)).listen(path)
    await once(door, 'listening')
    const socket = connect(path)
    await once(socket, 'connect')
    socket.pause()
    const request = `GET /api/v1/orders/${id}/live HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${ada.token}\r\n\r\n`
    socket.write(request)
    const isHungUpOn = (): boolean =>
      shop.logged.some(({ msg }) => String(msg).startsWith('hanging up on somebody'))
    await eventually(isHungUpOn, { withinMs: 30_000 })

    let length = 0
    socket.on('data', (chunk) => {
      length += chunk.length
    })
    socket.resume()
    await once(socket, 'close')
    door.close()
    await rm(dirname(path), { recursive: true })
    expect(length, 'what the kernel had taken').to.be.below((MANY * BIG) / 2)
  })

  it('ends when the shop stops, without delay', async () => {
    const other = await startShopApi()
    try {
      const at = await other.app.listen({ port: 0, host: '127.0.0.1' })
      const bob = await other.person('customer')
      const { id: productId } = await other.product(1)
      const { body } = await other.call({
        method: 'POST',
        url: '/api/v1/orders',
        as: bob,
        body: {
          items: [{ productId, quantity: 1 }],
          shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
        },
      })
      const live = await followLive(at, String(body['id']), { as: bob })
      await live.next()
      const closed = other.app.close()
      expect((await live.rest()).at(-1)?.data).to.deep.equal({ reason: 'stopping' })
      await closed
    } finally {
      await other.stop()
    }
  })

  describe('with the client', () => {
    it('goes on over killed connections and new tokens, and ends by itself', async () => {
      const id = await place()
      const tokens = ['expired', ada.token, ada.token, ada.token]
      let asked = 0
      let responses: Response[] = []
      const seen: string[] = []
      const why: unknown[] = []
      const events = followOrder({
        baseUrl: url,
        orderId: id,
        accessToken: () => tokens[asked++],
        onReconnect: (reason) => why.push(reason),
        fetch: async (request) => {
          const ending = new AbortController()
          const response = await fetch(request, { signal: ending.signal })
          responses = [...responses, response]
          killers.push(() => {
            ending.abort()
          })
          return response
        },
      })
      const killers: (() => void)[] = []
      for await (const { revision, type } of events) {
        seen.push(revision)
        if (seen.length === 1) killers.at(-1)?.()
        if (type === 'OrderReserved') await cancel(id)
      }
      expect(seen).to.deep.equal(upTo(seen.length - 1))
      expect(seen).to.have.length((await auditTrail(id)).length)
      expect(responses.map(({ status }) => status)).to.deep.equal([401, 200, 200])
      expect(why[0]).to.be.instanceOf(FollowRefusedError)
    })

    it('fails where it is refused, and not where it is told to come back', async () => {
      const failing = followOrder({
        baseUrl: url,
        orderId: '01KAJ0000000000000000000N0',
        accessToken: () => ada.token,
      })
      const failure: unknown = await failing.next().catch((error: unknown) => error)
      expect(failure).to.be.instanceOf(FollowRefusedError)
      expect(failure).to.have.nested.property('problem.type', 'urn:orderstream:problem:not-found')

      const statuses = [429, 503]
      const busy = followOrder({
        baseUrl: url,
        orderId: await place(),
        accessToken: () => ada.token,
        fetch: (request) => {
          const status = statuses.shift()
          if (status === undefined) return fetch(request)
          return Promise.resolve(new Response('{}', { status, headers: { 'retry-after': '0' } }))
        },
      })
      expect((await busy.next()).value).to.include({ revision: '0' })
      expect(statuses).to.deep.equal([])
      await busy.return()
    })

    it('ends with its signal', async () => {
      const ending = new AbortController()
      const seen: string[] = []
      const events = followOrder({
        baseUrl: url,
        orderId: await place(),
        accessToken: () => ada.token,
        signal: ending.signal,
      })
      for await (const { revision } of events) {
        seen.push(revision)
        if (revision === '1') ending.abort()
      }
      expect(seen).to.deep.equal(['0', '1'])
    })
  })
})

describe('GET /orders/:id/live while the event store is away', () => {
  it('goes on by itself when it is back, with what has happened meanwhile', async function () {
    this.timeout(60_000)
    const silent = pino({ level: 'silent' })
    let parts: { freeze: () => void; stop: () => Promise<void> } | undefined
    const proxied = async (deps: ApiDeps, eventStoreUrl: string): Promise<ApiDeps> => {
      const proxy = await startProxy(Number(new URL(eventStoreUrl).port))
      const store = connectEventStore({
        connectionString: `esdb://127.0.0.1:${proxy.port}?tls=false`,
        registry: createRegistry(orderContracts),
        logger: silent,
        deadlineMs: 300,
        watchdogMs: 300,
      })
      const signals = createOrderSignals({ store, logger: silent })
      parts = {
        freeze: () => {
          proxy.freeze()
        },
        stop: async () => {
          await signals.stop()
          await store.close()
          await proxy.close()
        },
      }
      return { ...deps, store, signals, limits: { live: { ...LIVE, quietMs: 60_000, stallMs: 60_000 } } }
    }
    const shop = await startShopApi(proxied)
    try {
      const url = await shop.app.listen({ port: 0, host: '127.0.0.1' })
      const ada = await shop.person('customer')
      const { id: productId } = await shop.product(1)
      const { body } = await shop.call({
        method: 'POST',
        url: '/api/v1/orders',
        as: ada,
        body: {
          items: [{ productId, quantity: 1 }],
          shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
        },
      })
      const id = String(body['id'])
      const live = await followLive(url, id, { as: ada })
      expect((await live.next()).id).to.equal('0')
      expect((await live.next()).id).to.equal('1')
      parts?.freeze()
      await shop.call({ method: 'POST', url: `/api/v1/orders/${id}/cancel`, as: ada, body: {} })
      const messages = await live.rest()
      expect(messages.at(-1)?.data).to.deep.equal({ reason: 'over' })
      expect(idsOf(messages.slice(0, -1))).to.deep.equal(upTo(messages.length).slice(2))
    } finally {
      await shop.stop()
      await parts?.stop()
    }
  })
})

const MANY = 40
const BIG = 20_000

/** Events of an order that together are more than a connection holds. */
const withManyEvents = async (connectionString: string, orderId: string): Promise<void> => {
  const registry = createRegistry(orderContracts)
  const store = connectEventStore({ connectionString, registry, logger: pino({ level: 'silent' }) })
  try {
    for (let n = 0; n < MANY; n += 10) {
      const events = Array.from({ length: 10 }, () => ({
        type: 'PaymentReported',
        data: {
          orderId,
          reportId: `${randomUUID()}${'x'.repeat(BIG)}`,
          reportedAt: new Date().toISOString(),
        },
        id: randomUUID(),
        metadata: {
          $correlationId: 'test',
          $causationId: 'test',
          actor: { kind: 'system', id: 'test' } as const,
          commandId: 'test',
        },
      }))
      await store.append(`order-${orderId}`, events, 'stream_exists')
    }
  } finally {
    await store.close()
  }
}
