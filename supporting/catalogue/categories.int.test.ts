import { expect } from 'chai'
import type { ShopDatabase } from '../testing/shop-database.ts'
import { createShopDatabase } from '../testing/shop-database.ts'
import { changeCategory, createCategory, deleteCategory, listCategories } from './categories.ts'
import { inTreeOrder } from './category-tree.ts'
import {
  CategoryInUseError,
  CategoryPlaceError,
  SlugTakenError,
  StaleVersionError,
  UnknownCategoryError,
} from './errors.ts'
import { createProduct } from './products.ts'

const rejectionOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.catch((reason: unknown) => reason)

describe('categories', () => {
  let shop: ShopDatabase
  const at = new Date('2025-11-21T09:00:00.000Z')
  beforeEach(async () => {
    shop = await createShopDatabase()
  })
  afterEach(() => shop.stop())

  const create = async (id: string, parentId: string | null = null): Promise<void> => {
    await createCategory(shop.pool, { id, name: id.toUpperCase(), parentId }, at)
  }
  const shown = async (): Promise<string[]> =>
    inTreeOrder(await listCategories(shop.pool)).map(({ id, depth }) => '-'.repeat(depth) + id)

  it('are a tree, in the order in which they came or were put', async () => {
    await create('coffee')
    await create('gear')
    await create('beans', 'coffee')
    const tea = await createCategory(
      shop.pool,
      { id: 'tea', name: 'Tea', parentId: null, slug: 'teas', position: 0 },
      at,
    )

    expect(tea).to.deep.equal({
      id: 'tea',
      name: 'Tea',
      slug: 'teas',
      parentId: null,
      position: 0,
      version: 1,
    })
    expect(await shown()).to.deep.equal(['tea', 'coffee', '-beans', 'gear'])
    await create('tea', 'gear')
    expect(await shown()).to.deep.equal(['tea', 'coffee', '-beans', 'gear'])
  })

  it('are renamed and moved', async () => {
    await create('coffee')
    await create('beans', 'coffee')
    const change = { name: 'Beans!', slug: 'all-beans', parentId: null, position: 0 }
    expect(await changeCategory(shop.pool, 'beans', change, { expectedVersion: 1, at })).to.deep.equal({
      ...{ id: 'beans', name: 'Beans!', slug: 'all-beans', parentId: null, position: 0, version: 2 },
    })
    expect(await shown()).to.deep.equal(['beans', 'coffee'])
    expect(await changeCategory(shop.pool, 'never', {}, { expectedVersion: 1, at })).to.equal(undefined)
  })

  it('are not changed against the rules', async () => {
    await create('coffee')
    await create('beans', 'coffee')
    const change = (id: string, what: object, expectedVersion = 1): Promise<unknown> =>
      rejectionOf(changeCategory(shop.pool, id, what, { expectedVersion, at }))

    expect(await change('beans', { name: 'x' }, 2)).to.be.instanceOf(StaleVersionError)
    expect(await change('beans', { slug: 'coffee' })).to.be.instanceOf(SlugTakenError)
    expect(await change('beans', { parentId: 'never' })).to.be.instanceOf(UnknownCategoryError)
    expect(await change('coffee', { parentId: 'beans' })).to.be.instanceOf(CategoryPlaceError)
    expect(await rejectionOf(create('x', 'never'))).to.be.instanceOf(UnknownCategoryError)
    const twin = createCategory(shop.pool, { id: 'y', slug: 'beans', name: 'Y', parentId: null }, at)
    expect(await rejectionOf(twin)).to.be.instanceOf(SlugTakenError)
    expect(await shown()).to.deep.equal(['coffee', '-beans'])
  })

  it('never make a circle, whoever moves them at the same time', async () => {
    await create('a')
    await create('b')
    const moves = await Promise.all([
      rejectionOf(changeCategory(shop.pool, 'a', { parentId: 'b' }, { expectedVersion: 1, at })),
      rejectionOf(changeCategory(shop.pool, 'b', { parentId: 'a' }, { expectedVersion: 1, at })),
    ])
    expect(moves.filter((move) => move instanceof CategoryPlaceError)).to.have.length(1)
    expect(await shown()).to.have.length(2)
  })

  it('are removed once they hold nothing', async () => {
    await create('coffee')
    await create('beans', 'coffee')
    await createProduct(
      shop.pool,
      {
        ...{ id: 'p', sku: 'P', name: 'P', description: '', categoryId: 'beans', active: false },
        price: { amount: 1, currency: 'EUR' },
      },
      at,
    )
    const above = await rejectionOf(deleteCategory(shop.pool, 'coffee', 1))
    const full = await rejectionOf(deleteCategory(shop.pool, 'beans', 1))
    expect(above).to.be.instanceOf(CategoryInUseError).and.include({ categories: 1, products: 0 })
    expect(full).to.be.instanceOf(CategoryInUseError).and.include({ categories: 0, products: 1 })

    await shop.pool.query('delete from shop.products')
    expect(await rejectionOf(deleteCategory(shop.pool, 'beans', 7))).to.be.instanceOf(StaleVersionError)
    expect(await deleteCategory(shop.pool, 'beans', 1)).to.be.true
    expect(await deleteCategory(shop.pool, 'beans', 1)).to.be.false
    expect(await shown()).to.deep.equal(['coffee'])
  })
})
