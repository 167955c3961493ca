import { inventoryProjection } from './inventory/projection.ts'
import { ordersProjection } from './orders/projection.ts'
import type { Projection } from './projection.ts'

/** Every read model there is. */
export const allProjections: readonly Projection[] = [ordersProjection, inventoryProjection]
