import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Config } from '../../platform/config.ts'
import type { Part, System } from './system.ts'
import { waitFor } from './wait-for.ts'

/** The Redis that is named; undefined where none is. */
export const redisOf = async (
  system: System,
  { redisUrl }: Config,
  logger: Logger,
): Promise<Redis | undefined> => {
  if (redisUrl === undefined) return undefined
  const { redis } = await system.start('Redis', () => connectRedis(redisUrl, system.stopping, logger))
  return redis
}

/**
 * A connection to the Redis at `url`, which comes back by itself when it is lost.
 * @throws StartError where Redis does not answer in time
 */
const connectRedis = async (
  url: string,
  signal: AbortSignal,
  logger: Logger,
): Promise<Part & { readonly redis: Redis }> => {
  const { Redis: Client } = await import('ioredis')
  const redis = new Client(url, { lazyConnect: true, maxRetriesPerRequest: 1, connectTimeout: 5_000 })
  redis.on('error', (error) => {
    logger.warn({ room: 'redis', err: error }, 'Redis is not available')
  })
  try {
    await waitFor(() => redis.ping(), { what: 'the Redis (REDIS_URL)', logger, withinMs: 30_000, signal })
  } catch (error) {
    redis.disconnect()
    throw error
  }
  return {
    redis,
    stop: async () => {
      await redis.quit()
    },
  }
}
