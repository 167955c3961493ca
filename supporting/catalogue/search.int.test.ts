import { expect } from 'chai'
import fc from 'fast-check'
import knex from 'knex'
import { createDatabase } from '../../test/support/servers.ts'
import type { ShopDatabase } from '../testing/shop-database.ts'
import { createShopDatabase } from '../testing/shop-database.ts'
import { createCategory } from './categories.ts'
import type { NewProduct } from './products.ts'
import { createProduct } from './products.ts'
import type { PageEnd, ProductSearch, Sort } from './search-query.ts'
import { PAGE_END_KEYS, SORTS } from './search-query.ts'
import type { ProductPage } from './search.ts'
import { searchProducts } from './search.ts'
import { searchMigration, TrigramsMissingError } from './tables.ts'
import { wordsOf } from './search-text.ts'

const STOCK = 'public.stock_for_tests'

describe('the search for products', () => {
  let shop: ShopDatabase
  const at = new Date('2025-11-21T09:00:00.000Z')

  const all: readonly (readonly [
    id: string,
    name: string,
    category: string,
    price: number,
    stock: number,
    more?: Partial<NewProduct>,
  ])[] = [
    [
      'guji',
      'Guji, 250 g',
      'beans',
      1_290,
      10,
      { description: 'Washed Ethiopian beans: jasmine and lemon.' },
    ],
    ['yirga', 'Yirgacheffe, 250 g', 'beans', 1_490, 0, { description: 'Ethiopian beans.' }],
    ['mocca', 'Café Mocca', 'ground', 890, 3, { description: 'Ground for espresso pots.' }],
    ['kettle', 'Kettle', 'gear', 4_900, 5, { description: 'Boils water.', sku: 'GEAR-KET-01' }],
    ['grinder', 'Hand grinder', 'gear', 8_900, 0, { description: 'Grinds beans for a kettle of coffee.' }],
    ['pot', 'Espresso pot', 'gear', 2_900, 7, { description: 'Аэропресс и кофе.' }],
    ['gone', 'Old kettle', 'gear', 1_900, 9, { active: false }],
  ]

  before(async () => {
    shop = await createShopDatabase()
    await shop.pool.query(`create table ${STOCK} (sku text primary key, available int not null)`)
    for (const [id, parentId] of [
      ['coffee', null],
      ['gear', null],
      ['beans', 'coffee'],
      ['ground', 'coffee'],
    ] as const) {
      await createCategory(shop.pool, { id, name: id, parentId, slug: `${id}-slug` }, at)
    }
    for (const [index, [id, name, categoryId, amount, available, more]] of all.entries()) {
      const product: NewProduct = {
        ...{ id, name, categoryId, sku: `SKU-${id}`, description: '', active: true },
        price: { amount, currency: 'EUR' },
        ...more,
      }
      await createProduct(shop.pool, product, new Date(at.getTime() + index))
      if (available > 0)
        await shop.pool.query(`insert into ${STOCK} values ($1, $2)`, [product.sku, available])
    }
  })
  after(() => shop.stop())

  const search = (asked: Partial<ProductSearch>): Promise<ProductPage> =>
    searchProducts(shop.pool, STOCK, { active: true, sort: 'relevance', limit: 100, facets: false, ...asked })
  const found = async (asked: Partial<ProductSearch>): Promise<string[]> =>
    (await search(asked)).products.map(({ id }) => id)

  it('finds words in names, skus and descriptions, the name first', async () => {
    expect(await found({ text: 'kettle' })).to.deep.equal(['kettle', 'grinder'])
    expect(await found({ text: 'gear-ket-01' })).to.deep.equal(['kettle'])
    expect(await found({ text: 'espresso' })).to.deep.equal(['pot', 'mocca'])
    expect(await found({ text: 'ethiopian jasmine' })).to.deep.equal(['guji'])
  })

  it('finds how words begin, their stems, and words without their accents', async () => {
    expect(await found({ text: 'yir' })).to.deep.equal(['yirga'])
    expect(await found({ text: 'grinders' })).to.deep.equal(['grinder'])
    expect(await found({ text: 'cafe' })).to.deep.equal(['mocca'])
    expect(await found({ text: 'CAFÉ' })).to.deep.equal(['mocca'])
    expect(await found({ text: 'кофе' })).to.deep.equal(['pot'])
  })

  it('forgives slips of the finger, and says what it has looked for', async () => {
    for (const [text, id] of [
      ['kettel', 'kettle'],
      ['yirgachefe', 'yirga'],
      ['esprsso', 'pot'],
      ['girnder', 'grinder'],
    ] as const) {
      expect((await found({ text }))[0], text).to.equal(id)
    }
    const { corrections } = await search({ text: 'hand grindre' })
    expect(corrections).to.deep.equal([{ word: 'grindre', alternatives: ['grinder'] }])
    expect((await search({ text: 'kettle' })).corrections).to.deep.equal([])
    expect(await found({ text: 'bicycle' })).to.deep.equal([])
  })

  it('finds nothing by a text without a word', async () => {
    expect(await search({ text: ' !?% ', facets: true })).to.deep.equal({
      ...{ products: [], next: undefined, corrections: [] },
      facets: { total: 0, categories: new Map(), priceBands: [], inStock: 0 },
    })
  })

  it('filters by category with all below it, by id or slug', async () => {
    expect(await found({ category: 'coffee' })).to.deep.equal(['mocca', 'guji', 'yirga'])
    expect(await found({ category: 'coffee-slug' })).to.deep.equal(['mocca', 'guji', 'yirga'])
    expect(await found({ category: 'beans' })).to.deep.equal(['guji', 'yirga'])
    expect(await found({ category: 'never' })).to.deep.equal([])
  })

  it('filters by price, currency, stock, and whether it is for sale', async () => {
    expect(await found({ priceFrom: 1_290, priceTo: 1_490 })).to.deep.equal(['guji', 'yirga'])
    expect(await found({ currency: 'USD' })).to.deep.equal([])
    expect(await found({ category: 'beans', inStock: true })).to.deep.equal(['guji'])
    expect(await found({ category: 'beans', inStock: false })).to.deep.equal(['yirga'])
    expect(await found({ active: false })).to.deep.equal(['gone'])
    expect(await found({ active: undefined, text: 'kettle' })).to.have.members(['kettle', 'grinder', 'gone'])
  })

  it('tells the stock of each', async () => {
    const { products } = await search({ category: 'beans' })
    expect(products.map(({ id, available }) => [id, available])).to.deep.equal([
      ['guji', 10],
      ['yirga', 0],
    ])
  })

  it('sorts what was found by words in another order than relevance', async () => {
    expect(await found({ text: 'kettle', sort: '-price' })).to.deep.equal(['grinder', 'kettle'])
    expect(await found({ text: 'kettle', sort: 'newest' })).to.deep.equal(['grinder', 'kettle'])
  })

  it('sorts', async () => {
    expect(await found({ sort: 'name' })).to.deep.equal([
      'mocca',
      'pot',
      'guji',
      'grinder',
      'kettle',
      'yirga',
    ])
    expect(await found({ sort: 'price' })).to.deep.equal([
      'mocca',
      'guji',
      'yirga',
      'pot',
      'kettle',
      'grinder',
    ])
    expect(await found({ sort: '-price' })).to.deep.equal([
      'grinder',
      'kettle',
      'pot',
      'yirga',
      'guji',
      'mocca',
    ])
    expect(await found({ sort: 'newest' })).to.deep.equal([
      'pot',
      'grinder',
      'kettle',
      'mocca',
      'yirga',
      'guji',
    ])
  })

  it('counts for each further choice what the other filters leave', async () => {
    const { facets } = await search({ category: 'gear', priceTo: 5_000, inStock: true, facets: true })

    expect(facets?.total).to.equal(2)
    expect(facets?.inStock).to.equal(2)
    expect(Object.fromEntries(facets?.categories ?? [])).to.deep.equal({ beans: 1, gear: 2, ground: 1 })
    expect(facets?.priceBands).to.deep.equal([{ currency: 'EUR', from: 2_000, to: 4_999, count: 2 }])
    const everything = (await search({ facets: true })).facets
    expect(everything?.total).to.equal(6)
    expect(everything?.inStock).to.equal(4)
    expect(everything?.priceBands.map(({ from, count }) => [from, count])).to.deep.equal([
      [500, 1],
      [1_000, 2],
      [2_000, 2],
      [5_000, 1],
    ])
    const byText = (await search({ text: 'kettle', facets: true })).facets
    expect(byText?.total).to.equal(2)
  })

  const pages = async (sort: Sort, between: (page: number) => Promise<void>): Promise<string[]> => {
    const ids: string[] = []
    let after: PageEnd | undefined
    for (let page = 0; ; page += 1) {
      const { products, next } = await search({
        sort,
        limit: 2,
        after,
        ...(sort === 'relevance' && { text: 'e' }),
      })
      ids.push(...products.map(({ id }) => id))
      if (next === undefined) return ids
      expect(next[0]).to.match(PAGE_END_KEYS[sort])
      after = next
      await between(page)
    }
  }

  for (const sort of SORTS) {
    it(`neither doubles nor skips by ${sort} while others come and go`, async () => {
      const before = await pages(sort, () => Promise.resolve())
      const seen = await pages(sort, async (page) => {
        const product: NewProduct = {
          ...{
            id: `new-${page}`,
            sku: `NEW-${sort}-${page}`,
            name: `E ${page}`,
            description: '',
            active: true,
          },
          ...{ categoryId: 'gear', price: { amount: 1_300 + page, currency: 'EUR' } },
        }
        await createProduct(shop.pool, product, new Date(at.getTime() + 3))
        if (page > 0) await shop.pool.query('delete from shop.products where id = $1', [`new-${page - 1}`])
      })
      await shop.pool.query(`delete from shop.products where id like 'new-%'`)

      expect(before).to.have.length(sort === 'relevance' ? 4 : 6)
      expect(seen.filter((id) => !id.startsWith('new-'))).to.deep.equal(before)
      expect(new Set(seen).size).to.equal(seen.length)
    })
  }

  it('lives on whatever anybody types', async () => {
    const nasty = [
      "'",
      "a'b",
      '\\',
      'a & b | !c',
      ':*',
      '<->',
      '%_',
      '((',
      '\u0000',
      '\ud800',
      'ʰ',
      '﷽',
      'a'.repeat(200),
    ]
    for (const text of nasty) expect(await found({ text }), text).to.be.an('array')
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (text) => {
        expect(await found({ text })).to.be.an('array')
      }),
      { numRuns: 60 },
    )
  })

  it('takes a few words of some length', () => {
    expect(wordsOf('Thé vert, 250 g')).to.deep.equal(['the', 'vert', '250', 'g'])
    expect(wordsOf('a '.repeat(50))).to.have.length(8)
    expect(wordsOf('x'.repeat(100))).to.deep.equal(['x'.repeat(40)])
  })
})

describe('the search in a database that may not have extensions', () => {
  it('says what an administrator has to do', async () => {
    const database = await createDatabase()
    const sql = knex({ client: 'pg', connection: database.url })
    try {
      await sql.raw(
        `do $$ begin execute format('revoke create on database %I from %I', current_database(), current_user); end $$`,
      )
      const error: unknown = await searchMigration.up(sql).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(TrigramsMissingError)
      expect(String(error)).to.match(/pg_trgm.*administrator run "CREATE EXTENSION pg_trgm"/)
    } finally {
      await sql.destroy()
      await database.stop()
    }
  })
})
