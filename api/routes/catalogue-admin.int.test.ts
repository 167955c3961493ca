import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { png } from '../../platform/png.ts'
import type { Answer, Call, Person, ShopApi } from '../testing/shop-api.ts'
import { startShopApi } from '../testing/shop-api.ts'

interface ProductBody {
  readonly id: string
  readonly name: string
  readonly price: { readonly amount: number }
  readonly images: readonly { readonly id: string; readonly url: string; readonly alt: string }[]
}

describe('the catalogue, as admins keep it', () => {
  let shop: ShopApi
  let admin: Person
  before(async () => {
    shop = await startShopApi()
    admin = await shop.person('admin')
  })
  after(() => shop.stop())

  const call = <Body = Readonly<Record<string, unknown>>>(
    method: Call['method'],
    path: string,
    more: Partial<Call> = {},
  ): Promise<Answer<Body>> => shop.call<Body>({ method, url: `/api/v1${path}`, as: admin, ...more })
  const nobody = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    shop.call({ method: 'GET', url: `/api/v1${path}`, headers })
  const newProduct = (more: object = {}): object => ({
    ...{ sku: `SKU-${randomUUID()}`, name: 'Lamp', categoryId: 'things' },
    ...{ price: { amount: 1_000, currency: 'EUR' }, ...more },
  })
  const create = async (more: object = {}): Promise<Answer<ProductBody>> =>
    call<ProductBody>('POST', '/products', { body: newProduct(more) })
  const etagOf = ({ headers }: Pick<Answer, 'headers'>): string => headers['etag'] ?? ''

  describe('products', () => {
    it('are created once for an idempotency key, changed and removed', async () => {
      const body = newProduct()
      const headers = { 'idempotency-key': randomUUID() }
      const created = await call<ProductBody>('POST', '/products', { body, headers })
      const again = await call<ProductBody>('POST', '/products', { body, headers })
      expect(created.status).to.equal(201)
      expect(again.body).to.deep.equal(created.body)
      const path = String(created.headers['location']).replace('/api/v1', '')

      const seen = await nobody(path)
      expect(seen.body).to.deep.equal(created.body)
      const change = { price: { amount: 900, currency: 'EUR' }, active: false }
      const changed = await call<ProductBody>('PATCH', path, {
        body: change,
        headers: { 'if-match': etagOf(seen) },
      })
      expect(changed.status).to.equal(200)
      expect(changed.body).to.deep.include(change)
      expect((await nobody(path)).status, 'not for sale any more').to.equal(404)
      expect((await call('GET', path)).body).to.deep.equal(changed.body)
      expect((await call('GET', path)).headers['cache-control']).to.equal('private, no-cache')

      const prices = await call<{ items: { price: { amount: number }; by: object }[] }>(
        'GET',
        `${path}/prices`,
      )
      expect(prices.body.items.map(({ price, by }) => [price.amount, by])).to.deep.equal([
        [900, { kind: 'staff', id: admin.id }],
        [1_000, { kind: 'staff', id: admin.id }],
      ])
      const gone = await call('DELETE', path, { headers: { 'if-match': etagOf(changed) } })
      expect(gone.status).to.equal(204)
      expect((await call('GET', path)).status).to.equal(404)
      expect((await call('DELETE', path, { headers: { 'if-match': etagOf(changed) } })).status).to.equal(404)
      expect((await call('GET', `${path}/prices?limit=1`)).body['nextCursor']).to.be.a('string')
    })

    it('are changed by those who say what they have seen, and have seen the newest', async () => {
      const { body, headers } = await create()
      const path = `/products/${body.id}`
      const change = { body: { name: 'Another' } }

      expect((await call('PATCH', path, change)).status).to.equal(428)
      expect((await call('DELETE', path)).status).to.equal(428)
      expect((await call('PATCH', path, { ...change, headers: { 'if-match': '*' } })).status).to.equal(400)
      expect((await call('PATCH', path, { ...change, headers: { 'if-match': '"2"' } })).status).to.equal(412)
      expect(
        (await call('PATCH', path, { ...change, headers: { 'if-match': etagOf({ headers }) } })).status,
      ).to.equal(200)
      expect(
        (await call('PATCH', path, { ...change, headers: { 'if-match': etagOf({ headers }) } })).status,
      ).to.equal(412)
      expect((await call('DELETE', path, { headers: { 'if-match': etagOf({ headers }) } })).status).to.equal(
        412,
      )
    })

    it('are refused where they can not be', async () => {
      const { body } = await create({ sku: 'TAKEN' })
      expect(body.name).to.equal('Lamp')
      for (const [more, status, kind] of [
        [{ sku: 'TAKEN' }, 409, 'sku-taken'],
        [{ categoryId: 'never' }, 422, 'unknown-category'],
        [{ price: { amount: -1, currency: 'EUR' } }, 400, 'invalid-request'],
        [{ price: { amount: 1.5, currency: 'EUR' } }, 400, 'invalid-request'],
        [{ name: ' x' }, 400, 'invalid-request'],
        [{ description: 'a\u0000b' }, 400, 'invalid-request'],
        [{ colour: 'red' }, 400, 'invalid-request'],
      ] as const) {
        const refused = await create(more)
        expect(refused.status, JSON.stringify(more)).to.equal(status)
        expect(refused.body).to.include({ type: `urn:orderstream:problem:${kind}` })
      }
    })

    it('that are not for sale are found by admins alone', async () => {
      await create({ name: 'Secretlamp', active: false })
      expect((await nobody('/products?q=secretlamp')).body['items']).to.deep.equal([])
      expect((await nobody('/products?q=secretlamp&active=any')).status).to.equal(403)
      const customer = await shop.person('customer')
      expect((await call('GET', '/products?active=false', { as: customer })).status).to.equal(403)
      const found = await call<{ items: object[] }>('GET', '/products?q=secretlamp&active=any')
      expect(found.body.items).to.have.length(1)
      expect(found.headers['cache-control']).to.equal('private, no-cache')
    })

    it('that are not for sale, or gone, can not be ordered', async () => {
      const { body } = await create({ active: false })
      const order = {
        items: [{ productId: body.id, quantity: 1 }],
        shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
      }
      const customer = await shop.person('customer')
      const refused = await call('POST', '/orders', { as: customer, body: order })
      expect(refused.status).to.equal(422)
      expect(refused.body).to.deep.include({ productIds: [body.id] })
      const priced = {
        ...order,
        items: [{ productId: body.id, quantity: 1, unitPrice: { amount: 1, currency: 'EUR' } }],
      }
      expect((await call('POST', '/orders', { as: customer, body: priced })).status).to.equal(400)
    })

    it('are searched, filtered and counted', async () => {
      await create({ name: 'Findable torch', price: { amount: 7_700, currency: 'EUR' } })
      const found = await nobody(
        '/products?q=findabel&facets=true&priceFrom=5000&inStock=false&sort=-price&category=things',
      )
      expect(found.status).to.equal(200)
      expect(found.body['items']).to.have.length(1)
      expect(found.body['corrections']).to.deep.equal([{ word: 'findabel', alternatives: ['findable'] }])
      expect(found.body['facets']).to.deep.equal({
        total: 1,
        inStock: 0,
        priceBands: [{ currency: 'EUR', from: 5_000, to: 9_999, count: 1 }],
        categories: [{ id: 'things', name: 'Things', parentId: null, count: 1 }],
      })
    })

    it('take a cursor of the same order only', async () => {
      await create()
      await create()
      const { body } = await nobody('/products?limit=1&sort=price')
      const cursor = String(body['nextCursor'])
      expect((await nobody(`/products?limit=1&sort=price&cursor=${cursor}`)).status).to.equal(200)
      expect((await nobody(`/products?limit=1&sort=newest&cursor=${cursor}`)).status).to.equal(400)
      expect((await nobody(`/products?cursor=x`)).status).to.equal(400)
    })

    it('are searched by anything that anybody may send', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.string({ unit: 'binary', maxLength: 80 }),
          fc.constantFrom('q', 'category', 'cursor', 'sort', 'priceFrom', 'currency'),
          async (text, name) => {
            const { status } = await nobody(
              `/products?${name}=${encodeURIComponent(Buffer.from(text).toString())}`,
            )
            expect(status).to.be.oneOf([200, 400])
          },
        ),
        { numRuns: 60 },
      )
    })

    it('are not sent again to those who have them', async () => {
      const { body } = await create()
      for (const path of [
        `/products/${body.id}`,
        '/products?sort=newest',
        '/categories',
        '/categories/things',
      ]) {
        const first = await nobody(path)
        expect(first.headers['cache-control'], path).to.match(/^public, max-age=\d+/)
        const again = await nobody(path, { 'if-none-match': etagOf(first) })
        expect(again.status, path).to.equal(304)
        expect(again.body).to.deep.equal({})
        expect(etagOf(again)).to.equal(etagOf(first))
        expect((await nobody(path, { 'if-none-match': '"other"' })).status).to.equal(200)
      }
    })
  })

  describe('categories', () => {
    it('are created, moved, renamed and removed', async () => {
      const shoes = await call('POST', '/categories', { body: { name: 'Thé & Schuhe' } })
      expect(shoes.status).to.equal(201)
      expect(shoes.body).to.deep.include({ slug: 'the-schuhe', parentId: null })
      const path = String(shoes.headers['location']).replace('/api/v1', '')
      const boots = await call('POST', '/categories', { body: { name: '靴', parentId: shoes.body['id'] } })
      expect(boots.body['slug']).to.equal(boots.body['id'])

      const moved = await call('PATCH', path, {
        body: { name: 'Shoes', slug: 'shoes', position: 0 },
        headers: { 'if-match': etagOf(shoes) },
      })
      expect(moved.body).to.deep.include({ name: 'Shoes', slug: 'shoes', position: 0 })
      const tree = await nobody('/categories')
      expect(
        (tree.body['items'] as { name: string; depth: number }[]).map(({ name, depth }) => [name, depth]),
      ).to.deep.equal([
        ['Shoes', 0],
        ['靴', 1],
        ['Things', 0],
      ])
      const seen = await nobody(path)
      expect(seen.body).to.deep.equal(moved.body)
      const full = await call('DELETE', path, { headers: { 'if-match': etagOf(seen) } })
      expect(full.status).to.equal(409)
      const below = `/categories/${String(boots.body['id'])}`
      expect((await call('DELETE', below, { headers: { 'if-match': etagOf(boots) } })).status).to.equal(204)
      expect((await call('DELETE', path, { headers: { 'if-match': etagOf(seen) } })).status).to.equal(204)
      expect((await nobody(path)).status).to.equal(404)
      expect((await call('DELETE', path, { headers: { 'if-match': etagOf(seen) } })).status).to.equal(404)
      expect(
        (await call('PATCH', path, { body: { name: 'x' }, headers: { 'if-match': '"1"' } })).status,
      ).to.equal(404)
    })

    it('are refused where they can not be', async () => {
      const { body, headers } = await call('POST', '/categories', { body: { name: 'Circle' } })
      const path = `/categories/${String(body['id'])}`
      const change = (what: object, etag = etagOf({ headers })): Promise<Answer> =>
        call('PATCH', path, { body: what, headers: { 'if-match': etag } })

      expect((await change({ parentId: body['id'] })).status).to.equal(422)
      expect((await change({ parentId: 'never' })).status).to.equal(422)
      expect((await change({ slug: 'things' })).status).to.equal(409)
      expect((await change({ name: 'x' }, '"9"')).status).to.equal(412)
      expect((await change({})).status).to.equal(400)
      expect((await call('PATCH', path, { body: { name: 'x' } })).status).to.equal(428)
      expect((await call('POST', '/categories', { body: { name: 'Things' } })).status).to.equal(409)
    })
  })

  describe('images', () => {
    const BOUNDARY = 'x-boundary-x'
    const file = (bytes: Buffer | string, name = 'a.png', type = 'image/png', field = 'file'): Buffer =>
      Buffer.concat([
        Buffer.from(
          `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`,
        ),
        Buffer.from(bytes),
        Buffer.from('\r\n'),
      ])
    const field = (name: string, value: string): Buffer =>
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    const END = Buffer.from(`--${BOUNDARY}--\r\n`)
    const upload = async (
      id: string,
      parts: readonly Buffer[],
      headers: Record<string, string> = {},
    ): Promise<{ status: number; headers: Record<string, unknown>; body: ProductBody }> => {
      const answer = await shop.app.inject({
        method: 'POST',
        url: `/api/v1/products/${id}/images`,
        headers: {
          authorization: `Bearer ${admin.token}`,
          'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
          ...headers,
        },
        payload: Buffer.concat([...parts]),
      })
      return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
    }
    const picture = png(4, 3, (x, y) => [x, y, 7])

    it('are uploaded, shown, moved and removed', async () => {
      const { body } = await create()
      const first = await upload(body.id, [field('alt', 'A lamp'), file(picture), END])
      expect(first.status).to.equal(201)
      expect(first.body.images).to.have.length(1)
      expect(first.body.images[0]).to.deep.include({
        alt: 'A lamp',
        contentType: 'image/png',
        width: 4,
        height: 3,
      })
      const second = await upload(body.id, [file(png(1, 1, () => [0, 0, 0])), END])
      const url = String(first.headers['location'])

      const shown = await shop.app.inject({ method: 'GET', url })
      expect(shown.statusCode).to.equal(200)
      expect(shown.rawPayload.equals(picture)).to.be.true
      expect(shown.headers).to.include({
        'content-type': 'image/png',
        'content-length': String(picture.length),
        'x-content-type-options': 'nosniff',
        'cache-control': 'public, max-age=31536000, immutable',
        'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'cross-origin',
      })
      const known = { 'if-none-match': String(shown.headers.etag) }
      expect((await shop.app.inject({ method: 'GET', url, headers: known })).statusCode).to.equal(304)

      const [one, two] = second.body.images
      const path = `/products/${body.id}/images`
      const moved = await call<ProductBody>('PATCH', `${path}/${two?.id ?? ''}`, {
        body: { position: 0, alt: 'Dark' },
        headers: { 'if-match': String(second.headers['etag']) },
      })
      expect(moved.body.images.map(({ alt }) => alt)).to.deep.equal(['Dark', 'A lamp'])
      expect((await nobody(`/products/${body.id}`)).body['images']).to.deep.equal(moved.body.images)
      const items = (await nobody('/products?sort=newest&limit=100')).body['items'] as ProductBody[]
      expect(items.find(({ id }) => id === body.id)?.images).to.deep.equal(moved.body.images)

      const change = { headers: { 'if-match': etagOf(moved) } }
      expect((await call('DELETE', `${path}/${one?.id ?? ''}`)).status).to.equal(428)
      const left = await call<ProductBody>('DELETE', `${path}/${one?.id ?? ''}`, change)
      expect(left.body.images).to.have.length(1)
      expect((await call('DELETE', `${path}/${one?.id ?? ''}`, change)).status).to.equal(412)
      const gone = { headers: { 'if-match': etagOf(left) } }
      expect((await call('DELETE', `${path}/${one?.id ?? ''}`, gone)).status).to.equal(404)
      expect(
        (await call('PATCH', `${path}/${one?.id ?? ''}`, { ...gone, body: { alt: 'x' } })).status,
      ).to.equal(404)
      expect((await shop.app.inject({ method: 'GET', url })).statusCode).to.equal(404)
    })

    it('are uploaded once for an idempotency key, which stands for one file', async () => {
      const { body } = await create()
      const headers = { 'idempotency-key': randomUUID() }
      const first = await upload(body.id, [file(picture), END], headers)
      const again = await upload(body.id, [file(picture), END], headers)
      const other = await upload(body.id, [file(png(1, 1, () => [9, 9, 9])), END], headers)
      expect([first.status, again.status, other.status]).to.deep.equal([201, 201, 422])
      expect(again.body.images).to.have.length(1)
    })

    it('are refused where they are none, whatever their name and type say', async () => {
      const { body } = await create()
      for (const [bytes, name, type] of [
        ['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'a.png', 'image/png'],
        ['<!doctype html><script>alert(1)</script>', 'a.jpg', 'image/jpeg'],
        ['', 'a.png', 'image/png'],
        ['<svg/>', 'a.svg', 'image/svg+xml'],
      ] as const) {
        const refused = await upload(body.id, [file(bytes, name, type), END])
        expect(refused.status, name).to.equal(422)
        expect(refused.body).to.include({ type: 'urn:orderstream:problem:unusable-image' })
      }
      // a picture is one whatever it is called, and its name leads nowhere
      const shown = await upload(body.id, [file(picture, '../../etc/passwd', 'text/html'), END])
      expect(shown.status).to.equal(201)
      expect(shown.body.images[0]).to.include({ contentType: 'image/png' })
    })

    it('are refused where they are too much or can not be read', async () => {
      const { body } = await create()
      const bomb = Buffer.from(picture)
      bomb.writeUInt32BE(60_000, 16)
      bomb.writeUInt32BE(60_000, 20)
      expect((await upload(body.id, [file(bomb), END])).status).to.equal(422)
      expect((await upload(body.id, [file(Buffer.alloc(5 * 1024 * 1024 + 1)), END])).status).to.equal(413)
      expect((await upload(body.id, [file(Buffer.alloc(6 * 1024 * 1024)), END])).status).to.equal(413)
      expect((await upload(body.id, [file(picture), file(picture), END])).status).to.be.oneOf([400, 413])
      expect(
        (await upload(body.id, [file(picture), field('alt', 'a'), field('alt', 'b'), END])).status,
      ).to.equal(400)
      expect((await upload(body.id, [file(picture), field('more', 'a'), END])).status).to.equal(400)
      expect((await upload(body.id, [field('file', 'text'), END])).status).to.equal(400)
      expect((await upload(body.id, [field('__proto__', 'x'), file(picture), END])).status).to.equal(400)
      expect((await upload(body.id, [END])).status).to.equal(400)
      expect((await upload(body.id, [file(picture).subarray(0, 150)])).status).to.equal(400)
      expect((await upload(body.id, [Buffer.from('nonsense')])).status).to.equal(400)
      expect((await upload(body.id, [], { 'content-type': 'multipart/form-data' })).status).to.be.oneOf([
        400, 415,
      ])
      expect(
        (await upload(body.id, [Buffer.from('{}')], { 'content-type': 'application/json' })).status,
      ).to.equal(415)
      expect((await upload('never', [file(picture), END])).status).to.equal(404)
      expect((await call<ProductBody>('GET', `/products/${body.id}`)).body.images).to.deep.equal([])
    })

    it('are found by no name but their own', async () => {
      for (const name of ['..%2f..%2fetc%2fpasswd', '....', 'x', '01KAJ5Z4QW8X2N6T3R9V7C1B0D']) {
        expect(
          (await shop.app.inject({ method: 'GET', url: `/api/v1/images/${name}` })).statusCode,
          name,
        ).to.equal(404)
      }
    })
  })
})
