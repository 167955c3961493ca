import { request as httpRequest } from 'node:http'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { expect } from 'chai'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { Answer, ShopApi } from './testing/shop-api.ts'
import { startShopApi } from './testing/shop-api.ts'

describe('the API', () => {
  let shop: ShopApi
  before(async () => {
    shop = await startShopApi()
  })
  after(() => shop.stop())

  const get = (url: string, headers: Record<string, string> = {}): Promise<Answer> =>
    shop.call({ method: 'GET', url, headers })

  describe('answers problems', () => {
    it('to addresses that nobody knows', async () => {
      const { status, headers, body } = await get('/api/v1/nothing?secret=1')

      expect(status).to.equal(404)
      expect(headers['content-type']).to.match(/^application\/problem\+json\b/)
      expect(body).to.deep.equal({
        type: 'urn:orderstream:problem:not-found',
        title: 'There is nothing here',
        status: 404,
        instance: '/api/v1/nothing',
        correlationId: headers['x-correlation-id'],
      })
    })

    it('to methods that an address does not take, and says which it takes', async () => {
      const { status, headers } = await shop.call({ method: 'DELETE', url: '/api/v1/orders' })

      expect(status).to.equal(405)
      expect(headers['allow']?.split(', ').sort()).to.deep.equal(['GET', 'HEAD', 'POST'])
    })

    it('to bodies, with every field that is wrong', async () => {
      const { status, body } = await shop.call({
        method: 'POST',
        url: '/api/v1/auth/login',
        body: { email: 'x', password: '', admin: true },
      })

      expect(status).to.equal(400)
      expect(body).to.include({ type: 'urn:orderstream:problem:invalid-request' })
      expect(body['errors']).to.deep.equal([
        {
          in: 'body',
          pointer: '/email',
          code: 'invalid_format',
          message: 'must be an e-mail address',
        },
        {
          in: 'body',
          pointer: '/password',
          code: 'too_small',
          message: 'Too small: expected string to have >=1 characters',
        },
        { in: 'body', pointer: '', code: 'unrecognized_keys', message: 'Unrecognized key: "admin"' },
      ])
    })

    it('to queries with fields that nobody knows', async () => {
      const { status, body } = await get('/api/v1/products?limit=5&colour=red')

      expect(status).to.equal(400)
      expect(body['errors']).to.deep.equal([
        { in: 'query', pointer: '', code: 'unrecognized_keys', message: 'Unrecognized key: "colour"' },
      ])
    })

    it('to bodies that are not JSON, not there, too large or of another type', async () => {
      const post = (body: string, headers: Record<string, string> = {}): Promise<Answer> =>
        shop.call({ method: 'POST', url: '/api/v1/auth/login', body, headers })

      expect((await post('{"email":')).body).to.include({ type: 'urn:orderstream:problem:malformed-request' })
      expect((await post('')).body).to.include({ type: 'urn:orderstream:problem:malformed-request' })
      expect((await post('null')).status).to.equal(400)
      expect((await post('{"__proto__":{"x":1}}')).status).to.equal(400)
      expect((await post(`"${'x'.repeat(65 * 1024)}"`)).status).to.equal(413)
      expect((await post('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).to.equal(
        415,
      )
    })

    it('to cursors that no list gave', async () => {
      for (const cursor of ['x', 'bm90IGpzb24', Buffer.from('[1,2]').toString('base64url')]) {
        const { status, body } = await get(`/api/v1/products?cursor=${cursor}`)
        expect(status, cursor).to.equal(400)
        expect(body['type']).to.equal('urn:orderstream:problem:invalid-cursor')
      }
    })

    it('to addresses that can not be read', async () => {
      const url = await listening()
      const malformed = await fetch(`${url}/api/v1/orders/%E0%A4%A`)
      expect(malformed.status).to.equal(400)
      expect(await malformed.json()).to.include({ type: 'urn:orderstream:problem:malformed-request' })

      const endless = await fetch(`${url}/api/v1/orders/${'x'.repeat(500)}`)
      expect(endless.status).to.equal(404)
      expect(endless.headers.get('content-type')).to.equal('application/problem+json')
    })

    it('to what is not even HTTP, and to headers that are too large', async () => {
      const { port } = new URL(await listening())
      const raw = await new Promise<string>((resolve, reject) => {
        let answer = ''
        connect(Number(port), '127.0.0.1')
          .on('connect', function onConnect(this: Socket) {
            this.write('HELLO?\r\n\r\n')
          })
          .on('data', (chunk) => (answer += chunk.toString()))
          .on('error', reject)
          .on('close', () => {
            resolve(answer)
          })
      })
      expect(raw).to.match(/^HTTP\/1\.1 400 Bad Request\r\n/)
      expect(raw).to.contain('urn:orderstream:problem:malformed-request')

      const large = await new Promise<number | undefined>((resolve, reject) => {
        httpRequest({ port, host: '127.0.0.1', path: '/', headers: { 'x-large': 'x'.repeat(20_000) } })
          .on('response', ({ statusCode }) => {
            resolve(statusCode)
          })
          .on('error', reject)
          .end()
      })
      expect(large).to.equal(431)
    })
  })

  const listening = async (): Promise<string> => {
    const [address] = shop.app.addresses()
    return typeof address === 'object'
      ? `http://127.0.0.1:${address.port}`
      : shop.app.listen({ port: 0, host: '127.0.0.1' })
  }

  describe('names requests', () => {
    it('by the id that the caller sends, in the answer and in the log', async () => {
      const { headers } = await get('/health/live', { 'x-correlation-id': 'shop-front:42' })

      expect(headers['x-correlation-id']).to.equal('shop-front:42')
      expect(shop.logged.at(-1)).to.include({
        correlationId: 'shop-front:42',
        requestId: headers['x-request-id'],
        path: '/health/live',
        status: 200,
      })
    })

    it('by an id of its own where the one that was sent is none', async () => {
      for (const sent of ['', 'has blanks', 'x'.repeat(129), '<script>']) {
        const { headers } = await get('/health/live', { 'x-correlation-id': sent })
        expect(headers['x-correlation-id'], sent).to.match(/^[0-9a-f-]{36}$/)
      }
    })

    it('in one line of the log each', async () => {
      const before = shop.logged.length
      await get('/api/v1/products')
      await get('/api/v1/nothing')

      expect(shop.logged.slice(before).map(({ msg }) => msg)).to.deep.equal([
        'request answered',
        'request answered',
      ])
    })
  })

  it('protects those who read its answers in a browser', async () => {
    const { headers } = await get('/api/v1/products')

    expect(headers).to.include({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    expect(headers).to.not.have.property('x-powered-by')
  })

  describe('is documented', () => {
    it('as OpenAPI 3.1, with the security of each route', async () => {
      const answer = await shop.app.inject({ url: '/docs/json' })
      const body: unknown = answer.json()

      expect(answer.statusCode).to.equal(200)
      expect(body).to.include({ openapi: '3.1.0' })
      expect(body)
        .to.have.nested.property('paths./api/v1/orders.post.security')
        .that.deep.equals([{ accessToken: ['orders:place'] }])
      expect(body).to.have.nested.property('paths./api/v1/auth/login.post.security').that.deep.equals([])
    })

    it('in pages that load nothing from elsewhere', async () => {
      const page = await shop.app.inject({ url: '/docs/' })

      expect(page.statusCode).to.equal(200)
      expect(page.headers['content-type']).to.match(/^text\/html/)
      expect(page.headers['content-security-policy']).to.match(/^default-src 'none'/)
      expect(page.body).to.not.match(/(src|href)="(https?:)?\/\//)
    })

    it('with every operation named, tagged and summed up', () => {
      const document = shop.app.swagger() as OpenAPIV3_1.Document
      const operations = Object.values(document.paths ?? {}).flatMap(({ get, post } = {}) =>
        [get ?? [], post ?? []].flat(),
      )
      const names = operations.map(({ operationId }) => operationId)

      expect(operations).to.not.be.empty
      for (const operation of operations) expect(operation).to.include.keys('operationId', 'summary', 'tags')
      expect(new Set(names).size).to.equal(names.length)
    })
  })

  describe('tells its health', () => {
    it('live', async () => {
      expect((await get('/health/live')).body).to.deep.equal({ status: 'live' })
    })

    it('ready, part by part', async () => {
      const ready = { status: 'ready', checks: { postgres: 'up', eventStore: 'up' } }

      expect((await get('/health/ready')).body).to.deep.equal(ready)
      expect((await get('/health')).body).to.deep.equal(ready)
    })
  })
})

describe('the API without its parts', () => {
  let shop: ShopApi
  before(async () => {
    shop = await startShopApi((deps) => ({
      ...deps,
      health: { ...deps.health, search: () => Promise.reject(new Error('its password is hunter2')) },
    }))
  })
  after(() => shop.stop())

  it('is not ready, and says which part is down but not why', async () => {
    const { status, headers, body } = await shop.call({ method: 'GET', url: '/health/ready' })

    expect(status).to.equal(503)
    expect(headers).to.have.property('retry-after')
    expect(body).to.include({ type: 'urn:orderstream:problem:unavailable' })
    expect(body['checks']).to.deep.equal({ postgres: 'up', eventStore: 'up', search: 'down' })
    expect(JSON.stringify(body)).to.not.contain('hunter2')
  })

  it('is still live', async () => {
    expect((await shop.call({ method: 'GET', url: '/health/live' })).status).to.equal(200)
  })
})
