import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { ulid } from 'ulid'
import { v5 as uuidV5 } from 'uuid'
import { inventory } from '../commands/aggregates.ts'
import type { CommandDeps } from '../commands/deps.ts'
import { receiveStock } from '../commands/receive-stock.ts'
import { isLoopback } from '../platform/config.ts'
import { createAccount, findByEmail } from '../supporting/accounts/accounts.ts'
import type { Passwords } from '../supporting/accounts/passwords.ts'
import type { Role } from '../supporting/accounts/roles.ts'
import { createCategory } from '../supporting/catalogue/categories.ts'
import { createProduct, getProducts } from '../supporting/catalogue/products.ts'
import { demoCatalogue } from './demo-catalogue.ts'
import type { DemoProduct } from './demo-catalogue.ts'
import { StartError } from './start/start-error.ts'

/** Known to everybody: see `DEMO` in README.md. */
export const DEMO_PASSWORD = 'orderstream-demo'

const CUSTOMER = { email: 'customer@demo.test', name: 'Casey Customer', roles: ['customer'] } as const
/** Made last: where it is, everything is. */
const ADMIN = { email: 'admin@demo.test', name: 'Ada Admin', roles: ['admin'] } as const

export const DEMO_EMAILS: readonly string[] = [ADMIN.email, CUSTOMER.email]

export interface DemoShopDeps {
  readonly pool: Pool
  readonly commands: CommandDeps
  readonly passwords: Passwords
  readonly logger: Logger
}

/**
 * Refuses to let others reach the demo accounts of an earlier start, which `DEMO=off` alone does not remove.
 * @param host that the API is to listen on
 * @throws StartError
 */
export const refuseExposedDemo = async (pool: Pool, host: string): Promise<void> => {
  if (isLoopback(host)) return
  const accounts = await Promise.all(DEMO_EMAILS.map((email) => findByEmail(pool, email)))
  if (accounts.every((account) => account === undefined)) return
  throw new StartError(
    `HOST is "${host}", but the database holds demo accounts, whose password is known, from an earlier start: set DATA_DIR to a new directory.`,
  )
}

/**
 * Fills an empty shop: categories and products, stock through the same command as every delivery, two accounts. Where it
 * was killed half-way it goes on; where all is there it does nothing, whatever has become of it since.
 *
 * @throws as receiveStock
 */
export const openDemoShop = async (deps: DemoShopDeps): Promise<void> => {
  const { pool, commands, logger } = deps
  if (await findByEmail(pool, ADMIN.email)) return
  const products = demoCatalogue.flatMap((category) => category.products)
  await fillCatalogue(pool, commands.now())
  await Promise.all(products.map((product) => deliver(commands, product)))
  await open(deps, CUSTOMER)
  await open(deps, ADMIN)
  logger.info({ products: products.length, categories: demoCatalogue.length }, 'the demo shop is open')
}

const fillCatalogue = async (pool: Pool, now: Date): Promise<void> => {
  const { rows } = await pool.query<{ id: string }>('select id from shop.categories')
  const categories = new Set(rows.map(({ id }) => id))
  const wanted = demoCatalogue.flatMap((category) => category.products.map(({ id }) => id))
  const products = await getProducts(pool, wanted)
  for (const category of demoCatalogue) {
    if (!categories.has(category.id)) {
      await createCategory(pool, { id: category.id, name: category.name, parentId: null }, now)
    }
    for (const { id, sku, name, description, price } of category.products) {
      if (products.has(id)) continue
      const euros = { amount: price, currency: 'EUR' }
      await createProduct(
        pool,
        { ...{ id, sku, name, description }, categoryId: category.id, price: euros, active: true },
        now,
      )
    }
  }
}

/** Namespace of the ids of these commands, so that a delivery is one however often it is repeated. */
const NAMESPACE = '6f1d1b0e-6a53-4f0b-9a53-0d5e2b9d7c11'

const deliver = async (commands: CommandDeps, { sku, stock }: DemoProduct): Promise<void> => {
  const { revision } = await commands.handler.load(inventory, sku)
  if (revision !== undefined) return
  const id = uuidV5(`first-delivery:${sku}`, NAMESPACE)
  const outcome = await receiveStock(
    commands,
    { sku, quantity: stock, reference: 'first delivery' },
    { actor: { kind: 'system', id: 'demo-shop' }, correlationId: id, causationId: id, commandId: id },
  )
  if (!outcome.accepted)
    throw new Error(`The first delivery of ${sku} was refused: ${outcome.rejection.type}`)
}

const open = async (
  { pool, passwords, commands }: DemoShopDeps,
  { email, name, roles }: { readonly email: string; readonly name: string; readonly roles: readonly Role[] },
): Promise<void> => {
  if (await findByEmail(pool, email)) return
  const now = commands.now()
  await createAccount(pool, passwords, {
    ...{ id: ulid(now.getTime()), email, name, roles, password: DEMO_PASSWORD },
    ...{ emailVerifiedAt: now, createdAt: now },
  })
}
