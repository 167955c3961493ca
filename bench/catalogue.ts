import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { pino } from 'pino'
import { connectPostgres, migrate } from '../platform/postgres.ts'
import { createCategory } from '../supporting/catalogue/categories.ts'
import type { ProductSearch } from '../supporting/catalogue/search-query.ts'
import { searchProducts } from '../supporting/catalogue/search.ts'
import { shopMigrations } from '../supporting/migrations.ts'
import { createDatabase } from '../test/support/servers.ts'

// How long searches take among 20,000 products in 60 categories, one after another, and what Postgres does for them. The stock is a
// table like the read model's.

const PRODUCTS = 20_000
const ROUNDS = 200
const STOCK = 'public.stock'

const ADJECTIVES = [
  'small',
  'large',
  'red',
  'blue',
  'silent',
  'foldable',
  'wooden',
  'steel',
  'portable',
  'classic',
]
const NOUNS = [
  'lamp',
  'chair',
  'kettle',
  'grinder',
  'bag',
  'bottle',
  'knife',
  'clock',
  'shelf',
  'mug',
  'torch',
  'bench',
]
const WORDS = [
  'garden',
  'kitchen',
  'office',
  'travel',
  'handmade',
  'recycled',
  'design',
  'light',
  'robust',
  'gift',
]

const SEARCHES: Readonly<Record<string, Partial<ProductSearch>>> = {
  'by name': { sort: 'name' },
  'by price, in stock': { sort: 'price', inStock: true },
  'newest of a category with all below it': { sort: 'newest', category: 'top-3' },
  'a word': { text: 'kettle' },
  'three words': { text: 'red garden lamp' },
  'the beginning of a word': { text: 'grin' },
  'a slip of the finger': { text: 'kettel' },
  'words, category, price, in stock': {
    text: 'garden mug',
    category: 'top-1',
    priceTo: 20_000,
    inStock: true,
  },
  'everything with facets': { facets: true },
  'a word with facets': { text: 'kettle', facets: true },
}

/** Names of the indexes that Postgres answers the statements of a search with, as its plans say. */
const indexesOf = async (search: ProductSearch): Promise<string> => {
  const statements: { readonly text: string; readonly values: unknown[] }[] = []
  const watched = {
    query: (text: string, values: unknown[]) => {
      statements.push({ text, values })
      return pool.query(text, values)
    },
  } as unknown as Parameters<typeof searchProducts>[0]
  await searchProducts(watched, STOCK, search)
  const names = new Set<string>()
  for (const { text, values } of statements) {
    const { rows } = await pool.query<{ 'QUERY PLAN': unknown }>(`explain (format json) ${text}`, values)
    for (const [, name = ''] of JSON.stringify(rows).matchAll(/"Index Name":"([^"]+)"/g)) names.add(name)
  }
  return [...names].sort().join(', ')
}

const database = await createDatabase()
const pool = connectPostgres(database.url, { applicationName: 'bench', logger: pino({ level: 'warn' }) })
try {
  await migrate(database.url, shopMigrations)
  const at = new Date()
  for (let top = 0; top < 10; top += 1) {
    await createCategory(pool, { id: `top-${top}`, name: `Top ${top}`, parentId: null }, at)
    for (let sub = 0; sub < 5; sub += 1)
      await createCategory(
        pool,
        { id: `sub-${top}-${sub}`, name: `Sub ${top}.${sub}`, parentId: `top-${top}` },
        at,
      )
  }
  await pool.query(
    `insert into shop.products (id, sku, name, description, category_id, price_amount, price_currency, active, created_at, updated_at)
     select 'p-' || n, 'SKU-' || n,
       ($2::text[])[n % 10 + 1] || ' ' || ($3::text[])[n / 7 % 12 + 1] || ' ' || n,
       'For ' || ($4::text[])[n / 3 % 10 + 1] || ' and ' || ($4::text[])[n / 11 % 10 + 1] || ': ' || ($3::text[])[n / 5 % 12 + 1],
       'sub-' || n % 10 || '-' || n / 10 % 5, 100 + n * 7919 % 100000, 'EUR', n % 50 > 0,
       now() - n * interval '1 minute', now()
     from generate_series(1, $1::int) as n`,
    [PRODUCTS, ADJECTIVES, NOUNS, WORDS],
  )
  await pool.query(`create table ${STOCK} (sku text primary key, available int not null)`)
  await pool.query(`insert into ${STOCK} select sku, length(id) * 7 % 5 from shop.products`)
  await pool.query('vacuum analyze shop.products')
  await pool.query(`analyze ${STOCK}`)

  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const lines = [
    `Searches among ${PRODUCTS.toLocaleString('en')} products, ${ROUNDS} of each, one at a time`,
    `${new Date().toISOString()}  ${commit}  ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    '',
    `${''.padEnd(40)}${'p50 ms'.padStart(9)}${'p95 ms'.padStart(9)}${'found'.padStart(7)}  indexes`,
  ]
  for (const [name, asked] of Object.entries(SEARCHES)) {
    const search: ProductSearch = { active: true, sort: 'relevance', limit: 20, facets: false, ...asked }
    const times: number[] = []
    let found = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      const began = performance.now()
      found = (await searchProducts(pool, STOCK, search)).products.length
      times.push(performance.now() - began)
    }
    times.sort((a, b) => a - b)
    const at95 = (share: number): string =>
      (times[Math.floor(times.length * share)] ?? 0).toFixed(1).padStart(9)
    lines.push(
      `${name.padEnd(40)}${at95(0.5)}${at95(0.95)}${String(found).padStart(7)}  ${await indexesOf(search)}`,
    )
  }
  process.stdout.write(`${lines.join('\n')}\n`)
} finally {
  await pool.end()
  await database.stop()
}
process.exit()
