import type { Database } from '../database.ts'
import { violatesForeignKey } from '../database.ts'

export interface Category {
  /** Stable, as it stands in addresses: `coffee-beans`. */
  readonly id: string
  readonly name: string
  /** null at the top of the tree. */
  readonly parentId: string | null
}

export class UnknownCategoryError extends Error {
  readonly categoryId: string
  constructor(categoryId: string) {
    super(`There is no category ${categoryId}`)
    this.name = 'UnknownCategoryError'
    this.categoryId = categoryId
  }
}

/** @throws UnknownCategoryError where `parentId` names none */
export const createCategory = async (db: Database, category: Category, createdAt: Date): Promise<void> => {
  try {
    await db.query('insert into shop.categories (id, name, parent_id, created_at) values ($1, $2, $3, $4)', [
      category.id,
      category.name,
      category.parentId,
      createdAt,
    ])
  } catch (error) {
    if (category.parentId !== null && violatesForeignKey(error, 'categories_parent_exists')) {
      throw new UnknownCategoryError(category.parentId)
    }
    throw error
  }
}
