import { expect } from 'chai'
import { startShopApi, type ShopApi } from './testing/shop-api.ts'

const SHOP = 'https://shop.example.com'
const OTHERS = ['https://evil.test', 'https://shop.example.com.evil.test', 'http://shop.example.com', 'null']

describe('pages of other origins', () => {
  let shop: ShopApi
  before(async () => {
    shop = await startShopApi((deps) => ({ ...deps, corsOrigins: [SHOP, 'http://localhost:5173'] }))
  })
  after(() => shop.stop())

  const ask = (method: 'GET' | 'OPTIONS', url: string, headers: Readonly<Record<string, string>>) =>
    shop.app.inject({ method, url, headers })
  const preflight = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  }

  it('may ask before they call, also where they have to be signed in', async () => {
    for (const origin of [SHOP, 'http://localhost:5173']) {
      const { statusCode, headers } = await ask('OPTIONS', '/api/v1/orders', { origin, ...preflight })
      expect(statusCode).to.equal(204)
      expect(headers).to.include({
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers': 'authorization',
        'access-control-max-age': '600',
      })
      expect(headers.vary).to.match(/Origin/)
    }
  })

  it('may read answers and refusals, and the header fields that clients need', async () => {
    for (const url of ['/api/v1/products', '/api/v1/orders', '/api/v1/nowhere']) {
      const { headers } = await ask('GET', url, { origin: SHOP })
      expect(headers['access-control-allow-origin'], url).to.equal(SHOP)
      const exposed = String(headers['access-control-expose-headers']).split(', ')
      expect(exposed).to.include.members(['Location', 'ETag', 'Position', 'RateLimit', 'Retry-After'])
    }
  })

  it('are told nothing where they are not named', async () => {
    for (const origin of OTHERS) {
      const answers = [
        await ask('GET', '/api/v1/products', { origin }),
        await ask('OPTIONS', '/api/v1/orders', { origin, ...preflight }),
      ]
      expect(answers.map(({ statusCode }) => statusCode)).to.deep.equal([200, 405])
      for (const { headers } of answers) {
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).to.deep.equal([])
        expect(headers.vary).to.match(/Origin/)
      }
    }
  })
})

describe('where no other origin is named', () => {
  it('says nothing of origins to any page', async () => {
    const shop = await startShopApi()
    try {
      for (const method of ['GET', 'OPTIONS'] as const) {
        const { headers } = await shop.app.inject({
          method,
          url: '/api/v1/products',
          headers: { origin: SHOP },
        })
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).to.deep.equal([])
      }
    } finally {
      await shop.stop()
    }
  })
})
