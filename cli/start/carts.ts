import type { ClearCart } from '../../processes/cart-clearing.ts'
import type { Carts } from '../../supporting/carts/carts.ts'
import { CartContentionError } from '../../supporting/carts/carts.ts'
import { KeyValueUnavailableError } from '../../supporting/key-value/key-value.ts'

/** Carts as the process sees them that clears those whose orders were paid. */
export const clearingIn =
  (carts: Pick<Carts, 'takeOutPaid'>): ClearCart =>
  async ({ customerId, orderId, lines }) => {
    try {
      await carts.takeOutPaid(customerId, orderId, lines)
      return 'done'
    } catch (error) {
      if (error instanceof KeyValueUnavailableError || error instanceof CartContentionError)
        return 'unavailable'
      throw error
    }
  }
