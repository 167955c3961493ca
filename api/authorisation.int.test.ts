import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { expect } from 'chai'
import type { OpenAPIV3_1 } from 'openapi-types'
import { SCOPES, scopesOf } from '../supporting/accounts/roles.ts'
import { DEFAULT_LIMITS } from './deps.ts'
import type { Answer, Call, Person, ShopApi } from './testing/shop-api.ts'
import { PASSWORD, startShopApi } from './testing/shop-api.ts'
import { decodeToken, forgeToken } from './testing/tokens.ts'

const PEOPLE = ['nobody', 'customer', 'other customer', 'support', 'warehouse', 'admin'] as const
type Who = (typeof PEOPLE)[number]

const ALL = PEOPLE
const SIGNED_IN = PEOPLE.filter((who) => who !== 'nobody')

/** Who may call what. An operation that is missing here fails the test: decide before you publish. */
const MAY_CALL: Readonly<Record<string, readonly Who[]>> = {
  'POST /api/v1/auth/register': ALL,
  'POST /api/v1/auth/verify-email': ALL,
  'POST /api/v1/auth/login': ALL,
  'POST /api/v1/auth/refresh': ALL,
  'POST /api/v1/auth/logout': ALL,
  'POST /api/v1/auth/forgot-password': ALL,
  'POST /api/v1/auth/reset-password': ALL,
  'POST /api/v1/auth/token': ALL,
  'GET /api/v1/users/me': SIGNED_IN,
  'PATCH /api/v1/users/me': SIGNED_IN,
  'DELETE /api/v1/users/me': SIGNED_IN,
  'GET /api/v1/users': ['support', 'admin'],
  'POST /api/v1/users/batch': ['support', 'admin'],
  'PATCH /api/v1/users/{id}/roles': ['admin'],
  'POST /api/v1/service-accounts': ['admin'],
  'GET /api/v1/service-accounts': ['admin'],
  'DELETE /api/v1/service-accounts/{id}': ['admin'],
  'GET /.well-known/jwks.json': ALL,
  'GET /health': ALL,
  'GET /health/live': ALL,
  'GET /health/ready': ALL,
  // the test's shop has them open; who may read them otherwise: operations.int.test.ts
  'GET /metrics': ALL,
  'GET /api/v1/products': ALL,
  'GET /api/v1/products/{id}': ALL,
  'POST /api/v1/products': ['admin'],
  'PATCH /api/v1/products/{id}': ['admin'],
  'DELETE /api/v1/products/{id}': ['admin'],
  'GET /api/v1/products/{id}/prices': ['admin'],
  'POST /api/v1/products/{id}/images': ['admin'],
  'PATCH /api/v1/products/{id}/images/{imageId}': ['admin'],
  'DELETE /api/v1/products/{id}/images/{imageId}': ['admin'],
  'GET /api/v1/images/{id}': ALL,
  'GET /api/v1/cart': ALL,
  'DELETE /api/v1/cart': ALL,
  'POST /api/v1/cart/items': ALL,
  'PUT /api/v1/cart/items/{productId}': ALL,
  'DELETE /api/v1/cart/items/{productId}': ALL,
  'POST /api/v1/cart/checkout': ['customer', 'other customer', 'admin'],
  'GET /api/v1/categories': ALL,
  'GET /api/v1/categories/{id}': ALL,
  'POST /api/v1/categories': ['admin'],
  'PATCH /api/v1/categories/{id}': ['admin'],
  'DELETE /api/v1/categories/{id}': ['admin'],
  'POST /api/v1/orders': ['customer', 'other customer', 'admin'],
  'GET /api/v1/orders': ['customer', 'other customer', 'support', 'warehouse', 'admin'],
  'GET /api/v1/orders/{id}': ['customer', 'other customer', 'support', 'warehouse', 'admin'],
  'GET /api/v1/orders/{id}/status': ['customer', 'other customer', 'support', 'warehouse', 'admin'],
  'GET /api/v1/orders/{id}/live': ['customer', 'other customer', 'support', 'warehouse', 'admin'],
  'GET /api/v1/orders/{id}/events': ['customer', 'other customer', 'support', 'warehouse', 'admin'],
  'POST /api/v1/orders/{id}/cancel': ['customer', 'other customer', 'support', 'admin'],
  'POST /api/v1/orders/{id}/ship': ['warehouse', 'admin'],
  'POST /api/v1/orders/{id}/deliver': ['warehouse', 'admin'],
  'POST /api/v1/orders/{id}/complete': ['warehouse', 'admin'],
  'POST /api/v1/orders/{id}/refunds': ['support', 'admin'],
  'POST /api/v1/orders/{id}/refunds/{refundId}/retry': ['support', 'admin'],
  'POST /api/v1/payments/webhooks/{provider}': ALL,
  'POST /api/v1/payments/{id}/capture': ['support', 'admin'],
  'POST /api/v1/payments/{id}/void': ['support', 'admin'],
  'POST /api/v1/wallet/top-ups': ['support', 'admin'],
  'POST /api/v1/payments/preauth': ['customer', 'other customer', 'admin'],
  'GET /api/v1/admin/sagas': ['admin'],
  'POST /api/v1/admin/sagas/{orderId}/resume': ['admin'],
  'GET /api/v1/admin/dead-letters': ['admin'],
  'GET /api/v1/admin/dead-letters/{id}': ['admin'],
  'DELETE /api/v1/admin/dead-letters/{id}': ['admin'],
  'POST /api/v1/admin/dead-letters/{id}/replay': ['admin'],
  'POST /api/v1/admin/dead-letters/replay': ['admin'],
  'GET /api/v1/inventory': ['warehouse', 'admin'],
  'POST /api/v1/inventory/batch': SIGNED_IN,
  'PUT /api/v1/inventory/{sku}/low-stock-threshold': ['warehouse', 'admin'],
  'GET /api/v1/payments': ['customer', 'other customer', 'support', 'admin'],
  'GET /api/v1/payments/{id}': ['customer', 'other customer', 'support', 'admin'],
  'GET /api/v1/refunds': ['support', 'admin'],
  'GET /api/v1/wallet': ['customer', 'other customer', 'support', 'admin'],
  'GET /api/v1/wallet/statement': ['customer', 'other customer', 'support', 'admin'],
  'GET /api/v1/customers/{id}/orders': ['customer', 'other customer', 'support', 'warehouse', 'admin'],
  'GET /api/v1/analytics/dashboard': ['support', 'admin'],
  'GET /api/v1/analytics/metrics': ['support', 'admin'],
  'GET /api/v1/analytics/sales': ['support', 'admin'],
  'GET /api/v1/analytics/sales.csv': ['support', 'admin'],
  'GET /api/v1/inventory/{sku}/movements': ['support', 'warehouse', 'admin'],
  'GET /api/v1/inventory/{sku}': SIGNED_IN,
  'POST /api/v1/inventory/{sku}/receive': ['warehouse', 'admin'],
  'POST /api/v1/inventory/{sku}/adjust': ['warehouse', 'admin'],
}

