import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'
import type { Passwords } from '../../supporting/accounts/passwords.ts'
import { insertCustomers } from '../../supporting/accounts/accounts.ts'
import { createCategory } from '../../supporting/catalogue/categories.ts'
import { changeProduct, createProduct, getProducts } from '../../supporting/catalogue/products.ts'
import { inParallel } from './in-parallel.ts'
import type { Plan, PlannedProduct } from './plan.ts'
import { portions } from './portions.ts'
import { departments } from './words.ts'

const AT_ONCE = 8
const ACCOUNTS_AT_ONCE = 1_000

/** The tree of categories, the products with the history of their prices. What is there already stays as it is. */
export const fillCatalogue = async (pool: Pool, plan: Plan, onProduct: () => void): Promise<void> => {
  const at = plan.days[0]?.begins ?? new Date()
  for (const { id, name, shelves } of departments) {
    await createCategory(pool, { id, name, parentId: null }, at)
    for (const shelf of shelves) await createCategory(pool, { ...shelf, parentId: id }, at)
  }
  await inParallel(plan.products, AT_ONCE, async (product) => {
    await fill(pool, product)
    onProduct()
  })
}

const fill = async (pool: Pool, product: PlannedProduct): Promise<void> => {
  const { prices, ...details } = product
  const [first, ...changes] = prices
  if (first === undefined || (await getProducts(pool, [product.id])).has(product.id)) return
  const inEuros = (cents: number): { amount: number; currency: string } => ({
    amount: cents,
    currency: 'EUR',
  })
  await createProduct(pool, { ...details, price: inEuros(first.cents), active: true }, first.from)
  for (const [index, { from, cents }] of changes.entries()) {
    const by = { kind: 'staff', id: 'seed-catalogue' } as const
    await changeProduct(
      pool,
      product.id,
      { price: inEuros(cents) },
      { expectedVersion: index + 1, at: from, by },
    )
  }
}

/** Accounts that nobody can sign in to: their one password was never known to anybody. */
export const openAccounts = async (
  pool: Pool,
  passwords: Passwords,
  { customers }: Plan,
  onAccounts: (count: number) => void,
): Promise<void> => {
  const passwordHash = await passwords.hash(randomBytes(32).toString('base64url'))
  for (const some of portions(customers, ACCOUNTS_AT_ONCE)) {
    const accounts = some.map(({ since, ...account }) => ({ ...account, createdAt: since }))
    await insertCustomers(pool, accounts, passwordHash)
    onAccounts(some.length)
  }
}
