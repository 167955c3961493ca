import type { FastifyRequest } from 'fastify'
import { uuidToULID } from 'ulid'
import { z } from 'zod'
import { decodeCursor, encodeCursor, InvalidCursorError, pageOf } from '../../projections/cursor.ts'
import { stockRelation } from '../../projections/inventory/queries.ts'
import { listCategories } from '../../supporting/catalogue/categories.ts'
import { inTreeOrder, pathTo } from '../../supporting/catalogue/category-tree.ts'
import type { Category } from '../../supporting/catalogue/categories.ts'
import type { Facets } from '../../supporting/catalogue/facets.ts'
import { imagesOf } from '../../supporting/catalogue/images.ts'
import { priceHistory } from '../../supporting/catalogue/prices.ts'
import { changeProduct, createProduct, deleteProduct } from '../../supporting/catalogue/products.ts'
import type { PageEnd, ProductSearch } from '../../supporting/catalogue/search-query.ts'
import { effectiveSort, PAGE_END_KEYS } from '../../supporting/catalogue/search-query.ts'
import { searchProducts } from '../../supporting/catalogue/search.ts'
import { commandContext } from '../command-context.ts'
import type { ApiDeps } from '../deps.ts'
import { etagOf, IfMatch, requiredVersionOf } from '../if-match.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Nothing, ProductId } from '../schemas.ts'
import { orCatalogueProblem } from './catalogue-problems.ts'
import {
  NewProduct,
  PriceHistory,
  PriceQuery,
  Product,
  ProductChange,
  ProductPage,
  ProductQuery,
} from './catalogue-schemas.ts'
import { findProduct, productView } from './product-view.ts'

const ById = z.object({ id: ProductId })
const ETAG_HEADER = { ETag: 'Send it as If-Match with a change' }