/** Routes that the document does not tell of: its own pages, the mails of a shop for trying out, and the questions of browsers. */
const HIDDEN: readonly string[] = [
  'GET /docs/',
  'GET /docs/static/index.html',
  'GET /docs/static/swagger-initializer.js',
  'GET /docs/json',
  'GET /docs/yaml',
  'GET /docs/static/*',
  'GET /inbox',
  'OPTIONS *',
]

/** What a customer must not get to see of another one's. */
const OWN = [
  'GET /api/v1/orders/{id}',
  'GET /api/v1/orders/{id}/status',
  'GET /api/v1/orders/{id}/events',
  'GET /api/v1/orders/{id}/live',
]

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

describe('authorisation', () => {
  let shop: ShopApi
  let people: Readonly<Record<Exclude<Who, 'nobody'>, Person>>
  let orderId: string
  let sku: string

  before(async () => {
    // what is followed ends at once, so that its answer is whole
    const live = { ...DEFAULT_LIMITS.live, lastMs: 1 }
    shop = await startShopApi((deps) => ({
      ...deps,
      limits: { live },
      inbox: () => Promise.resolve([]),
      corsOrigins: ['https://shop.test'],
    }))
    people = {
      customer: await shop.person('customer'),
      'other customer': await shop.person('customer'),
      support: await shop.person('support'),
      warehouse: await shop.person('warehouse'),
      admin: await shop.person('admin'),
    }
    const product = await shop.product(10)
    sku = product.sku
    const { body } = await shop.call({
      method: 'POST',
      url: '/api/v1/orders',
      as: people.customer,
      body: {
        items: [{ productId: product.id, quantity: 1 }],
        shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
      },
    })
    orderId = String(body['id'])
  })
  after(() => shop.stop())

  const operations = (): {
    readonly name: string
    readonly method: Call['method']
    readonly path: string
  }[] => {
    const { paths = {} } = shop.app.swagger() as OpenAPIV3_1.Document
    return Object.entries(paths).flatMap(([path, item = {}]) =>
      METHODS.filter((method) => item[method] !== undefined).map((method) => {
        const upper = method.toUpperCase() as Call['method']
        return { name: `${upper} ${path}`, method: upper, path }
      }),
    )
  }

  const callAs = async (
    who: Who,
    method: Call['method'],
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> =>
    shop.call({
      method,
      url: path
        .replace('{id}', orderId)
        .replace('{sku}', sku)
        .replace('{refundId}', 'r-1')
        .replace('{imageId}', '01kaj5z4qw8x2n6t3r9v7c1b0d')
        .replace('{productId}', 'p'),
      headers,
      ...(who !== 'nobody' && { as: await personFor(who, method, path) }),
      ...(method !== 'GET' && { body: {} }),
    })

  /** Whoever erases the own account is not needed afterwards. */
  const personFor = (who: Exclude<Who, 'nobody'>, method: Call['method'], path: string): Promise<Person> =>
    method === 'DELETE' && path.endsWith('/users/me')
      ? shop.person(who === 'other customer' ? 'customer' : who)
      : Promise.resolve(people[who])

  it('is decided for every operation', () => {
    expect(operations().map(({ name }) => name)).to.have.members(Object.keys(MAY_CALL))
  })

  it('leaves no route out, those that the document hides among them', () => {
    const all = shop.app.routeTable.flatMap(({ method, url }) =>
      [method].flat().map((each) => `${each} ${url.replaceAll(/:(\w+)/g, '{$1}')}`),
    )
    const hidden = all.filter((name) => !name.startsWith('HEAD ') && !(name in MAY_CALL))
    expect(hidden).to.have.members(HIDDEN)
  })

  it('of what the document hides is for everybody, and changes nothing', async () => {
    const urls = HIDDEN.map((name) => name.replace('*', 'swagger-ui.css').split(' ')[1] ?? '')
    for (const url of urls.filter((each) => each.startsWith('/'))) {
      for (const person of [undefined, ...Object.values(people)]) {
        const headers = person && { authorization: `Bearer ${person.token}` }
        const { statusCode } = await shop.app.inject({ method: 'GET', url, ...(headers && { headers }) })
        expect(statusCode, url).to.be.oneOf([200, 302])
      }
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
        expect((await shop.app.inject({ method, url })).statusCode, `${method} ${url}`).to.be.oneOf([
          404, 405,
        ])
      }
    }
  })

  for (const who of PEOPLE) {
    it(`lets ${who} through where it should, and nowhere else`, async () => {
      for (const { name, method, path } of operations()) {
        const { status, headers } = await callAs(who, method, path)
        if (MAY_CALL[name]?.includes(who)) {
          expect(status, name).to.not.be.oneOf([401, 403])
        } else {
          expect(status, name).to.equal(who === 'nobody' ? 401 : 403)
          expect(headers['www-authenticate'], name).to.match(/^Bearer/)
        }
      }
    })
  }

  it('shows a customer nothing of another one, not even that it is there', async () => {
    for (const { name, method, path } of operations().filter((operation) => OWN.includes(operation.name))) {
      expect((await callAs('customer', method, path)).status, name).to.equal(200)
      expect((await callAs('support', method, path)).status, name).to.equal(200)
      const hidden = await callAs('other customer', method, path)
      const absent = await callAs(
        'other customer',
        method,
        path.replace('{id}', '01KAJ0000000000000000000N0'),
      )
      expect(hidden.status, name).to.equal(404)
      expect({ ...hidden.body, instance: '', correlationId: '' }, name).to.deep.equal({
        ...absent.body,
        instance: '',
        correlationId: '',
      })
    }
  })

  describe('of tokens', () => {
    const tryToken = async (token: string): Promise<{ status: number; challenge: string | undefined }> => {
      const { status, headers } = await shop.call({
        method: 'GET',
        url: '/api/v1/orders',
        headers: { authorization: token },
      })
      return { status, challenge: headers['www-authenticate'] }
    }
    const refused = { status: 401, challenge: 'Bearer error="invalid_token"' }

    it('takes those that were signed here, and any client can check them by the published keys', async () => {
      const { token } = people.customer
      const { header, claims, signature } = decodeToken(token)
      const { body } = await shop.call<{ keys: { kid: string }[] }>({
        method: 'GET',
        url: '/.well-known/jwks.json',
      })
      const jwk = body.keys.find(({ kid }) => kid === header['kid'])
      const input = Buffer.from(token.slice(0, token.lastIndexOf('.')))

      expect(header).to.include({ alg: 'RS256', typ: 'at+jwt' })
      expect(claims).to.include({ sub: people.customer.id, scope: scopesOf(['customer']).join(' ') })
      expect(Number(claims['exp']) - Number(claims['iat'])).to.equal(900)
      const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
      expect(verify('RSA-SHA256', input, key, Buffer.from(signature, 'base64url'))).to.be.true
      expect((await tryToken(`Bearer ${token}`)).status).to.equal(200)
      expect((await tryToken(`bearer ${token}`)).status).to.equal(200)
    })

    it('refuses what is none', async () => {
      for (const text of [
        '',
        'Bearer',
        'Bearer ',
        'Bearer x',
        'Bearer a.b.c',
        'Basic YTpi',
        `Token ${people.admin.token}`,
      ]) {
        expect(await tryToken(text), text).to.deep.equal(refused)
      }
    })

    it('refuses those that claim what was not signed, or by another key', async () => {
      const { header, claims } = decodeToken(people.customer.token)
      const own = forgeToken(header, claims, createPrivateKey(shop.keys.current().privateKey))
      expect((await tryToken(`Bearer ${own}`)).status, 'control').to.equal(200)
      for (const [name, token] of Object.entries(forgeries())) {
        expect(await tryToken(`Bearer ${token}`), name).to.deep.equal(refused)
      }
    })

    it('refuses them on every route that is not for everybody', async function () {
      this.timeout(120_000)
      const asked = operations().filter(({ name }) => MAY_CALL[name] !== ALL)
      expect(asked).to.not.be.empty
      const tokens = { ...forgeries(), revoked: await revokedToken() }
      for (const { name, method, path } of asked) {
        for (const [kind, token] of Object.entries(tokens)) {
          const headers = { authorization: `Bearer ${token}` }
          const { status } = await callAs('nobody', method, path, headers)
          expect(status, `${name} with a token: ${kind}`).to.equal(401)
        }
      }
    })
  })

  describe('of services', () => {
    it('is for exactly the routes of their scopes', async function () {
      this.timeout(120_000)
      const document = shop.app.swagger() as OpenAPIV3_1.Document
      for (const { name, method, path } of operations()) {
        const scopes =
          document.paths?.[path]?.[method.toLowerCase() as 'get']?.security?.at(-1)?.['accessToken']
        const [scope] = scopes ?? []
        if (scope === undefined) continue
        const others = SCOPES.filter((other) => other !== scope)
        const withIt = await callAs('nobody', method, path, bearer(serviceToken([scope])))
        const without = await callAs('nobody', method, path, bearer(serviceToken(others)))
        expect(withIt.status, `${name} with ${scope} alone`).to.not.be.oneOf([401, 403])
        expect(without.status, `${name} with all but ${scope}`).to.equal(403)
      }
    })
  })

  const bearer = (token: string): { readonly authorization: string } => ({ authorization: `Bearer ${token}` })

  /** Signed here, as for a service that was given these scopes. */
  const serviceToken = (scopes: readonly string[]): string => {
    const { header, claims } = decodeToken(people.customer.token)
    const service = { ...claims, sub: 'service-01KAJ5Z4QW8X2N6T3R9V7C1B0D', kind: 'service', roles: [] }
    const key = createPrivateKey(shop.keys.current().privateKey)
    return forgeToken(header, { ...service, scope: scopes.join(' ') }, key)
  }

  /** Of an account whose roles were changed since. */
  const revokedToken = async (): Promise<string> => {
    const former = await shop.person('admin')
    const { status } = await shop.call({
      method: 'PATCH',
      url: `/api/v1/users/${former.id}/roles`,
      as: people.admin,
      body: { roles: ['customer'] },
    })
    expect(status).to.equal(200)
    return former.token
  }

  /** Tokens that nobody gave, by what is wrong with them. */
  const forgeries = (): Readonly<Record<string, string>> => {
    const { header, claims, signature } = decodeToken(people.customer.token)
    const key = createPrivateKey(shop.keys.current().privateKey)
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const publicKey = shop.keys.current().publicKey
    const now = Math.floor(Date.now() / 1000)
    const admin = { ...claims, roles: ['admin'], scope: SCOPES.join(' ') }
    const endless = { ...claims, exp: undefined }
    return {
      'changed claims': `${forgeToken(header, admin)}${signature}`,
      'no signature': forgeToken(header, admin),
      'alg none': forgeToken({ ...header, alg: 'none' }, admin),
      'public key as HMAC secret': forgeToken({ ...header, alg: 'HS256' }, admin, publicKey),
      'key of a stranger': forgeToken(header, admin, stranger),
      'unknown key id': forgeToken({ ...header, kid: 'unknown' }, admin, stranger),
      'no key id': forgeToken({ alg: 'RS256', typ: 'at+jwt' }, admin, key),
      expired: forgeToken(header, { ...claims, exp: now - 1 }, key),
      'not yet valid': forgeToken(header, { ...claims, nbf: now + 60 }, key),
      'without an end': forgeToken(header, endless, key),
      'another issuer': forgeToken(header, { ...claims, iss: 'another' }, key),
      'another audience': forgeToken(header, { ...claims, aud: 'another' }, key),
      'without a kind of caller': forgeToken(header, { ...claims, kind: undefined }, key),
      'another kind of token': forgeToken({ ...header, typ: 'JWT' }, claims, key),
      'unknown roles': forgeToken(header, { ...claims, roles: ['root'] }, key),
    }
  }

  describe('of signing in', () => {
    const login = (email: string, password: string): Promise<Answer> =>
      shop.call({ method: 'POST', url: '/api/v1/auth/login', body: { email, password } })

    it('gives a token that no cache keeps', async () => {
      const { status, headers, body } = await login(people.customer.email.toUpperCase(), PASSWORD)

      expect(status).to.equal(200)
      expect(headers['cache-control']).to.equal('no-store')
      expect(body).to.include({ tokenType: 'Bearer', expiresIn: 900 })
    })

    it('says the same to a wrong password and to an address that nobody has', async () => {
      const wrong = await login(people.customer.email, 'wrong')
      const unknown = await login('nobody@shop.test', PASSWORD)

      expect(wrong.status).to.equal(401)
      expect({ ...wrong.body, correlationId: '' }).to.deep.equal({ ...unknown.body, correlationId: '' })
    })

    it('leaves no password and no token in the log', async () => {
      await login(people.customer.email, PASSWORD)
      await login(people.customer.email, 'wrong secret')

      const log = JSON.stringify(shop.logged)
      for (const secret of [PASSWORD, 'wrong secret', people.customer.token])
        expect(log).to.not.contain(secret)
    })
  })
})
