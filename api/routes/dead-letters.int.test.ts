import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { pino } from 'pino'
import { ulid } from 'ulid'
import { z } from 'zod'
import { connectEventStore } from '../../eventstore/connect.ts'
import { createRegistry } from '../../eventstore/registry.ts'
import { ProviderRefusedRequestError } from '../../gateways/payments/provider.ts'
import { eventually } from '../../test/support/eventually.ts'
import { startShopApi, type Answer, type Person, type ShopApi } from '../testing/shop-api.ts'

interface Letter {
  readonly id: string
  readonly source: { readonly kind: string; readonly name: string }
  readonly event: { readonly stream: string; readonly type: string | null; readonly revision: string }
  readonly cause: string
  readonly retries: number
}
interface Page {
  readonly items: readonly Letter[]
  readonly nextCursor: string | null
}

const ROOT = '/api/v1/admin/dead-letters'

describe('dead letters over HTTP', function () {
  this.timeout(60_000)
  let shop: ShopApi
  let admin: Person
  let customer: Person
  /** Whether our account with the payment provider is in order. */
  let isAllowed = false

  before(async () => {
    shop = await startShopApi(undefined, {
      around: (provider) => ({
        ...provider,
        authorize: (request) =>
          isAllowed
            ? provider.authorize(request)
            : Promise.reject(
                new ProviderRefusedRequestError('simulator', 'authorize', 'no_permission', 'No.'),
              ),
      }),
    })
    admin = await shop.person('admin')
    customer = await shop.person('customer')
  })
  after(() => shop.stop())
  beforeEach(() => {
    isAllowed = false
  })

  const list = async (query = ''): Promise<Page> =>
    (await shop.call<Page>({ method: 'GET', url: `${ROOT}${query}`, as: admin })).body
  const replay = (id: string): Promise<Answer> =>
    shop.call({ method: 'POST', url: `${ROOT}/${id}/replay`, as: admin })
  const show = (id: string): Promise<Answer> => shop.call({ method: 'GET', url: `${ROOT}/${id}`, as: admin })
  const discard = (id: string): Promise<Answer> =>
    shop.call({ method: 'DELETE', url: `${ROOT}/${id}`, as: admin })

  const lettersOf = async (stream: string): Promise<Letter[]> =>
    (await list('?limit=100')).items.filter(({ event }) => event.stream === stream)
  const one = ([letter]: readonly Letter[]): Letter => {
    if (letter === undefined) throw new Error('there is no dead letter')
    return letter
  }

  /** An order that the payment provider does not let us take money for. */
  const parkedOrder = async (): Promise<{ readonly orderId: string; readonly letter: Letter }> => {
    const { id: productId } = await shop.product(1)
    const { body } = await shop.call({
      method: 'POST',
      url: '/api/v1/orders',
      as: customer,
      body: {
        items: [{ productId, quantity: 1 }],
        shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
        paymentMethodId: 'sim_approve',
      },
    })
    const orderId = String(body['id'])
    await eventually(async () => (await lettersOf(`order-${orderId}`)).length > 0)
    return { orderId, letter: one(await lettersOf(`order-${orderId}`)) }
  }
  const statusOf = async (orderId: string): Promise<unknown> =>
    (await shop.call({ method: 'GET', url: `/api/v1/orders/${orderId}`, as: customer })).body['status']

  it('are listed and shown with what, why and since when', async () => {
    const { orderId, letter } = await parkedOrder()
    expect(letter).to.deep.include({ source: { kind: 'process', name: 'order-processes' }, retries: 0 })
    expect(letter.event).to.include({ stream: `order-${orderId}`, type: 'OrderPlaced', revision: '0' })
    expect(letter.cause).to.match(
      /^An operator is needed\. Step pay .*: ProviderRefusedRequestError: .*no_permission/,
    )
    const shown = await show(letter.id)
    expect([shown.status, shown.body]).to.deep.equal([200, letter])
  })

  it('are listed page by page, and by who could not handle them', async () => {
    await parkedOrder()
    await parkedOrder()
    const all = (await list('?limit=100')).items
    const paged: Letter[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Page = await list(`?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)
      expect(page.items).to.have.length(1)
      paged.push(...page.items)
      cursor = page.nextCursor
    }
    expect(paged).to.deep.equal(all)
    expect((await list('?source=read-model')).items).to.deep.equal([])
    const strange = await shop.call({ method: 'GET', url: `${ROOT}?cursor=x`, as: admin })
    expect(strange.status).to.equal(400)
  })

  it('are replayed one by one, by name, once the reason is gone', async () => {
    const { orderId, letter } = await parkedOrder()
    const again = await replay(letter.id)
    expect([again.status, again.body['outcome']]).to.deep.equal([200, 'failed'])
    expect(again.body['reason']).to.contain('no_permission')
    expect((await show(letter.id)).status).to.equal(200)
    isAllowed = true
    expect((await replay(letter.id)).body).to.deep.equal({
      ...{ id: letter.id, outcome: 'replayed', reason: null },
    })
    await eventually(async () => (await statusOf(orderId)) === 'paid')
    expect((await replay(letter.id)).status).to.equal(404)
    expect(shop.logged.some((line) => line['by'] === admin.id && line['id'] === letter.id)).to.equal(true)
  })

  it('are discarded, once', async () => {
    const { orderId, letter } = await parkedOrder()
    expect((await discard(letter.id)).status).to.equal(204)
    expect((await discard(letter.id)).status).to.equal(404)
    expect(await lettersOf(`order-${orderId}`)).to.deep.equal([])
  })

  it('are replayed all', async () => {
    const orders = [await parkedOrder(), await parkedOrder()]
    isAllowed = true
    const url = `${ROOT}/replay?limit=100`
    const { status, body } = await shop.call<{ items: { outcome: string }[]; remaining: number }>({
      ...{ method: 'POST', url, as: admin },
    })
    expect([status, body.remaining]).to.deep.equal([200, 0])
    expect(body.items.map(({ outcome }) => outcome)).to.include.members(['replayed'])
    for (const { orderId } of orders) await eventually(async () => (await statusOf(orderId)) === 'paid')
    const again = await shop.call({ method: 'POST', url, as: admin })
    expect(again.body).to.deep.equal({ items: [], remaining: 0 })
  })

  it('are what no contract can read, too: of the processes and of each read model', async () => {
    const store = connectEventStore({
      connectionString: shop.eventStoreUrl,
      registry: createRegistry({ OrderPlaced: { version: 1, schema: z.object({}) } }),
      logger: pino({ level: 'silent' }),
    })
    const stream = `order-${ulid()}`
    try {
      const metadata = {
        ...{ $correlationId: 'c', $causationId: 'c', commandId: 'c' },
        actor: { kind: 'system', id: 'test' } as const,
      }
      await store.append(stream, [{ type: 'OrderPlaced', data: {}, id: randomUUID(), metadata }], 'no_stream')
    } finally {
      await store.close()
    }
    const sources = async (): Promise<string[]> =>
      (await lettersOf(stream)).map(({ source }) => source.name).toSorted()
    const expected = ['deadlines', 'order-processes', 'orders', 'sagas']
    await eventually(async () => {
      const found = await sources()
      return expected.every((name) => found.includes(name))
    })
    for (const letter of await lettersOf(stream)) {
      expect(letter.cause).to.match(/OrderPlaced/)
      expect((await replay(letter.id)).body['outcome'], letter.id).to.equal('failed')
      expect((await discard(letter.id)).status, letter.id).to.equal(204)
    }
    expect(await lettersOf(stream)).to.deep.equal([])
  })

  it('are not there under an id that nobody gave', async () => {
    for (const id of ['x', 'order-processes.x', `orders.${randomUUID()}`]) {
      expect((await show(id)).status).to.equal(404)
      expect((await replay(id)).status).to.equal(404)
      expect((await discard(id)).status).to.equal(404)
    }
  })
})
