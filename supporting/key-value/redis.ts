import type { Redis } from 'ioredis'
import type { KeyValueStore } from './key-value.ts'
import { KeyValueUnavailableError } from './key-value.ts'

export interface RedisKeyValueOptions {
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

/** In Redis 6.2 or later, by its clock. `redis` stays the caller's to close. */
export const redisKeyValue = (
  redis: Redis,
  { prefix = 'orderstream:', timeoutMs = 2_000 }: RedisKeyValueOptions = {},
): KeyValueStore => {
  const run = async <Result>(command: Promise<Result>): Promise<Result> => {
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`No answer within ${timeoutMs} ms`))
      }, timeoutMs)
    })
    try {
      return await Promise.race([command, tooLate])
    } catch (error) {
      throw new KeyValueUnavailableError(error)
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    get: async (key) => (await run(redis.get(prefix + key))) ?? undefined,
    put: async (key, value, ttlMs) => {
      await run(redis.set(prefix + key, value, 'PX', ttlMs))
    },
    add: async (key, value, ttlMs) => (await run(redis.set(prefix + key, value, 'PX', ttlMs, 'NX'))) === 'OK',
    replace: async (key, expected, value, ttlMs) =>
      (await run(redis.eval(REPLACE, 1, prefix + key, expected, value, ttlMs))) === 1,
    take: async (key) => (await run(redis.getdel(prefix + key))) ?? undefined,
    delete: async (key) => {
      await run(redis.del(prefix + key))
    },
    count: async (counter, by, ttlMs) => {
      const [value, endsInMs] = asNumbers(await run(redis.eval(COUNT, 1, prefix + counter, by, ttlMs)))
      return { value, endsInMs: Math.max(1, endsInMs) }
    },
  }
}

const asNumbers = (reply: unknown): [number, number] => {
  const parts: readonly unknown[] = Array.isArray(reply) ? reply : []
  const [first, second] = parts
  if (typeof first === 'number' && typeof second === 'number') return [first, second]
  throw new TypeError('Redis answered a script with something else than two numbers')
}
