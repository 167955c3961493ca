import { expect } from 'chai'
import type { ShopDatabase } from '../testing/shop-database.ts'
import { createShopDatabase } from '../testing/shop-database.ts'
import { createCategory, UnknownCategoryError } from './categories.ts'
import type { NewProduct, ProductCursor } from './products.ts'
import { createProduct, getProducts, listProducts, SkuTakenError } from './products.ts'

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
    })
  })

  it('are listed by name, page by page, without those that are not for sale', async () => {
    const pages: string[][] = []
    let after: ProductCursor | undefined
    do {
      const page = await listProducts(shop.pool, { limit: 2, ...(after && { after }) })
      pages.push(page.products.map(({ id }) => id))
      after = page.next
    } while (after !== undefined)

    expect(pages).to.deep.equal([
      ['bourbon', 'guji'],
      ['kettle', 'twin-a'],
      ['twin-b', 'yirga'],
    ])
  })

  it('are listed by category', async () => {
    const { products, next } = await listProducts(shop.pool, { limit: 10, categoryId: 'gear' })

    expect(products.map(({ id }) => id)).to.deep.equal(['kettle'])
    expect(next).to.equal(undefined)
  })

  it('keep their pages while others come', async () => {
    const first = await listProducts(shop.pool, { limit: 2 })
    await createProduct(shop.pool, product('acaia', { name: 'Acaia' }), at)
    const second = await listProducts(shop.pool, { limit: 2, ...(first.next && { after: first.next }) })

    expect(second.products.map(({ id }) => id)).to.deep.equal(['kettle', 'twin-a'])
  })

  it('have a sku and a category of their own', async () => {
    const rejection = (attempt: Promise<void>): Promise<unknown> => attempt.catch((reason: unknown) => reason)

    const taken = await rejection(createProduct(shop.pool, product('other', { sku: 'SKU-guji' }), at))
    expect(taken).to.be.instanceOf(SkuTakenError).and.include({ sku: 'SKU-guji' })

    const homeless = await rejection(createProduct(shop.pool, product('other', { categoryId: 'tea' }), at))
    expect(homeless).to.be.instanceOf(UnknownCategoryError).and.include({ categoryId: 'tea' })

    const orphan = { id: 'green', name: 'Green', parentId: 'tea' }
    expect(await rejection(createCategory(shop.pool, orphan, at))).to.be.instanceOf(UnknownCategoryError)
  })
})
