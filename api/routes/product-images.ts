import multipart from '@fastify/multipart'
import { uuidToULID } from 'ulid'
import { z } from 'zod'
import { IMAGE_TYPES, inspectImage } from '../../supporting/catalogue/image-file.ts'
import { addImage, changeImage, openImage, removeImage } from '../../supporting/catalogue/images.ts'
import type { ApiDeps } from '../deps.ts'
import { etagOf, IfMatch, requiredVersionOf } from '../if-match.ts'
import { isKnownTag } from '../plugins/http-cache.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Nothing, ProductId } from '../schemas.ts'
import { MOST_IMAGE_BYTES, readUpload, UPLOAD_LIMITS, uploadOf } from '../uploads.ts'
import { orCatalogueProblem } from './catalogue-problems.ts'
import { ImageChange, ImageId, Product } from './catalogue-schemas.ts'
import { findProduct, imageUrl } from './product-view.ts'

const ById = z.object({ id: ProductId })
const ByImage = z.object({ id: ProductId, imageId: ImageId })
const ETAG_HEADER = { ETag: 'Of the product: send it as If-Match with a change' }

/** What it is sent as; `file` is the digest of its bytes once it was read. */
const Upload = z
  .strictObject({
    file: z.string().meta({ format: 'binary', description: 'PNG, JPEG, WebP or GIF, by its content' }),
    alt: z
      .string()
      .max(300)
      .regex(/^\P{C}*$/u, 'must not contain control characters')
      .default('')
      .meta({ description: 'What it shows, for those who do not see it' }),
  })
  .meta({ id: 'ProductImageUpload' })

const Bytes = z.unknown().meta({ type: 'string', format: 'binary' })

type ImageRoutesDeps = Pick<ApiDeps, 'pool' | 'clock' | 'images'>

export const imageRoutes = (app: Routes, deps: ImageRoutesDeps): void => {
  const { pool, clock } = deps

  app.route({
    method: 'GET',
    url: '/images/:id',
    config: {
      access: 'public',
      limit: 'none',
      answers: {
        200: {
          description: 'The image. What is under this address never changes.',
          headers: { ETag: 'Of its bytes', 'Cache-Control': 'A year' },
        },
        304: { description: 'You have it' },
      },
    },
    schema: {
      operationId: 'getImage',
      summary: 'An image',
      tags: ['catalogue'],
      params: z.object({ id: ImageId }),
      response: {
        200: { content: Object.fromEntries(IMAGE_TYPES.map((type) => [type, { schema: Bytes }])) },
        304: Nothing,
      },
    },
    handler: async (request, reply) => {
      const found = await openImage({ pool, files: deps.images }, request.params.id)
      if (found === undefined) throw new ProblemError('not-found')
      const { image, file } = found
      const etag = `"${image.digest}"`
      reply
        .header('etag', etag)
        .header('cache-control', 'public, max-age=31536000, immutable')
        // whatever the bytes are, no browser is to make a page of them
        .header('content-security-policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
        .header('content-disposition', `inline; filename="${image.id}"`)
        // shop fronts are elsewhere
        .header('cross-origin-resource-policy', 'cross-origin')
      if (isKnownTag(request.headers['if-none-match'], etag)) {
        file.content.destroy()
        return reply.code(304).send()
      }
      return reply.type(image.contentType).header('content-length', file.size).send(file.content)
    },
  })

  // a scope of its own: only uploads take forms
  app.register(async (forms: Routes) => {
    await forms.register(multipart, { limits: UPLOAD_LIMITS })
    uploadRoute(forms, deps)
  })

  app.route({
    method: 'PATCH',
    url: '/products/:id/images/:imageId',
    config: {
      access: { scope: 'catalogue:write' },
      problems: ['precondition-failed', 'precondition-required'],
      answers: { 200: { description: 'The product with its images', headers: ETAG_HEADER } },
    },
    schema: {
      operationId: 'changeProductImage',
      summary: 'Describe or move an image',
      tags: ['catalogue'],
      params: ByImage,
      headers: IfMatch,
      body: ImageChange,
      response: { 200: Product },
    },
    handler: async ({ params: { id: productId, imageId }, headers, body }, reply) => {
      const expectedVersion = requiredVersionOf(headers)
      const version = await changeImage(pool, { productId, imageId }, body, {
        expectedVersion,
        at: clock.now(),
      })
      if (version === undefined) throw new ProblemError('not-found')
      return reply.header('etag', etagOf(String(version))).send((await findProduct(pool, productId)).view)
    },
  })

  app.route({
    method: 'DELETE',
    url: '/products/:id/images/:imageId',
    config: {
      access: { scope: 'catalogue:write' },
      problems: ['precondition-failed', 'precondition-required'],
      answers: { 200: { description: 'The product with the images that are left', headers: ETAG_HEADER } },
    },
    schema: {
      operationId: 'deleteProductImage',
      summary: 'Remove an image',
      tags: ['catalogue'],
      params: ByImage,
      headers: IfMatch,
      response: { 200: Product },
    },
    handler: async ({ params: { id: productId, imageId }, headers }, reply) => {
      const expectedVersion = requiredVersionOf(headers)
      const version = await removeImage(pool, { productId, imageId }, { expectedVersion, at: clock.now() })
      if (version === undefined) throw new ProblemError('not-found')
      return reply.header('etag', etagOf(String(version))).send((await findProduct(pool, productId)).view)
    },
  })
}

const uploadRoute = (app: Routes, { pool, clock, images: files }: ImageRoutesDeps): void => {
  app.route({
    method: 'POST',
    url: '/products/:id/images',
    bodyLimit: MOST_IMAGE_BYTES + 64 * 1024,
    preValidation: readUpload,
    config: {
      access: { scope: 'catalogue:write' },
      idempotent: true,
      problems: ['unusable-image', 'too-many-images'],
      answers: {
        201: {
          description: 'The product with its images',
          headers: { Location: 'The image', ...ETAG_HEADER },
        },
      },
    },
    schema: {
      operationId: 'addProductImage',
      summary: 'Add an image',
      description: 'At most 5 MB, 8,192 pixels a side and 32 million in all; 12 images a product.',
      tags: ['catalogue'],
      consumes: ['multipart/form-data'],
      params: ById,
      body: Upload,
      response: { 201: Product },
    },
    handler: async (request, reply) => {
      const { id: productId } = request.params
      const bytes = uploadOf(request)
      const id = uuidToULID(request.commandId).toLowerCase()
      const version = await orCatalogueProblem(
        Promise.resolve().then(() =>
          addImage(
            { pool, files },
            productId,
            { id, alt: request.body.alt, bytes, file: inspectImage(bytes) },
            clock.now(),
          ),
        ),
      )
      if (version === undefined) throw new ProblemError('not-found')
      const { view } = await findProduct(pool, productId)
      return reply
        .code(201)
        .header('location', imageUrl(id))
        .header('etag', etagOf(String(version)))
        .send(view)
    },
  })
}
