import { expect } from 'chai'
import type { Answer, ShopApi } from '../testing/shop-api.ts'
import { startShopApi } from '../testing/shop-api.ts'

interface Page {
  readonly items: readonly { readonly name: string; readonly available: number }[]
  readonly nextCursor: string | null
}

describe('products', () => {
  let shop: ShopApi
  before(async () => {
    shop = await startShopApi()
    for (const name of ['Aeropress', 'bean grinder', 'Chemex', 'Dripper', 'Espresso cup']) {
      await shop.product(name.length, { name, price: { amount: 1_999, currency: 'EUR' } })
    }
    await shop.product(0, { name: 'Filter' })
    await shop.product(9, { name: 'Gone', active: false })
  })
  after(() => shop.stop())

  const list = (query: string): Promise<Answer<Page>> =>
    shop.call<Page>({ method: 'GET', url: `/api/v1/products${query}` })

  it('are listed for anybody, with price and stock', async () => {
    const { status, body } = await list('?limit=1')

    expect(status).to.equal(200)
    expect(body.items).to.have.length(1)
    expect(body.items[0]).to.deep.include({
      name: 'Aeropress',
      description: 'A thing',
      category: { id: 'things', name: 'Things' },
      price: { amount: 1_999, currency: 'EUR' },
      available: 9,
    })
    expect(body.items[0]).to.have.keys(
      ...[
        'id',
        'sku',
        'name',
        'description',
        'category',
        'price',
        'available',
        'active',
        'images',
        'createdAt',
      ],
    )
  })

  it('are listed page by page, without those that are not for sale', async () => {
    const names: string[][] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`
      const page: Answer<Page> = await list(`?limit=3${query}`)
      names.push(page.body.items.map(({ name }) => name))
      cursor = page.body.nextCursor
    }

    expect(names).to.deep.equal([
      ['Aeropress', 'bean grinder', 'Chemex'],
      ['Dripper', 'Espresso cup', 'Filter'],
    ])
  })

  it('that never had stock are listed with none', async () => {
    const { body } = await list('')

    expect(body.items.find(({ name }) => name === 'Filter')).to.include({ available: 0 })
  })

  it('are listed by category', async () => {
    expect((await list('?category=things')).body.items).to.have.length(6)
    expect((await list('?category=nothing')).body.items).to.deep.equal([])
  })

  it('are not listed by limits that make no sense', async () => {
    for (const limit of ['0', '101', '-1', '1.5', 'x', '1e9', '']) {
      expect((await list(`?limit=${limit}`)).status, limit).to.equal(400)
    }
  })
})
