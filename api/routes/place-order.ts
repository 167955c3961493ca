import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import { uuidToULID } from 'ulid'
import { z } from 'zod'
import type { PlaceOrderRejection } from '../../commands/place-order.ts'
import { placeOrder } from '../../commands/place-order.ts'
import { getOrder } from '../../projections/orders/queries.ts'
import { getProducts } from '../../supporting/catalogue/products.ts'
import { commandContext } from '../command-context.ts'
import type { ApiDeps, ApiLimits } from '../deps.ts'
import { refused, stateAfter } from '../outcomes.ts'
import { callerOf } from '../plugins/authentication.ts'
import { preferredWait } from '../prefer.ts'
import type { ProblemKind } from '../problems.ts'
import { ProblemError } from '../problems.ts'
import { POSITION_HEADER } from '../schemas.ts'
import type { Order, OrderItem, PlacedOrder, PlaceOrderBody } from './order-schemas.ts'

const PLACED_HEADERS = {
  Location: 'The order',
  'Preference-Applied': '`wait` as it was granted',
  ...POSITION_HEADER,
}

/** What every route that places an order declares. */
export const PLACING = {
  problems: [
    'products-unavailable',
    'mixed-currencies',
    'not-deliverable',
    'unknown-payment-method',
    'order-too-large',
    'command-rejected',
    'busy',
  ],
  answers: {
    201: {
      description: 'Settled within the time that was preferred: paid or cancelled',
      headers: PLACED_HEADERS,
    },
    202: { description: 'Placed; the checkout is under way', headers: PLACED_HEADERS },
  },
} as const satisfies { readonly problems: readonly ProblemKind[]; readonly answers: object }

export const PlacingHeaders = z.looseObject({
  prefer: z
    .string()
    .max(200)
    .optional()
    .meta({
      description: '`wait=N`: wait up to N seconds for the order to settle',
      examples: ['wait=5'],
    }),
})

export type PlacingDeps = Pick<ApiDeps, 'commands' | 'pool' | 'waiting'> & { readonly limits: ApiLimits }

/** The order that a request asks for: the same bits as the command's id, so that an attempt after one that was broken off finds it. */
export const orderIdOf = (request: FastifyRequest): string => uuidToULID(request.commandId)

/** How an order is answered that is placed, and where it was preferred to wait for it and it has settled in time, how it ended. */
export type PlacedAnswer =
  | { readonly code: 201; readonly body: z.output<typeof Order> }
  | { readonly code: 202; readonly body: z.output<typeof PlacedOrder> }

/** Places an order of the caller. Prices and names come from the catalogue. @throws ProblemError */
export const placeOrderOf = async (
  { commands, pool, waiting, limits }: PlacingDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  wish: z.output<typeof PlaceOrderBody>,
): Promise<PlacedAnswer> => {
  const customerId = callerOf(request).id
  const { items, shippingAddress, paymentMethodId } = wish
  const orderId = orderIdOf(request)
  const lines = await linesOf(pool, items)
  const outcome = await placeOrder(
    commands,
    { orderId, customerId, lines, shippingAddress, paymentMethodId },
    commandContext(request),
  )
  const placed = stateAfter(outcome, reply, refusedOrder)
  reply.header('location', `/api/v1/orders/${orderId}`)

  const wait = preferredWait(request.headers['prefer'], limits.waitSeconds)
  if (wait !== undefined) {
    reply.header('preference-applied', `wait=${wait}`)
    const settled = await waiting.untilSettled(orderId, wait * 1000)
    const order = settled ? await getOrder(pool, orderId) : undefined
    if (order !== undefined) return { code: 201, body: order }
  }
  if (placed.status === 'none') throw new Error(`The order ${orderId} was accepted and is not there`)
  const { status, lines: ordered, totals, payBy } = placed
  return { code: 202, body: { id: orderId, customerId, status, items: [...ordered], totals, payBy } }
}

/**
 * The lines of an order, one a product, with names and prices as the catalogue has them.
 * @throws ProblemError `products-unavailable`
 */
const linesOf = async (
  pool: Pool,
  items: z.output<typeof PlaceOrderBody>['items'],
): Promise<z.output<typeof OrderItem>[]> => {
  const quantities = new Map<string, number>()
  for (const { productId, quantity } of items) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity)
  }
  const products = await getProducts(pool, [...quantities.keys()])
  const lines: z.output<typeof OrderItem>[] = []
  const unavailable: string[] = []
  for (const [productId, quantity] of quantities) {
    const product = products.get(productId)
    if (product?.active !== true) unavailable.push(productId)
    else lines.push({ productId, sku: product.sku, name: product.name, quantity, unitPrice: product.price })
  }
  if (unavailable.length === 0) return lines
  throw new ProblemError('products-unavailable', {
    detail: `Not for sale: ${unavailable.join(', ')}`,
    members: { productIds: unavailable },
  })
}

const refusedOrder = (rejection: PlaceOrderRejection): ProblemError => {
  switch (rejection.type) {
    case 'currencies_mixed':
      return new ProblemError('mixed-currencies', { members: { currencies: rejection.currencies } })
    case 'no_shipping_rule':
    case 'no_tax_rule':
      return new ProblemError('not-deliverable', {
        detail: `Nothing is delivered to ${rejection.country} at prices in ${rejection.currency}`,
      })
    case 'payment_method_unknown':
      return new ProblemError('unknown-payment-method')
    case 'amount_too_large':
      return new ProblemError('order-too-large')
    default:
      return refused(rejection)
  }
}
