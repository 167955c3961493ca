import { uuidToULID } from 'ulid'
import { z } from 'zod'
import type { Category as CatalogueCategory } from '../../supporting/catalogue/categories.ts'
import {
  changeCategory,
  createCategory,
  deleteCategory,
  listCategories,
} from '../../supporting/catalogue/categories.ts'
import { inTreeOrder } from '../../supporting/catalogue/category-tree.ts'
import type { ApiDeps } from '../deps.ts'
import { etagOf, IfMatch, requiredVersionOf } from '../if-match.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Nothing } from '../schemas.ts'
import { orCatalogueProblem } from './catalogue-problems.ts'
import { Category, CategoryChange, CategoryId, CategoryTree, NewCategory } from './catalogue-schemas.ts'

const ById = z.object({ id: CategoryId })
const ETAG_HEADER = { ETag: 'Its version: send it as If-Match with a change' }
const CACHE = { seconds: 60 }

export const categoryRoutes = (app: Routes, { pool, clock }: Pick<ApiDeps, 'pool' | 'clock'>): void => {
  app.route({
    method: 'GET',
    url: '/categories',
    config: { access: 'public', cache: CACHE, answers: { 200: { description: 'The whole tree' } } },
    schema: {
      operationId: 'listCategories',
      summary: 'Categories',
      tags: ['catalogue'],
      response: { 200: CategoryTree },
    },
    handler: async () => ({
      items: inTreeOrder(await listCategories(pool)).map(({ depth, ...category }) => ({
        ...categoryView(category),
        depth,
      })),
    }),
  })

  app.route({
    method: 'GET',
    url: '/categories/:id',
    config: { access: 'public', cache: CACHE, answers: { 200: { description: 'The category' } } },
    schema: {
      operationId: 'getCategory',
      summary: 'A category',
      tags: ['catalogue'],
      params: ById,
      response: { 200: Category },
    },
    handler: async ({ params }, reply) => {
      const category = (await listCategories(pool)).find(({ id }) => id === params.id)
      if (category === undefined) throw new ProblemError('not-found')
      reply.resourceVersion = category.version
      return categoryView(category)
    },
  })

  app.route({
    method: 'POST',
    url: '/categories',
    config: {
      access: { scope: 'catalogue:write' },
      idempotent: true,
      problems: ['slug-taken', 'unknown-category', 'category-misplaced'],
      answers: { 201: { description: 'Created', headers: { Location: 'The category', ...ETAG_HEADER } } },
    },
    schema: {
      operationId: 'createCategory',
      summary: 'Add a category',
      tags: ['catalogue'],
      body: NewCategory,
      response: { 201: Category },
    },
    handler: async (request, reply) => {
      const { name, slug = slugOf(name), parentId, position } = request.body
      const id = uuidToULID(request.commandId).toLowerCase()
      const category = await orCatalogueProblem(
        createCategory(pool, { id, name, slug: slug === '' ? id : slug, parentId, position }, clock.now()),
      )
      reply.header('location', `/api/v1/categories/${id}`)
      return reply
        .code(201)
        .header('etag', etagOf(String(category.version)))
        .send(categoryView(category))
    },
  })

  app.route({
    method: 'PATCH',
    url: '/categories/:id',
    config: {
      access: { scope: 'catalogue:write' },
      problems: [
        'slug-taken',
        'unknown-category',
        'category-misplaced',
        'precondition-failed',
        'precondition-required',
      ],
      answers: { 200: { description: 'Changed', headers: ETAG_HEADER } },
    },
    schema: {
      operationId: 'changeCategory',
      summary: 'Rename or move a category',
      tags: ['catalogue'],
      params: ById,
      headers: IfMatch,
      body: CategoryChange,
      response: { 200: Category },
    },
    handler: async ({ params, headers, body }, reply) => {
      const expectedVersion = requiredVersionOf(headers)
      const category = await orCatalogueProblem(
        changeCategory(pool, params.id, body, { expectedVersion, at: clock.now() }),
      )
      if (category === undefined) throw new ProblemError('not-found')
      return reply.header('etag', etagOf(String(category.version))).send(categoryView(category))
    },
  })

  app.route({
    method: 'DELETE',
    url: '/categories/:id',
    config: {
      access: { scope: 'catalogue:write' },
      problems: ['category-in-use', 'precondition-failed', 'precondition-required'],
      answers: { 204: { description: 'Gone' } },
    },
    schema: {
      operationId: 'deleteCategory',
      summary: 'Remove a category that holds nothing',
      tags: ['catalogue'],
      params: ById,
      headers: IfMatch,
      response: { 204: Nothing },
    },
    handler: async ({ params, headers }, reply) => {
      const wasThere = await orCatalogueProblem(deleteCategory(pool, params.id, requiredVersionOf(headers)))
      if (!wasThere) throw new ProblemError('not-found')
      return reply.code(204).send()
    },
  })
}

/** As it can stand in an address: `Thé & Café` is `the-cafe`. Empty where nothing is left of it. */
export const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 64)
    .replace(/-$/, '')

const categoryView = ({
  id,
  slug,
  name,
  parentId,
  position,
}: CatalogueCategory): z.output<typeof Category> => ({
  ...{ id, slug, name, parentId, position },
})
