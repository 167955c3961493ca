import helmet from '@fastify/helmet'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import Fastify from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { ApiDeps } from './deps.ts'
import { DEFAULT_LIMITS } from './deps.ts'
import type { Revocations } from '../supporting/accounts/revocations.ts'
import { createCarts } from '../supporting/carts/carts.ts'
import { startRevocations } from '../supporting/accounts/revocations.ts'
import { authentication } from './plugins/authentication.ts'
import { authorisation } from './plugins/authorisation.ts'
import { crossOrigin } from './plugins/cross-origin.ts'
import { correlation, requestNaming } from './plugins/correlation.ts'
import { documentation } from './plugins/documentation.ts'
import { answerClientError, answerUnroutable } from './plugins/early-errors.ts'
import { errors } from './plugins/errors.ts'
import { httpCache } from './plugins/http-cache.ts'
import { idempotency } from './plugins/idempotency.ts'
import { DEFAULT_RATE_LIMITS, rateLimits } from './plugins/rate-limits.ts'
import { readYourWrites } from './plugins/read-your-writes.ts'
import { requestLog } from './plugins/request-log.ts'
import { requestMetrics } from './plugins/request-metrics.ts'
import { routeTable } from './plugins/route-table.ts'
import { strictQueries } from './plugins/strict-queries.ts'
import { slowConnections } from './plugins/slow-connections.ts'
import { accountRoutes } from './routes/accounts.ts'
import { cartRoutes } from './routes/cart.ts'
import { analyticsRoutes } from './routes/analytics.ts'
import { catalogueRoutes } from './routes/catalogue.ts'
import { deadLetterRoutes } from './routes/dead-letters.ts'
import { customerRoutes } from './routes/customers.ts'
import { inboxRoutes } from './routes/inbox.ts'
import { inventoryRoutes } from './routes/inventory.ts'
import { operationsRoutes } from './routes/operations.ts'
import { orderActionRoutes } from './routes/order-actions.ts'
import { orderLiveRoutes } from './routes/order-live.ts'
import { orderRoutes } from './routes/orders.ts'
import { paymentActionRoutes } from './routes/payment-actions.ts'
import { paymentQueryRoutes } from './routes/payment-queries.ts'
import { paymentRoutes } from './routes/payments.ts'
import { walletTopUpRoutes } from './routes/wallet-top-ups.ts'
import { webhookRoutes } from './routes/webhooks.ts'
import { sagaRoutes } from './routes/sagas.ts'
import { walletRoutes } from './routes/wallet.ts'
import { wellKnownRoutes } from './routes/well-known.ts'
import type { Routes } from './routing.ts'

const ACCESS_TOKEN_SECONDS = 15 * 60

/**
 * The REST API over commands, read models and the shop's tables, ready to listen or to be injected into. Closing it ends
 * its requests; what is in `deps` stays open.
 */
export const createApi = async (deps: ApiDeps): Promise<FastifyInstance> =>
  buildApi(deps, await startRevocations({ pool: deps.pool, logger: deps.logger }))

/** The same with the revocations of somebody else; it stops them when it is closed. */
export const buildApi = async (deps: ApiDeps, revocations: Revocations): Promise<FastifyInstance> => {
  const limits = { ...DEFAULT_LIMITS, ...deps.limits }
  const logger: FastifyBaseLogger = deps.logger
  const app = Fastify({
    ...requestNaming,
    loggerInstance: logger,
    bodyLimit: limits.bodyBytes,
    trustProxy: (_address, hop) => hop < (deps.trustedProxies ?? 0),
    // A client has this long to send its request; the answer may take as long as `Prefer: wait` allows.
    requestTimeout: limits.requestMs,
    http: {
      headersTimeout: limits.headersMs,
      // how often Node looks for those that are too slow
      connectionsCheckingInterval: 1_000,
    },
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 128 },
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerClientError,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)

  routeTable(app)
  slowConnections(app)
  strictQueries(app)
  correlation(app)
  requestLog(app)
  requestMetrics(app, deps.metrics)
  errors(app)
  await crossOrigin(app, deps.corsOrigins ?? [])
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      useDefaults: false,
    },
  })
  app.addHook('onClose', () => revocations.stop())
  const signAccessToken = await authentication(app, {
    keys: deps.keys,
    revocations,
    issuer: deps.issuer ?? 'orderstream',
    accessTokenSeconds: ACCESS_TOKEN_SECONDS,
  })
  if (deps.rateLimits !== 'off') {
    rateLimits(app, { keyValue: deps.keyValue, limits: deps.rateLimits ?? DEFAULT_RATE_LIMITS })
  }
  authorisation(app)
  readYourWrites(app, { waiting: deps.waiting, positionMs: limits.positionMs })
  httpCache(app)
  idempotency(app, { pool: deps.pool, waitSeconds: limits.waitSeconds })
  await documentation(app, deps)

  const carts = createCarts({ store: deps.keyValue, now: () => deps.clock.now() })
  wellKnownRoutes(app, deps)
  operationsRoutes(app, deps)
  if (deps.inbox !== undefined) inboxRoutes(app, { read: deps.inbox })
  await app.register(
    (v1: Routes, _options, done) => {
      accountRoutes(v1, {
        ...deps,
        carts,
        revocations,
        signAccessToken,
        accessTokenSeconds: ACCESS_TOKEN_SECONDS,
      })
      catalogueRoutes(v1, deps)
      cartRoutes(v1, { ...deps, limits, carts })
      orderRoutes(v1, { ...deps, limits })
      orderLiveRoutes(v1, { ...deps, limits, revocations })
      orderActionRoutes(v1, deps)
      paymentRoutes(v1, deps)
      paymentActionRoutes(v1, deps)
      walletTopUpRoutes(v1, deps)
      webhookRoutes(v1, deps)
      inventoryRoutes(v1, deps)
      sagaRoutes(v1, deps)
      deadLetterRoutes(v1, deps)
      paymentQueryRoutes(v1, deps)
      walletRoutes(v1, deps)
      customerRoutes(v1, deps)
      analyticsRoutes(v1, deps)
      done()
    },
    { prefix: '/api/v1' },
  )
  await app.ready()
  return app
}
