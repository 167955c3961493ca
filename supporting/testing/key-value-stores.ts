import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { startRedis } from '../../test/support/servers.ts'
import type { KeyValueStore } from '../key-value/key-value.ts'
import { postgresKeyValue } from '../key-value/postgres.ts'
import { redisKeyValue } from '../key-value/redis.ts'
import { createShopDatabase } from './shop-database.ts'

export interface OpenedStore {
  readonly store: KeyValueStore
  stop(): Promise<void>
}

const openPostgres = async (): Promise<OpenedStore> => {
  const shop = await createShopDatabase()
  return { store: postgresKeyValue(shop.pool), stop: () => shop.stop() }
}

const openRedis = async (): Promise<OpenedStore | undefined> => {
  const server = await startRedis()
  if (server === undefined) return undefined
  const redis = new Redis(server.url)
  return {
    store: redisKeyValue(redis, { prefix: `${randomUUID()}:` }),
    stop: async () => {
      redis.disconnect()
      await server.stop()
    },
  }
}

/**
 * Every store that a contract has to hold over, empty. Redis is undefined where none is installed: it is tested where REDIS_URL is
 * set, or redis-server is there.
 */
export const KEY_VALUE_STORES: readonly (readonly [
  name: string,
  open: () => Promise<OpenedStore | undefined>,
])[] = [
  ['Postgres', openPostgres],
  ['Redis', openRedis],
]
