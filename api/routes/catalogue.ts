import type { ApiDeps } from '../deps.ts'
import type { Routes } from '../routing.ts'
import { categoryRoutes } from './categories.ts'
import { imageRoutes } from './product-images.ts'
import { productRoutes } from './products.ts'

/** Everything that is for sale, and how it is found. */
export const catalogueRoutes = (app: Routes, deps: Pick<ApiDeps, 'pool' | 'clock' | 'images'>): void => {
  categoryRoutes(app, deps)
  productRoutes(app, deps)
  imageRoutes(app, deps)
}
