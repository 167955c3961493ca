import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { orders } from '../../commands/aggregates.ts'
import type { Cart, MergeNotice } from '../../supporting/carts/cart.ts'
import { addLine, CartLimitError, removeLine, setLine } from '../../supporting/carts/cart.ts'
import type { CartOwner, Carts } from '../../supporting/carts/carts.ts'
import { getProducts } from '../../supporting/catalogue/products.ts'
import type { ApiDeps, ApiLimits } from '../deps.ts'
import { callerOf } from '../plugins/authentication.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Nothing, ProductId } from '../schemas.ts'
import {
  CART_TOKEN_HEADER,
  CartCheckout,
  CartHeaders,
  CartItemChange,
  CartQuery,
  CartView,
  NewCartItem,
} from './cart-schemas.ts'
import { cartView } from './cart-view.ts'
import { Order, PlacedOrder } from './order-schemas.ts'
import { orderIdOf, placeOrderOf, PLACING, PlacingHeaders } from './place-order.ts'

type CartRoutesDeps = Pick<ApiDeps, 'commands' | 'pool' | 'waiting'> & {
  readonly limits: ApiLimits
  readonly carts: Carts
}

interface CartRequest extends FastifyRequest {
  readonly headers: FastifyRequest['headers'] & { readonly 'cart-token'?: string | undefined }
}

const ByProduct = z.object({ productId: ProductId })

