import type { Shortfall } from '../domain/order/events.ts'
import type { PlacedOrder } from '../domain/order/state.ts'
import { inventory } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type CommandDeps } from './deps.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

export type StockReservation =
  | { readonly kind: 'reserved' }
  | { readonly kind: 'short'; readonly shortfalls: readonly Shortfall[] }
  /** Too late: the order's time is over, or it was cancelled meanwhile. */
  | { readonly kind: 'too_late' }

type LineResult = { readonly kind: 'reserved' } | { readonly kind: 'too_late' } | Shortfall

/** Keeps the stock of all lines for an order, in parallel. Lines that could be had stay reserved where others fell short. */
export const reserveStock = async (
  deps: CommandDeps,
  order: PlacedOrder,
  context: CommandContext,
): Promise<StockReservation> => {
  const results = await Promise.all(
    order.lines.map(async ({ sku, quantity }): Promise<LineResult> => {
      const outcome = await deps.handler.handle(
        inventory,
        sku,
        {
          type: 'ReserveStock',
          sku,
          reservationId: order.orderId,
          quantity,
          expiresAt: order.payBy,
          at: at(deps),
        },
        context,
      )
      if (outcome.accepted) return { kind: 'reserved' }
      const { rejection } = outcome
      switch (rejection.type) {
        case 'insufficient_stock':
          return { sku, requested: quantity, available: rejection.available }
        case 'reservation_closed':
        case 'reservation_expired':
          return { kind: 'too_late' }
        case 'reservation_quantity_differs':
        case 'reservation_unknown':
          throw new UnexpectedRejectionError('ReserveStock', rejection)
      }
    }),
  )
  const shortfalls = results.filter((result): result is Shortfall => 'sku' in result)
  if (shortfalls.length > 0) return { kind: 'short', shortfalls }
  return results.some((result) => 'kind' in result && result.kind === 'too_late')
    ? { kind: 'too_late' }
    : { kind: 'reserved' }
}
