import { once } from 'node:events'
import { connect } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { expect } from 'chai'
import type { OpenAPIV3_1 } from 'openapi-types'
import { DEFAULT_LIMITS } from './deps.ts'
import { eventually } from '../test/support/eventually.ts'
import { startShopApi, type Person, type ShopApi } from './testing/shop-api.ts'

const SLOW = { headersMs: 300, requestMs: 600 }

describe('hostile requests', () => {
  let shop: ShopApi
  let port: number
  let admin: Person
  before(async () => {
    shop = await startShopApi((deps) => ({ ...deps, limits: SLOW }))
    port = Number(new URL(await shop.app.listen({ port: 0, host: '127.0.0.1' })).port)
    admin = await shop.person('admin')
  })
  after(() => shop.stop())

  /** What comes back over a connection of its own, until the server closes it. */
  const talk = async (...lines: readonly string[]): Promise<string> => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(lines.join('\r\n'))
    return textOf(socket)
  }

  describe('that come too slowly are ended', () => {
    it('within their header fields', async () => {
      expect(await talk('GET /health/live HTTP/1.1', 'Host: x', 'X-Slow: ')).to.match(
        /^HTTP\/1\.1 408 [\s\S]*application\/problem\+json[\s\S]*urn:orderstream:problem:request-timeout/,
      )
    })

    it('within their body', async () => {
      const request = ['POST /api/v1/auth/login HTTP/1.1', 'Host: x', 'Content-Type: application/json']
      expect(await talk(...request, 'Content-Length: 100', '', '{"email"')).to.match(/^HTTP\/1\.1 408 /)
    })

    it('before they have begun', async () => {
      expect(await talk('')).to.match(/^(HTTP\/1\.1 408 |$)/)
    })
  })

  it('do not end connections that wait for their next request, as those of a load balancer do', async () => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const ask = async (): Promise<string> => {
      socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n')
      const [answer] = (await once(socket, 'data')) as [Buffer]
      return answer.toString()
    }
    const first = await ask()
    expect(first).to.match(/^HTTP\/1\.1 200 /)
    // by then everything that is older than a request may be was looked at
    await talk('GET /health/live HTTP/1.1', 'Host: x', 'X-Slow: ')
    await talk('GET /health/live HTTP/1.1', 'Host: x', 'X-Slow: ')
    expect(await ask()).to.match(/^HTTP\/1\.1 200 /)
    socket.destroy()
    // longer than load balancers keep theirs, which is a minute: else they would send to one that is being closed
    expect(first).to.match(/^keep-alive: timeout=72\r$/im)
    const { keepAliveTimeout, headersTimeout, requestTimeout } = shop.app.server
    expect(keepAliveTimeout).to.be.above(60_000)
    expect({ headersMs: headersTimeout, requestMs: requestTimeout }).to.deep.equal(SLOW)
    expect(DEFAULT_LIMITS.headersMs).to.be.at.most(DEFAULT_LIMITS.requestMs)
  })

  it('do not hold up the end of the API by connections without a request', async () => {
    const other = await startShopApi()
    try {
      const at = await other.app.listen({ port: 0, host: '127.0.0.1' })
      const socket = connect(Number(new URL(at).port), '127.0.0.1')
      await once(socket, 'connect')
      await eventually(
        () =>
          new Promise<boolean>((resolve, reject) => {
            other.app.server.getConnections((error, count) => {
              if (error) reject(error)
              else resolve(count === 1)
            })
          }),
      )
      const closed = once(socket, 'close')
      socket.resume()
      await other.app.close()
      await closed
    } finally {
      await other.stop()
    }
  })

  it('that say two things at once are refused', async () => {
    const smuggled = ['POST /api/v1/auth/login HTTP/1.1', 'Host: x', 'Content-Type: application/json']
    const both = [...smuggled, 'Content-Length: 4', 'Transfer-Encoding: chunked', '', '0', '', '']
    expect(await talk(...both)).to.match(/^HTTP\/1\.1 400 /)
    expect(await talk(...smuggled, 'Content-Length: 2', 'Content-Length: 3', '', '{}')).to.match(/ 400 /)
  })

  it('with a parameter twice, or one that nobody knows, are refused on every route that takes none', async () => {
    const lenient = ['/api/v1/images/{id}', '/api/v1/payments/webhooks/{provider}']
    const { paths = {} } = shop.app.swagger() as OpenAPIV3_1.Document
    const gets = Object.entries(paths).filter(([path, item]) => path.startsWith('/api/v1') && item?.get)
    expect(gets.length).to.be.above(20)
    for (const [path] of gets.filter(([each]) => !lenient.includes(each))) {
      const url = path.replace('{sku}', 'SKU').replaceAll(/\{\w+\}/g, '01KAJ5Z4QW8X2N6T3R9V7C1B0D')
      const { status, body } = await shop.call({ method: 'GET', url: `${url}?unheard=of`, as: admin })
      expect([400, 404], `${path}: ${JSON.stringify(body)}`).to.include(status)
      if (status === 400) expect(body['type'], path).to.equal('urn:orderstream:problem:invalid-request')
    }
    for (const query of ['limit=1&limit=2', 'status=paid&status=placed', '__proto__=x', 'limit[a]=1']) {
      const { status } = await shop.call({ method: 'GET', url: `/api/v1/orders?${query}`, as: admin })
      expect(status, query).to.equal(400)
    }
  })

  it('for files elsewhere find nothing', async () => {
    for (const path of [
      '../../package.json',
      '..%2f..%2fpackage.json',
      '%2e%2e/%2e%2e/etc/passwd',
      'a%00b',
      '.',
    ]) {
      for (const at of ['/api/v1/images/', '/docs/static/']) {
        const answer = await talk(`GET ${at}${path} HTTP/1.1`, 'Host: x', 'Connection: close', '', '')
        expect(answer, `${at}${path}`).to.match(/^HTTP\/1\.1 (400|404) [\s\S]*application\/problem\+json/)
      }
    }
  })

  it('learn nothing of what is inside from what goes wrong', async () => {
    const broken = await startShopApi((deps) => ({
      ...deps,
      waiting: {
        ...deps.waiting,
        untilPosition: () => Promise.reject(new Error('select secret from shop.accounts at /srv/app.ts:1')),
      },
    }))
    try {
      const { status, body } = await broken.call({
        ...{ method: 'GET', url: '/api/v1/orders', as: await broken.person('customer') },
        headers: { 'if-position-reached': '1/1' },
      })
      expect(status).to.equal(500)
      expect(Object.keys(body).sort()).to.deep.equal(['correlationId', 'instance', 'status', 'title', 'type'])
      expect(JSON.stringify(body)).to.not.match(/select|srv|at /)
      expect(JSON.stringify(broken.logged)).to.contain('select secret')
    } finally {
      await broken.stop()
    }
  })

  it('get answers that a browser neither guesses at, frames nor keeps a referrer for', async () => {
    for (const url of ['/api/v1/products', '/api/v1/orders', '/api/v1/nowhere', '/docs/', '/metrics']) {
      const { headers } = await shop.app.inject({ url })
      expect(headers, url).to.include({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        'referrer-policy': 'no-referrer',
      })
      expect(headers['strict-transport-security'], url).to.match(/^max-age=\d{8}/)
      expect(headers['content-security-policy'], url).to.match(/default-src 'none'.*frame-ancestors 'none'/)
      expect(headers, url).to.not.have.any.keys('x-powered-by', 'server')
    }
  })
})