export const cartRoutes = (app: Routes, deps: CartRoutesDeps): void => {
  const { commands, pool, carts } = deps

  /** Whose cart is meant. Whoever has signed in and still has an anonymous one gets both together. */
  const ownerOf = async (
    request: CartRequest,
  ): Promise<{ readonly owner: CartOwner; readonly notices: readonly MergeNotice[] }> => {
    const token = request.headers['cart-token']
    if (request.caller === undefined) return { owner: { kind: 'anonymous', token }, notices: [] }
    const accountId = request.caller.id
    const notices = token === undefined ? [] : await carts.merge(token, accountId)
    return { owner: { kind: 'account', accountId }, notices }
  }

  const show = async (
    reply: FastifyReply,
    cart: Cart | undefined,
    {
      country,
      notices = [],
    }: { readonly country?: string | undefined; readonly notices?: readonly MergeNotice[] },
  ): Promise<z.output<typeof CartView>> => {
    reply.header('cache-control', 'private, no-store')
    return cartView({ pool, commands }, { cart, country, notices })
  }

  /** The price of a product that is for sale. @throws ProblemError `products-unavailable` */
  const priceOf = async (productId: string): Promise<{ amount: number; currency: string }> => {
    const product = (await getProducts(pool, [productId])).get(productId)
    if (product?.active === true) return product.price
    throw new ProblemError('products-unavailable', {
      detail: `Not for sale: ${productId}`,
      members: { productIds: [productId] },
    })
  }

  const change = async (
    request: CartRequest,
    reply: FastifyReply,
    lines: Parameters<Carts['change']>[1],
    country?: string,
  ): Promise<z.output<typeof CartView>> => {
    const { owner, notices } = await ownerOf(request)
    const commandId = request.idempotencyClaim?.commandId
    const { cart, newToken } = await carts.change(owner, lines, commandId).catch((error: unknown) => {
      if (!(error instanceof CartLimitError)) throw error
      throw new ProblemError('cart-full', { detail: error.message, cause: error })
    })
    if (newToken !== undefined) reply.header('cart-token', newToken)
    return show(reply, cart, { country, notices })
  }

  app.route({
    method: 'GET',
    url: '/cart',
    config: { access: 'anybody', problems: ['busy'], answers: { 200: { description: 'The cart' } } },
    schema: {
      operationId: 'getCart',
      summary: 'The cart, with prices and stock of now',
      description: 'Whoever is signed in and sends the token of an anonymous cart gets both together, once.',
      tags: ['cart'],
      headers: CartHeaders,
      querystring: CartQuery,
      response: { 200: CartView },
    },
    handler: async (request, reply) => {
      const { owner, notices } = await ownerOf(request)
      return show(reply, await carts.read(owner), { country: request.query.country, notices })
    },
  })

  app.route({
    method: 'DELETE',
    url: '/cart',
    config: { access: 'anybody', problems: ['busy'], answers: { 204: { description: 'Empty' } } },
    schema: {
      operationId: 'clearCart',
      summary: 'Empty the cart',
      tags: ['cart'],
      headers: CartHeaders,
      response: { 204: Nothing },
    },
    handler: async (request, reply) => {
      await carts.clear((await ownerOf(request)).owner)
      return reply.code(204).send()
    },
  })

  app.route({
    method: 'POST',
    url: '/cart/items',
    config: {
      access: 'anybody',
      idempotent: true,
      problems: ['products-unavailable', 'cart-full', 'busy'],
      answers: { 200: { description: 'The cart with it', headers: CART_TOKEN_HEADER } },
    },
    schema: {
      operationId: 'addCartItem',
      summary: 'Put a product into the cart',
      description:
        'In addition to what there is of it. The first of somebody who is not signed in begins a cart; an Idempotency-Key is not heeded then.',
      tags: ['cart'],
      headers: CartHeaders,
      body: NewCartItem,
      response: { 200: CartView },
    },
    handler: async (request, reply) => {
      const { productId, quantity } = request.body
      const price = await priceOf(productId)
      return change(request, reply, (lines) => addLine(lines, { productId, quantity, price }))
    },
  })

  app.route({
    method: 'PUT',
    url: '/cart/items/:productId',
    config: {
      access: 'anybody',
      problems: ['products-unavailable', 'cart-full', 'busy'],
      answers: { 200: { description: 'The cart with so many of it', headers: CART_TOKEN_HEADER } },
    },
    schema: {
      operationId: 'setCartItem',
      summary: 'Have so many of a product in the cart',
      tags: ['cart'],
      headers: CartHeaders,
      params: ByProduct,
      body: CartItemChange,
      response: { 200: CartView },
    },
    handler: async (request, reply) => {
      const { productId } = request.params
      const { quantity } = request.body
      const price = await priceOf(productId)
      return change(request, reply, (lines) => setLine(lines, { productId, quantity, price }))
    },
  })

  app.route({
    method: 'DELETE',
    url: '/cart/items/:productId',
    config: {
      access: 'anybody',
      problems: ['busy'],
      answers: { 200: { description: 'The cart without it' } },
    },
    schema: {
      operationId: 'removeCartItem',
      summary: 'Take a product out of the cart',
      tags: ['cart'],
      headers: CartHeaders,
      params: ByProduct,
      response: { 200: CartView },
    },
    handler: async (request, reply) => {
      const { owner, notices } = await ownerOf(request)
      const known = await carts.read(owner)
      // there is nothing to begin a cart for
      if (known === undefined) return show(reply, undefined, { notices })
      const { cart } = await carts.change(owner, (lines) => removeLine(lines, request.params.productId))
      return show(reply, cart, { notices })
    },
  })

  app.route({
    method: 'POST',
    url: '/cart/checkout',
    config: {
      access: { scope: 'orders:place' },
      limit: 'orders',
      idempotent: true,
      ...PLACING,
      problems: [...PLACING.problems, 'cart-empty'],
    },
    schema: {
      operationId: 'checkOutCart',
      summary: 'Order what is in the cart',
      description: 'As POST /orders. What was ordered leaves the cart when the order is paid.',
      tags: ['cart'],
      headers: PlacingHeaders.extend(CartHeaders.shape),
      body: CartCheckout,
      response: { 201: Order, 202: PlacedOrder },
    },
    handler: async (request, reply) => {
      await ownerOf(request)
      const accountId = callerOf(request).id
      const orderId = orderIdOf(request)
      const items = await wishOf(accountId, orderId)
      const { code, body } = await placeOrderOf(deps, request, reply, { ...request.body, items })
      return code === 201 ? reply.code(201).send(body) : reply.code(202).send(body)
    },
  })

  /** What was ordered by an attempt that was broken off before its answer; else what is in the cart, which remembers it. @throws ProblemError `cart-empty` */
  const wishOf = async (
    accountId: string,
    orderId: string,
  ): Promise<{ productId: string; quantity: number }[]> => {
    const { state } = await commands.handler.load(orders, orderId)
    const isNew = state.status === 'none'
    const lines = isNew ? ((await carts.read({ kind: 'account', accountId }))?.lines ?? []) : state.lines
    if (lines.length === 0) throw new ProblemError('cart-empty')
    // before the order: it may be paid before this request goes on
    if (isNew) await carts.noteCheckout(accountId, orderId)
    return lines.map(({ productId, quantity }) => ({ productId, quantity }))
  }
}
