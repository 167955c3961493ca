import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { Answer, Person, ShopApi } from '../testing/shop-api.ts'
import { startShopApi } from '../testing/shop-api.ts'

describe('stock', () => {
  let shop: ShopApi
  let keeper: Person

  before(async () => {
    shop = await startShopApi((deps) => ({ ...deps, limits: { positionMs: 200 } }))
    keeper = await shop.person('warehouse')
  })
  after(() => shop.stop())

  const post = (url: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
    shop.call({ method: 'POST', url: `/api/v1/inventory/${url}`, as: keeper, body, headers })
  const get = (sku: string, headers: Record<string, string> = {}): Promise<Answer> =>
    shop.call({ method: 'GET', url: `/api/v1/inventory/${sku}`, as: keeper, headers })

  it('that was received is seen by whoever asks for it with the position of the answer', async () => {
    for (let count = 1; count <= 10; count += 1) {
      const { status, headers, body } = await post('READ-YOUR-WRITES/receive', {
        quantity: 5,
        reference: `PO-${count}`,
      })
      expect(status).to.equal(200)
      expect(body).to.deep.equal({
        sku: 'READ-YOUR-WRITES',
        onHand: 5 * count,
        available: 5 * count,
        reserved: 0,
      })
      const seen = await get('READ-YOUR-WRITES', { 'if-position-reached': headers['position'] ?? '' })
      expect(seen.body).to.deep.equal(body)
    }
  })

  it('is received once for an idempotency key', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const first = await post('ONCE/receive', { quantity: 5, reference: 'PO' }, headers)
    const again = await post('ONCE/receive', { quantity: 5, reference: 'PO' }, headers)
    const elsewhere = await post('TWICE/receive', { quantity: 5, reference: 'PO' }, headers)

    expect(again.body).to.deep.equal(first.body)
    expect((await get('ONCE', { 'if-position-reached': first.headers['position'] ?? '' })).body).to.include({
      onHand: 5,
    })
    expect(elsewhere.status).to.equal(422)
  })

  it('is received once where the process ended between the delivery and its answer', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    await post('CRASHED/receive', { quantity: 5, reference: 'PO' }, headers)
    await shop.pool.query(
      `update shop.idempotency_keys set status = null, headers = null, body = null, lease_until = now() where key = $1`,
      [headers['idempotency-key']],
    )
    const again = await post('CRASHED/receive', { quantity: 5, reference: 'PO' }, headers)

    expect(again.body).to.deep.equal({ sku: 'CRASHED', onHand: 5, available: 5, reserved: 0 })
  })

  it('is adjusted, and never below nothing', async () => {
    await post('ADJUSTED/receive', { quantity: 5, reference: 'PO' })
    const less = await post('ADJUSTED/adjust', { delta: -2, reason: 'broken' })
    const tooMuch = await post('ADJUSTED/adjust', { delta: -4, reason: 'broken' })

    expect(less.body).to.deep.equal({ sku: 'ADJUSTED', onHand: 3, available: 3, reserved: 0 })
    expect(tooMuch.status).to.equal(422)
    expect(tooMuch.body['rejection']).to.deep.equal({
      type: 'insufficient_stock',
      sku: 'ADJUSTED',
      requested: 4,
      available: 3,
    })
  })

  it('of several skus is told at once', async () => {
    const customer = await shop.person('customer')
    await post('BATCH-A/receive', { quantity: 5, reference: 'PO' })
    const { headers } = await post('BATCH-B/receive', { quantity: 7, reference: 'PO' })
    const ask = (body: unknown): Promise<Answer> =>
      shop.call({
        ...{ method: 'POST', url: '/api/v1/inventory/batch', as: customer, body },
        headers: { 'if-position-reached': headers['position'] ?? '' },
      })
    expect((await ask({ skus: ['BATCH-B', 'NEVER', 'BATCH-A', 'BATCH-B'] })).body).to.deep.equal({
      items: [
        { sku: 'BATCH-B', onHand: 7, available: 7, reserved: 0 },
        { sku: 'BATCH-A', onHand: 5, available: 5, reserved: 0 },
      ],
      unknown: ['NEVER'],
    })
    for (const wrong of [{ skus: [] }, { skus: ['a b'] }, { skus: Array(101).fill('A') }, {}]) {
      expect((await ask(wrong)).status).to.equal(400)
    }
  })

  it('that runs low is listed, least available first', async () => {
    let position = ''
    const threshold = async (sku: string, quantity: number, most: number): Promise<Answer> => {
      await post(`${sku}/receive`, { quantity, reference: 'PO' })
      const answer = await shop.call({
        ...{ method: 'PUT', url: `/api/v1/inventory/${sku}/low-stock-threshold`, as: keeper },
        body: { threshold: most },
      })
      position = answer.headers['position'] ?? ''
      return answer
    }
    const { body } = await threshold('LOW-A', 5, 5)
    expect(body).to.deep.equal({ sku: 'LOW-A', onHand: 5, available: 5, reserved: 0, lowStockThreshold: 5 })
    await threshold('LOW-B', 2, 10)
    await threshold('ENOUGH', 6, 5)
    const list = (query: string): Promise<Answer> =>
      shop.call({
        ...{ method: 'GET', url: `/api/v1/inventory?lowStock=true${query}`, as: keeper },
        headers: { 'if-position-reached': position },
      })
    const first = await list('&limit=1')
    expect(first.body['items']).to.deep.equal([
      { sku: 'LOW-B', onHand: 2, available: 2, reserved: 0, lowStockThreshold: 10 },
    ])
    const second = await list(`&limit=1&cursor=${String(first.body['nextCursor'])}`)
    expect(second.body).to.deep.equal({ items: [body], nextCursor: null })
    expect((await list('&cursor=x')).status).to.equal(400)
  })

  it('is not moved by what makes no sense', async () => {
    const wrong: readonly (readonly [string, object])[] = [
      ['receive', { quantity: 0, reference: 'PO' }],
      ['receive', { quantity: 1_000_001, reference: 'PO' }],
      ['receive', { quantity: 1 }],
      ['receive', { quantity: 1, reference: 'PO', price: 1 }],
      ['adjust', { delta: 0, reason: 'x' }],
      ['adjust', { delta: 1, reason: '' }],
    ]
    for (const [action, body] of wrong) {
      expect((await post(`NONSENSE/${action}`, body)).status, JSON.stringify(body)).to.equal(400)
    }
    expect((await get('NONSENSE')).status).to.equal(404)
  })

  it('is not waited for at positions that are none or never come', async () => {
    for (const position of ['x', '1', '-1/-1', `${'9'.repeat(21)}/1`]) {
      expect((await get('ANY', { 'if-position-reached': position })).status, position).to.equal(400)
    }
    const never = await get('ANY', { 'if-position-reached': '999999999999/999999999999' })
    expect(never.status).to.equal(504)
    expect(never.headers).to.have.property('retry-after')
    expect(never.body).to.include({ type: 'urn:orderstream:problem:position-not-reached' })
  })

  it('is waited for at a position in the query as at one in the header, which counts where both are there', async () => {
    const { headers, body } = await post('BY-QUERY/receive', { quantity: 5, reference: 'PO' })
    const position = headers['position'] ?? ''
    expect((await get(`BY-QUERY?position=${position}`)).body).to.deep.equal(body)
    expect((await get('BY-QUERY?position=x')).status).to.equal(400)
    const never = '999999999999/999999999999'
    expect((await get(`BY-QUERY?position=${never}`)).status).to.equal(504)
    expect((await get(`BY-QUERY?position=${never}`, { 'if-position-reached': position })).status).to.equal(
      200,
    )
  })
})
