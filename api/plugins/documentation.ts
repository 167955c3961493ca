import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { OpenAPIV3_1 } from 'openapi-types'
import '../schemas.ts'
import { withTidySchemas } from './component-schemas.ts'
import { withDeclarations } from './documented-routes.ts'
import { withExamples } from './examples.ts'
import { SHARED_COMPONENTS } from './shared-components.ts'

const DESCRIPTION = `An event-sourced order backend for online shops.

- **Errors** are \`application/problem+json\` (RFC 9457). Decide by \`type\`: it never changes. Every answer carries
  \`X-Correlation-Id\`; send one of your own to find your requests again in every event that came of them.
- **Money** is an integer in minor units (cents) with an ISO 4217 code. **Times** are RFC 3339 in UTC.
- **Idempotency-Key**: a POST with the same key and the same body is carried out once and gets the same answer for
  24 hours; with another body it gets 422; while the first is being carried out, 409.
- **Read your writes**: the answer to a change carries \`Position\`. Send it back as \`If-Position-Reached\` with a query,
  and the query waits until it sees the change.
- **Pages**: pass \`nextCursor\` of one page as \`cursor\` of the next. It is null on the last one.`

const TAGS = [
  { name: 'auth', description: 'Registering and signing in' },
  { name: 'users', description: 'Accounts of people and services' },
  { name: 'catalogue', description: 'What is for sale' },
  { name: 'cart', description: 'What somebody is about to order' },
  { name: 'orders', description: 'Placing and following orders' },
  { name: 'payments', description: 'Paying, and what providers tell' },
  { name: 'wallet', description: 'Customers’ balances' },
  { name: 'inventory', description: 'Stock' },
  { name: 'analytics', description: 'What was sold' },
  { name: 'admin', description: 'Running the installation' },
  { name: 'operations', description: 'Health of the installation' },
]

/** The browsable pages load nothing from elsewhere. */
const PAGES_CSP =
  "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/**
 * OpenAPI 3.1, made from the routes themselves: pages at /docs, the document at /docs/json. It is to be registered before
 * the routes.
 */
export const documentation = async (
  app: FastifyInstance,
  { version }: { readonly version: string },
): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Orderstream',
        version,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This installation' }],
      tags: TAGS,
      components: SHARED_COMPONENTS,
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => {
      const withSchemas = jsonSchemaTransformObject(document) as OpenAPIV3_1.Document
      return withExamples(withTidySchemas(withDeclarations(withSchemas, app.routeTable)))
    },
  })
  await app.register(async (pages) => {
    pages.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public', limit: 'none' }
    })
    await pages.register(swaggerUi, { routePrefix: '/docs', staticCSP: PAGES_CSP, logLevel: 'warn' })
  })
}
