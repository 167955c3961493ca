import type { OpenAPIV3_1 } from 'openapi-types'
import { pino } from 'pino'
import { systemClock } from '../platform/clock.ts'
import { createMetrics } from '../platform/metrics.ts'
import { buildApi } from './app.ts'
import type { ApiDeps } from './deps.ts'

/**
 * The OpenAPI document, made from the routes without any server: whatever a route needs to answer is not there yet while it
 * is registered.
 */
export const apiDocument = async (version: string): Promise<OpenAPIV3_1.Document> => {
  const app = await buildApi(depsOfNothing(version), {
    isRevoked: () => false,
    refresh: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  })
  try {
    return app.swagger() as OpenAPIV3_1.Document
  } finally {
    await app.close()
  }
}

/** Nothing optional but what adds routes to the document. */
const depsOfNothing = (version: string): ApiDeps => ({
  ...(Object.fromEntries(SERVERS.map((name) => [name, absent(name)])) as unknown as Pick<
    ApiDeps,
    (typeof SERVERS)[number]
  >),
  clock: systemClock,
  logger: pino({ level: 'silent' }),
  metrics: createMetrics(),
  metricsAccess: { kind: 'open' },
  resume: () => Promise.resolve(undefined),
  health: {},
  version,
})

/** What a route may be handed, and uses only once it has something to answer. */
const SERVERS = [
  'commands',
  'pool',
  'store',
  'waiting',
  'signals',
  'passwords',
  'keyValue',
  'images',
  'links',
  'keys',
  'deadLetters',
] as const satisfies readonly (keyof ApiDeps)[]

/** Can be handed on and taken apart, but not used. */
const absent = (name: string): object =>
  new Proxy<() => never>(
    () => {
      throw new Error(`There is no ${name} while the document is made: a route uses it when it is registered`)
    },
    { get: (_target, member): object => absent(`${name}.${String(member)}`) },
  )
