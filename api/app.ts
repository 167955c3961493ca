import helmet from '@fastify/helmet'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import Fastify from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { ApiDeps } from './deps.ts'
import { DEFAULT_LIMITS } from './deps.ts'
import { authentication } from './plugins/authentication.ts'
import { correlation, requestNaming } from './plugins/correlation.ts'
import { documentation } from './plugins/documentation.ts'
import { answerClientError, answerUnroutable } from './plugins/early-errors.ts'
import { errors } from './plugins/errors.ts'
import { idempotency } from './plugins/idempotency.ts'
import { readYourWrites } from './plugins/read-your-writes.ts'
import { requestLog } from './plugins/request-log.ts'
import { authRoutes, wellKnownRoutes } from './routes/auth.ts'
import { catalogueRoutes } from './routes/catalogue.ts'
import { inventoryRoutes } from './routes/inventory.ts'
import { operationsRoutes } from './routes/operations.ts'
import { orderRoutes } from './routes/orders.ts'
import type { Routes } from './routing.ts'

const ACCESS_TOKEN_SECONDS = 15 * 60

/**
 * The REST API over commands, read models and the shop's tables, ready to listen or to be injected into. Closing it ends
 * its requests; what is in `deps` stays open.
 */
export const createApi = async (deps: ApiDeps): Promise<FastifyInstance> => {
  const limits = { ...DEFAULT_LIMITS, ...deps.limits }
  const logger: FastifyBaseLogger = deps.logger
  const app = Fastify({
    ...requestNaming,
    loggerInstance: logger,
    bodyLimit: limits.bodyBytes,
    trustProxy: (_address, hop) => hop < (deps.trustedProxies ?? 0),
    // A client has this long to send its request; the answer may take as long as `Prefer: wait` allows.
    requestTimeout: 15_000,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 128 },
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerClientError,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)

  correlation(app)
  requestLog(app)
  errors(app)
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      useDefaults: false,
    },
  })
  const signAccessToken = await authentication(app, {
    keys: deps.keys,
    issuer: deps.issuer ?? 'orderstream',
    accessTokenSeconds: ACCESS_TOKEN_SECONDS,
  })
  readYourWrites(app, { waiting: deps.waiting, positionMs: limits.positionMs })
  idempotency(app, deps)
  await documentation(app, deps)

  wellKnownRoutes(app, deps)
  operationsRoutes(app, deps)
  await app.register(
    (v1: Routes, _options, done) => {
      authRoutes(v1, { ...deps, signAccessToken, accessTokenSeconds: ACCESS_TOKEN_SECONDS })
      catalogueRoutes(v1, deps)
      orderRoutes(v1, { ...deps, limits })
      inventoryRoutes(v1, deps)
      done()
    },
    { prefix: '/api/v1' },
  )
  await app.ready()
  return app
}