export const productRoutes = (app: Routes, { pool, clock }: Pick<ApiDeps, 'pool' | 'clock'>): void => {
  app.route({
    method: 'GET',
    url: '/products',
    config: {
      access: 'anybody',
      cache: { seconds: 10 },
      problems: ['invalid-cursor', 'forbidden'],
      answers: { 200: { description: 'A page of what was found' } },
    },
    schema: {
      operationId: 'listProducts',
      summary: 'Find products',
      description:
        'By words, category, price and stock. A cursor belongs to the search that it came from: products that come and go meanwhile neither double nor hide others.',
      tags: ['catalogue'],
      querystring: ProductQuery,
      response: { 200: ProductPage },
    },
    handler: async (request, reply) => {
      const { q: text, cursor, active, ...query } = request.query
      if (active !== 'true') {
        if (!seesInactive(request)) {
          throw new ProblemError('forbidden', {
            detail: 'Products that are not for sale need catalogue:write',
          })
        }
        reply.isPrivate = true
      }
      const search: ProductSearch = {
        ...query,
        text,
        active: active === 'any' ? undefined : active === 'true',
        after: cursor === undefined ? undefined : placeIn(cursor, { ...query, text }),
      }
      const { products, next, corrections, facets } = await searchProducts(pool, stockRelation, search)
      const images = await imagesOf(
        pool,
        products.map(({ id }) => id),
      )
      return {
        items: products.map((product) => productView(product, images.get(product.id) ?? [])),
        nextCursor: next === undefined ? null : encodeCursor([effectiveSort(search), ...next]),
        corrections,
        facets: facets === undefined ? null : facetsView(facets, await listCategories(pool)),
      }
    },
  })

  app.route({
    method: 'GET',
    url: '/products/:id',
    config: { access: 'anybody', cache: { seconds: 10 }, answers: { 200: { description: 'The product' } } },
    schema: {
      operationId: 'getProduct',
      summary: 'A product',
      tags: ['catalogue'],
      params: ById,
      response: { 200: Product },
    },
    handler: async (request, reply) => {
      const { view, version } = await findProduct(pool, request.params.id)
      if (!view.active) {
        if (!seesInactive(request)) throw new ProblemError('not-found')
        reply.isPrivate = true
      }
      reply.resourceVersion = version
      return view
    },
  })

  app.route({
    method: 'POST',
    url: '/products',
    config: {
      access: { scope: 'catalogue:write' },
      idempotent: true,
      problems: ['sku-taken', 'unknown-category'],
      answers: { 201: { description: 'Created', headers: { Location: 'The product', ...ETAG_HEADER } } },
    },
    schema: {
      operationId: 'createProduct',
      summary: 'Add a product',
      tags: ['catalogue'],
      body: NewProduct,
      response: { 201: Product },
    },
    handler: async (request, reply) => {
      // the same for every attempt with one idempotency key
      const id = uuidToULID(request.commandId).toLowerCase()
      const by = commandContext(request).actor
      await orCatalogueProblem(createProduct(pool, { ...request.body, id }, clock.now(), by))
      const { view, version } = await findProduct(pool, id)
      reply.header('location', `/api/v1/products/${id}`)
      return reply
        .code(201)
        .header('etag', etagOf(String(version)))
        .send(view)
    },
  })

  app.route({
    method: 'PATCH',
    url: '/products/:id',
    config: {
      access: { scope: 'catalogue:write' },
      problems: ['unknown-category', 'precondition-failed', 'precondition-required'],
      answers: { 200: { description: 'Changed', headers: ETAG_HEADER } },
    },
    schema: {
      operationId: 'changeProduct',
      summary: 'Change a product',
      description: 'A new price counts for orders from now on; those that are placed keep theirs.',
      tags: ['catalogue'],
      params: ById,
      headers: IfMatch,
      body: ProductChange,
      response: { 200: Product },
    },
    handler: async (request, reply) => {
      const { params, headers, body } = request
      const changed = await orCatalogueProblem(
        changeProduct(pool, params.id, body, {
          expectedVersion: requiredVersionOf(headers),
          at: clock.now(),
          by: commandContext(request).actor,
        }),
      )
      if (changed === undefined) throw new ProblemError('not-found')
      const { view, version } = await findProduct(pool, params.id)
      return reply.header('etag', etagOf(String(version))).send(view)
    },
  })

  app.route({
    method: 'DELETE',
    url: '/products/:id',
    config: {
      access: { scope: 'catalogue:write' },
      problems: ['precondition-failed', 'precondition-required'],
      answers: {
        204: { description: 'Gone, with its images; its orders and the history of its prices stay' },
      },
    },
    schema: {
      operationId: 'deleteProduct',
      summary: 'Remove a product',
      tags: ['catalogue'],
      params: ById,
      headers: IfMatch,
      response: { 204: Nothing },
    },
    handler: async ({ params, headers }, reply) => {
      if (!(await deleteProduct(pool, params.id, requiredVersionOf(headers))))
        throw new ProblemError('not-found')
      return reply.code(204).send()
    },
  })

  app.route({
    method: 'GET',
    url: '/products/:id/prices',
    config: {
      access: { scope: 'catalogue:write' },
      problems: ['invalid-cursor'],
      answers: { 200: { description: 'Every price that it has had, also of a product that is gone' } },
    },
    schema: {
      operationId: 'getPriceHistory',
      summary: 'The history of a price',
      tags: ['catalogue'],
      params: ById,
      querystring: PriceQuery,
      response: { 200: PriceHistory },
    },
    handler: async ({ params, query }) => {
      const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, [/^\d{1,18}$/])
      const changes = await priceHistory(pool, params.id, { limit: query.limit, before })
      if (changes.length === 0 && before === undefined) throw new ProblemError('not-found')
      return pageOf(
        changes,
        query.limit,
        ({ price, from, by }) => ({ price, from: from.toISOString(), by }),
        ({ id }) => [id],
      )
    },
  })
}

const seesInactive = ({ caller }: FastifyRequest): boolean => caller?.scopes.has('catalogue:write') === true

/** @throws InvalidCursorError where the cursor comes of a search in another order */
const placeIn = (cursor: string, search: Pick<ProductSearch, 'sort' | 'text'>): PageEnd => {
  const sort = effectiveSort(search)
  const [of, key = '', id = ''] = decodeCursor(cursor, [/^/, PAGE_END_KEYS[sort], /^[^\0]{1,64}$/s])
  if (of !== sort) throw new InvalidCursorError()
  return [key, id]
}

/** Counts of categories with those of all below them. */
const facetsView = (
  { total, categories, priceBands, inStock }: Facets,
  tree: readonly Category[],
): z.output<typeof ProductPage>['facets'] => {
  const counts = new Map<string, number>()
  for (const [id, count] of categories) {
    for (const above of pathTo(tree, id)) counts.set(above.id, (counts.get(above.id) ?? 0) + count)
  }
  return {
    total,
    inStock,
    priceBands,
    categories: inTreeOrder(tree).flatMap(({ id, name, parentId }) => {
      const count = counts.get(id)
      return count === undefined ? [] : [{ id, name, parentId, count }]
    }),
  }
}
