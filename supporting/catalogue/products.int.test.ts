import { expect } from 'chai'
import type { ShopDatabase } from '../testing/shop-database.ts'
import { createShopDatabase } from '../testing/shop-database.ts'
import { createCategory } from './categories.ts'
import { SkuTakenError, StaleVersionError, UnknownCategoryError } from './errors.ts'
import { priceHistory } from './prices.ts'
import type { NewProduct } from './products.ts'
import { changeProduct, createProduct, deleteProduct, getProducts } from './products.ts'

const rejectionOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.catch((reason: unknown) => reason)

describe('products', () => {
  let shop: ShopDatabase
  const at = new Date('2025-11-21T09:00:00.000Z')

  const product = (id: string, more: Partial<NewProduct> = {}): NewProduct => ({
    id,
    sku: `SKU-${id}`,
    name: id,
    description: `All about ${id}`,
    categoryId: 'coffee',
    price: { amount: 1250, currency: 'EUR' },
    active: true,
    ...more,
  })

  before(async () => {
    shop = await createShopDatabase()
    await createCategory(shop.pool, { id: 'coffee', name: 'Coffee', parentId: null }, at)
    await createCategory(shop.pool, { id: 'gear', name: 'Gear', parentId: null }, at)
    const all = [
      product('guji', { name: 'guji' }),
      product('yirga', { name: 'Yirgacheffe', price: { amount: Number.MAX_SAFE_INTEGER, currency: 'JPY' } }),
      product('bourbon', { name: 'Bourbon' }),
      product('twin-b', { name: 'Twin' }),
      product('twin-a', { name: 'twin' }),
      product('gone', { name: 'Gone', active: false }),
      product('kettle', { name: 'Kettle', categoryId: 'gear' }),
    ]
    for (const each of all) await createProduct(shop.pool, each, at)
  })
  after(() => shop.stop())

  it('are got by their ids, also those that are not for sale any more', async () => {
    const products = await getProducts(shop.pool, ['yirga', 'gone', 'never'])

    expect([...products.keys()].sort()).to.deep.equal(['gone', 'yirga'])
    expect(products.get('gone')).to.include({ active: false })
    expect(products.get('yirga')).to.deep.equal({
      id: 'yirga',
      sku: 'SKU-yirga',
      name: 'Yirgacheffe',
      description: 'All about yirga',
      category: { id: 'coffee', name: 'Coffee' },
      price: { amount: Number.MAX_SAFE_INTEGER, currency: 'JPY' },
      active: true,
      createdAt: at,
      version: 1,
    })
  })

  it('are changed by whoever has seen their newest version, and by one of many', async () => {
    await createProduct(shop.pool, product('changing'), at)
    const by = { kind: 'staff', id: 'ada' } as const
    const attempts = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        rejectionOf(
          changeProduct(shop.pool, 'changing', { name: `Name ${index}` }, { expectedVersion: 1, at, by }),
        ),
      ),
    )

    const refused = attempts.filter((attempt) => attempt instanceof StaleVersionError)
    expect(refused).to.have.length(9)
    expect(refused[0]).to.include({ actual: 2 })
    expect((await getProducts(shop.pool, ['changing'])).get('changing')).to.include({ version: 2 })
    expect(await changeProduct(shop.pool, 'never', { name: 'x' }, { expectedVersion: 1, at, by })).to.equal(
      undefined,
    )
  })

  it('keep every price that they have had, with its time and who set it', async () => {
    const first = { kind: 'staff', id: 'ada' } as const
    await createProduct(shop.pool, product('priced'), at, first)
    const changes = [
      { price: { amount: 1_100, currency: 'EUR' } },
      { name: 'Same price' },
      { price: { amount: 1_100, currency: 'USD' } },
    ]
    for (const [index, change] of changes.entries()) {
      const later = new Date(at.getTime() + 1_000 * (index + 1))
      await changeProduct(shop.pool, 'priced', change, {
        ...{ expectedVersion: index + 1, at: later },
        by: { kind: 'service', id: 'prices' },
      })
    }
    await deleteProduct(shop.pool, 'priced', 4)
    const history = await priceHistory(shop.pool, 'priced', { limit: 10 })

    expect(history.map(({ price, from, by }) => ({ price, from, by }))).to.deep.equal([
      {
        price: { amount: 1_100, currency: 'USD' },
        from: new Date('2025-11-21T09:00:03.000Z'),
        by: { kind: 'service', id: 'prices' },
      },
      {
        price: { amount: 1_100, currency: 'EUR' },
        from: new Date('2025-11-21T09:00:01.000Z'),
        by: { kind: 'service', id: 'prices' },
      },
      { price: { amount: 1_250, currency: 'EUR' }, from: at, by: first },
    ])
    const [newest] = history
    const older = await priceHistory(shop.pool, 'priced', { limit: 1, before: newest?.id })
    expect(older.map(({ price }) => price.currency)).to.deep.equal(['EUR', 'EUR'])
  })

  it('are removed by whoever has seen their newest version', async () => {
    await createProduct(shop.pool, product('leaving'), at)
    expect(await rejectionOf(deleteProduct(shop.pool, 'leaving', 2))).to.be.instanceOf(StaleVersionError)
    expect(await deleteProduct(shop.pool, 'leaving', 1)).to.be.true
    expect(await deleteProduct(shop.pool, 'leaving', 1)).to.be.false
  })

  it('that are there already are left as they are', async () => {
    await createProduct(shop.pool, product('guji', { name: 'Another' }), at)
    expect((await getProducts(shop.pool, ['guji'])).get('guji')).to.include({ name: 'guji', version: 1 })
    expect(await priceHistory(shop.pool, 'guji', { limit: 10 })).to.have.length(1)
  })

  it('have a sku and a category of their own', async () => {
    const taken = await rejectionOf(createProduct(shop.pool, product('other', { sku: 'SKU-guji' }), at))
    expect(taken).to.be.instanceOf(SkuTakenError).and.include({ sku: 'SKU-guji' })

    const homeless = await rejectionOf(createProduct(shop.pool, product('other', { categoryId: 'tea' }), at))
    expect(homeless).to.be.instanceOf(UnknownCategoryError).and.include({ categoryId: 'tea' })

    const orphan = { id: 'green', name: 'Green', parentId: 'tea' }
    expect(await rejectionOf(createCategory(shop.pool, orphan, at))).to.be.instanceOf(UnknownCategoryError)
  })
})
