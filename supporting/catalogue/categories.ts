import type { Pool } from 'pg'
import { inTransaction } from '../../platform/transaction.ts'
import type { Database } from '../database.ts'
import { violatesForeignKey, violatesUnique } from '../database.ts'
import { place, subtreeOf } from './category-tree.ts'
import { CategoryInUseError, SlugTakenError, StaleVersionError, UnknownCategoryError } from './errors.ts'

export interface Category {
  /** Stable: products refer to it. */
  readonly id: string
  /** As it stands in addresses: `coffee-beans`. */
  readonly slug: string
  readonly name: string
  /** null at the top of the tree. */
  readonly parentId: string | null
  /** Among those with the same parent, from 0. */
  readonly position: number
  /** 1 at first; 1 more with every change of name, slug or parent. */
  readonly version: number
}

export interface NewCategory extends Pick<Category, 'id' | 'name' | 'parentId'> {
  /** Default: the id. */
  readonly slug?: string | undefined
  /** Default: behind its siblings. */
  readonly position?: number | undefined
}

/** What of a category is to change; what is left out stays. */
export interface CategoryChange {
  readonly name?: string | undefined
  readonly slug?: string | undefined
  readonly parentId?: string | null | undefined
  readonly position?: number | undefined
}

interface CategoryRow {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly parent_id: string | null
  readonly position: number
  readonly version: number
}

const toCategory = ({ parent_id: parentId, ...row }: CategoryRow): Category => ({ ...row, parentId })

/** All of them, in no order that means anything: see `inTreeOrder`. */
export const listCategories = async (db: Database): Promise<Category[]> => {
  const { rows } = await db.query<CategoryRow>(
    'select id, slug, name, parent_id, position, version from shop.categories order by id',
  )
  return rows.map(toCategory)
}

/** The category with this id or slug, and the ids of it and of all below it; empty where there is none. */
export const categoryWithin = async (db: Database, idOrSlug: string): Promise<string[]> => {
  const categories = await listCategories(db)
  const found =
    categories.find(({ id }) => id === idOrSlug) ?? categories.find(({ slug }) => slug === idOrSlug)
  return found === undefined ? [] : [...subtreeOf(categories, found.id)]
}

/** One that has this id already is left as it is and returned. @throws UnknownCategoryError @throws SlugTakenError @throws CategoryPlaceError */
export const createCategory = (pool: Pool, category: NewCategory, at: Date): Promise<Category> =>
  changingTheTree(pool, async (db) => {
    const { id, name, parentId, slug = id, position } = category
    const known = await listCategories(db)
    const same = known.find((other) => other.id === id)
    if (same !== undefined) return same
    mustBeThere(known, parentId)
    const moves = place(known, id, parentId, position)
    await orSlugTaken(
      slug,
      db.query(
        `insert into shop.categories (id, slug, name, parent_id, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)`,
        [id, slug, name, parentId, at],
      ),
    )
    await renumber(db, moves)
    return one(db, id)
  })

/**
 * Renames or moves a category. undefined where there is none.
 * @throws StaleVersionError @throws UnknownCategoryError where there is no such parent @throws SlugTakenError
 * @throws CategoryPlaceError
 */
export const changeCategory = (
  pool: Pool,
  id: string,
  { name, slug, parentId, position }: CategoryChange,
  { expectedVersion, at }: { readonly expectedVersion: number; readonly at: Date },
): Promise<Category | undefined> =>
  changingTheTree(pool, async (db) => {
    const known = await listCategories(db)
    const category = known.find((other) => other.id === id)
    if (category === undefined) return undefined
    mustBeAt(category, expectedVersion)
    const parent = parentId === undefined ? category.parentId : parentId
    if (parent !== category.parentId || position !== undefined) {
      mustBeThere(known, parent)
      await renumber(db, place(known, id, parent, position))
    }
    await orSlugTaken(
      slug ?? category.slug,
      db.query(
        `update shop.categories set name = $2, slug = $3, parent_id = $4, updated_at = $5, version = version + 1
         where id = $1`,
        [id, name ?? category.name, slug ?? category.slug, parent, at],
      ),
    )
    return one(db, id)
  })

/**
 * Removes a category that holds nothing. Whether there was one.
 * @throws StaleVersionError @throws CategoryInUseError
 */
export const deleteCategory = (pool: Pool, id: string, expectedVersion: number): Promise<boolean> =>
  changingTheTree(pool, async (db) => {
    const known = await listCategories(db)
    const category = known.find((other) => other.id === id)
    if (category === undefined) return false
    mustBeAt(category, expectedVersion)
    const categories = known.filter(({ parentId }) => parentId === id).length
    const products = await productsIn(db, id)
    if (categories + products > 0) throw new CategoryInUseError(id, { categories, products })
    try {
      await db.query('delete from shop.categories where id = $1', [id])
    } catch (error) {
      // one that came in this moment
      if (violatesForeignKey(error, 'products_category_exists')) {
        throw new CategoryInUseError(id, { categories, products: 1 })
      }
      throw error
    }
    return true
  })

/** One change of the tree at a time: two moves that are right each for itself may make a circle together. Readers go on. */
const changingTheTree = <Result>(pool: Pool, work: (db: Database) => Promise<Result>): Promise<Result> =>
  inTransaction(pool, async (db) => {
    await db.query('lock table shop.categories in share row exclusive mode')
    return work(db)
  })

const one = async (db: Database, id: string): Promise<Category> => {
  const category = (await listCategories(db)).find((other) => other.id === id)
  if (category === undefined) throw new Error(`The category ${id} was written and is not there`)
  return category
}

const mustBeThere = (known: readonly Category[], parentId: string | null): void => {
  if (parentId !== null && !known.some(({ id }) => id === parentId)) throw new UnknownCategoryError(parentId)
}

const mustBeAt = ({ id, version }: Category, expected: number): void => {
  if (version !== expected) throw new StaleVersionError(`The category ${id}`, version)
}

const productsIn = async (db: Database, id: string): Promise<number> => {
  const { rows } = await db.query<{ products: number }>(
    'select count(*)::int as products from shop.products where category_id = $1',
    [id],
  )
  return rows[0]?.products ?? 0
}

const renumber = async (
  db: Database,
  moves: readonly { readonly id: string; readonly position: number }[],
): Promise<void> => {
  await db.query(
    `update shop.categories as c set position = moved.position
     from unnest($1::text[], $2::int[]) as moved (id, position) where moved.id = c.id`,
    [moves.map(({ id }) => id), moves.map(({ position }) => position)],
  )
}

const orSlugTaken = async (slug: string, work: Promise<unknown>): Promise<void> => {
  try {
    await work
  } catch (error) {
    if (violatesUnique(error, 'categories_slug_unique')) throw new SlugTakenError(slug)
    throw error
  }
}
