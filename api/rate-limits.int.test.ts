import { expect } from 'chai'
import type { KeyValueStore } from '../supporting/key-value/key-value.ts'
import { KeyValueUnavailableError } from '../supporting/key-value/key-value.ts'
import { DEFAULT_RATE_LIMITS } from './plugins/rate-limits.ts'
import type { Answer, Person, ShopApi } from './testing/shop-api.ts'
import { PASSWORD, startShopApi } from './testing/shop-api.ts'

describe('rate limits', () => {
  let shop: ShopApi
  let isStoreAway = false
  let ada: Person
  let eve: Person

  before(async () => {
    shop = await startShopApi((deps) => {
      // the real store, which can go away
      const keyValue: KeyValueStore = {
        ...deps.keyValue,
        count: (...args) =>
          isStoreAway
            ? Promise.reject(new KeyValueUnavailableError(new Error('away')))
            : deps.keyValue.count(...args),
      }
      const few = { requests: 3, seconds: 600 }
      const { account, address } = DEFAULT_RATE_LIMITS
      return {
        ...deps,
        keyValue,
        trustedProxies: 1,
        rateLimits: {
          ...DEFAULT_RATE_LIMITS,
          account: { ...account, orders: few },
          address: { ...address, 'sign-in': { requests: 8, seconds: 600 }, default: few },
        },
      }
    })
    ada = await shop.person('customer')
    eve = await shop.person('customer')
  })
  after(() => shop.stop())

  const from = (ip: string): { readonly 'x-forwarded-for': string } => ({ 'x-forwarded-for': ip })
  const products = (ip: string): Promise<Answer> =>
    shop.call({ method: 'GET', url: '/api/v1/products', headers: from(ip) })
  const order = (as: Person): Promise<Answer> =>
    shop.call({ method: 'POST', url: '/api/v1/orders', as, body: {}, headers: from('192.0.2.99') })

  it('refuse what is above them, and say until when', async () => {
    const answers: Answer[] = []
    for (let time = 0; time < 5; time += 1) answers.push(await products('192.0.2.1'))

    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 429, 429])
    const [first, , , refused] = answers
    expect(first?.headers['ratelimit-policy']).to.equal('"anonymous";q=3;w=600')
    expect(first?.headers['ratelimit']).to.equal('"anonymous";r=2;t=600')
    expect(refused?.headers['ratelimit']).to.match(/^"anonymous";r=0;t=\d+$/)
    expect(refused?.body).to.include({ type: 'urn:orderstream:problem:rate-limited' })
    expect(Number(refused?.headers['retry-after'])).to.be.within(590, 600)
  })

  it('count each address by itself, and a network of IPv6 as one', async () => {
    expect((await products('192.0.2.2')).status).to.equal(200)
    const statuses: number[] = []
    for (const host of ['::1', '::2', '::3', '::4'])
      statuses.push((await products(`2001:db8:1:2${host}`)).status)
    expect(statuses).to.deep.equal([200, 200, 200, 429])
  })

  it('believe no more proxies than there are', async () => {
    const statuses: number[] = []
    for (let time = 0; time < 4; time += 1) {
      statuses.push((await products(`198.51.100.${time}, 192.0.2.3`)).status)
    }
    expect(statuses).to.deep.equal([200, 200, 200, 429])
  })

  it('count who is signed in by account and by kind of request', async () => {
    const statuses: number[] = []
    for (let time = 0; time < 4; time += 1) statuses.push((await order(ada)).status)
    expect(statuses).to.deep.equal([400, 400, 400, 429])

    expect((await order(eve)).status, 'another account').to.equal(400)
    const reading = await shop.call({ method: 'GET', url: '/api/v1/orders', as: ada })
    expect(reading.status, 'another kind').to.equal(200)
    expect(reading.headers['ratelimit-policy']).to.equal('"default";q=3000;w=60')
  })

  it('count who tries tokens that are none by address', async () => {
    const statuses: number[] = []
    for (let time = 0; time < 4; time += 1) {
      const headers = { ...from('192.0.2.4'), authorization: 'Bearer none' }
      statuses.push((await shop.call({ method: 'GET', url: '/api/v1/orders', headers })).status)
    }
    expect(statuses).to.deep.equal([401, 401, 401, 429])
  })

  it('count all ways of signing in together', async () => {
    const statuses: number[] = []
    for (const [path, body] of [
      ...Array.from({ length: 5 }, () => ['login', { email: ada.email, password: PASSWORD }] as const),
      ['refresh', { refreshToken: 'none' }],
      ['forgot-password', { email: 'nobody@shop.test' }],
      ['token', { grant_type: 'client_credentials' }],
      ['login', { email: eve.email, password: PASSWORD }],
    ] as const) {
      const headers = from('192.0.2.5')
      statuses.push((await shop.call({ method: 'POST', url: `/api/v1/auth/${path}`, headers, body })).status)
    }
    expect(statuses).to.deep.equal([200, 200, 200, 200, 200, 401, 202, 401, 429])
  })

  it('do not count who asks whether the API is healthy', async () => {
    for (let time = 0; time < 5; time += 1) {
      const { status, headers } = await shop.call({
        method: 'GET',
        url: '/health/live',
        headers: from('192.0.2.6'),
      })
      expect(status).to.equal(200)
      expect(headers).to.not.have.property('ratelimit')
    }
  })

  it('let requests through where they can not be counted', async () => {
    isStoreAway = true
    try {
      for (let time = 0; time < 5; time += 1) expect((await products('192.0.2.1')).status).to.equal(200)
      const login = { email: ada.email, password: PASSWORD }
      const signIn = await shop.call({ method: 'POST', url: '/api/v1/auth/login', body: login })
      expect(signIn.status, 'but nobody may guess at passwords').to.equal(503)
    } finally {
      isStoreAway = false
    }
  })
})

describe('rate limits that are turned off', () => {
  it('count nothing', async () => {
    const shop = await startShopApi((deps) => ({ ...deps, rateLimits: 'off' }))
    try {
      const { headers } = await shop.call({ method: 'GET', url: '/api/v1/products' })
      expect(headers).to.not.have.property('ratelimit')
    } finally {
      await shop.stop()
    }
  })
})
