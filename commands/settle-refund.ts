import type { PlacedOrder, Refund } from '../domain/order/state.ts'
import { inventory, orders } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'
import { refundPayment } from './refund-payment.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

/**
 * Gives back the money of a refund, puts its goods on the shelf again, and tells the order. A refusal of the provider is told to the
 * order as well: an operator decides then. Whoever does this, the process or a provider's report, does it under the same ids.
 * @throws ProviderUnavailableError; otherwise as CommandHandler.handle
 */
export const settleRefund = async (
  deps: PaymentDeps,
  order: PlacedOrder,
  refund: Refund,
  context: CommandContext,
): Promise<'settled' | 'pending'> => {
  const { orderId } = order
  const { refundId, amount, tries } = refund
  const part = (name: string): CommandContext => ({
    ...context,
    commandId: `${orderId}/refund/${refundId}/${tries}/${name}`,
  })
  const refunding = await refundPayment(deps, orderId, refund, part('payment'))
  if (refunding.kind === 'pending') return 'pending'
  if (refunding.kind === 'refunded' && refund.restock) {
    await Promise.all(
      refund.lines.map(async ({ sku, quantity }) => {
        const returned = await deps.handler.handle(
          inventory,
          sku,
          { type: 'ReturnStock', sku, returnId: `${orderId}/${refundId}`, orderId, quantity, at: at(deps) },
          part('stock'),
        )
        if (!returned.accepted) throw new UnexpectedRejectionError('ReturnStock', returned.rejection)
      }),
    )
  }
  const told = await deps.handler.handle(
    orders,
    orderId,
    refunding.kind === 'refunded'
      ? { type: 'SettleRefund', orderId, refundId, amount, at: at(deps) }
      : {
          type: 'FailRefund',
          orderId,
          refundId,
          code: refunding.code,
          message: refunding.message,
          at: at(deps),
        },
    part(`order/${refunding.kind}`),
  )
  // somebody else has heard later that it was made
  const isOld = !told.accepted && told.rejection.type === 'refund_settled'
  if (!told.accepted && !isOld) throw new UnexpectedRejectionError('SettleRefund', told.rejection)
  return 'settled'
}
