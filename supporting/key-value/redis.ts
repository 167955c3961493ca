import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { KeyValueStore } from './key-value.ts'
import { KeyValueUnavailableError } from './key-value.ts'

export interface RedisKeyValue extends KeyValueStore {
  /** @throws KeyValueUnavailableError where it does not answer */
  ping(): Promise<void>
  close(): Promise<void>
}

export interface RedisKeyValueOptions {
  /** `redis://…` or `rediss://…` */
  readonly url: string
  readonly logger: Logger
  /** All keys begin with it, so that others may use the same Redis. */
  readonly prefix?: string
  /** Time limit of each operation, in milliseconds. */
  readonly timeoutMs?: number
}

const REPLACE = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1`

const COUNT = `
  local value = redis.call('INCRBY', KEYS[1], ARGV[1])
  if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return { value, redis.call('PTTL', KEYS[1]) }`

/** In Redis 6.2 or later, by its clock. It connects when it is first used, and comes back by itself when it was lost. */
export const redisKeyValue = (options: RedisKeyValueOptions): RedisKeyValue => {
  const { url, logger, prefix = 'orderstream:', timeoutMs = 2_000 } = options
  const redis = new Redis(url, {
    keyPrefix: prefix,
    lazyConnect: true,
    commandTimeout: timeoutMs,
    // a command whose connection was lost is sent again once; a request must not wait for longer
    maxRetriesPerRequest: 1,
  })
  redis.on('error', (error) => {
    logger.warn({ err: error }, 'Redis can not be reached')
  })

  const run = async <Result>(command: Promise<Result>): Promise<Result> => {
    try {
      return await command
    } catch (error) {
      throw new KeyValueUnavailableError(error)
    }
  }

  return {
    get: async (key) => (await run(redis.get(key))) ?? undefined,
    put: async (key, value, ttlMs) => {
      await run(redis.set(key, value, 'PX', ttlMs))
    },
    add: async (key, value, ttlMs) => (await run(redis.set(key, value, 'PX', ttlMs, 'NX'))) === 'OK',
    replace: async (key, expected, value, ttlMs) =>
      (await run(redis.eval(REPLACE, 1, key, expected, value, ttlMs))) === 1,
    take: async (key) => (await run(redis.getdel(key))) ?? undefined,
    delete: async (key) => {
      await run(redis.del(key))
    },
    count: async (counter, by, ttlMs) => {
      const [value, endsInMs] = asNumbers(await run(redis.eval(COUNT, 1, counter, by, ttlMs)))
      return { value, endsInMs: Math.max(1, endsInMs) }
    },
    ping: async () => {
      await run(redis.ping())
    },
    close: () => {
      redis.disconnect()
      return Promise.resolve()
    },
  }
}

const asNumbers = (reply: unknown): [number, number] => {
  const parts: readonly unknown[] = Array.isArray(reply) ? reply : []
  const [first, second] = parts
  if (typeof first === 'number' && typeof second === 'number') return [first, second]
  throw new TypeError('Redis answered a script with something else than two numbers')
}
