import { deadlinesProjection } from './deadlines/projection.ts'
import { inventoryProjection } from './inventory/projection.ts'
import { ordersProjection } from './orders/projection.ts'
import { paymentsProjection } from './payments/projection.ts'
import type { Projection } from './projection.ts'
import { refundsProjection } from './refunds/projection.ts'
import { sagasProjection } from './sagas/projection.ts'
import { salesProjection } from './sales/projection.ts'
import { walletProjection } from './wallet/projection.ts'

/** Every read model there is. */
export const allProjections: readonly Projection[] = [
  ordersProjection,
  inventoryProjection,
  paymentsProjection,
  refundsProjection,
  salesProjection,
  walletProjection,
  deadlinesProjection,
  sagasProjection,
]
