/** It is at another version than the one that was to be changed. */
export class StaleVersionError extends Error {
  override readonly name = 'StaleVersionError'
  /** The version that it is at. */
  readonly actual: number

  constructor(what: string, actual: number) {
    super(`${what} was changed meanwhile: it is at version ${actual}`)
    this.actual = actual
  }
}

export class UnknownCategoryError extends Error {
  override readonly name = 'UnknownCategoryError'
  readonly categoryId: string

  constructor(categoryId: string) {
    super(`There is no category ${categoryId}`)
    this.categoryId = categoryId
  }
}

export class SlugTakenError extends Error {
  override readonly name = 'SlugTakenError'
  readonly slug: string

  constructor(slug: string) {
    super(`There is a category with the slug ${slug} already`)
    this.slug = slug
  }
}

/** A category was to be put below itself, or the tree was to become too deep. */
export class CategoryPlaceError extends Error {
  override readonly name = 'CategoryPlaceError'
}

/** A category holds others, or products. */
export class CategoryInUseError extends Error {
  override readonly name = 'CategoryInUseError'
  readonly categories: number
  readonly products: number

  constructor(categoryId: string, { categories, products }: { categories: number; products: number }) {
    super(`The category ${categoryId} holds ${categories} categories and ${products} products`)
    this.categories = categories
    this.products = products
  }
}

export class SkuTakenError extends Error {
  override readonly name = 'SkuTakenError'
  readonly sku: string

  constructor(sku: string) {
    super(`There is a product with the sku ${sku} already`)
    this.sku = sku
  }
}
