import { expect } from 'chai'
import { pino } from 'pino'
import { eventually } from '../test/support/eventually.ts'
import { revokeServiceAccount, createServiceAccount } from './accounts/service-accounts.ts'
import { startHousekeeping } from './housekeeping.ts'
import { claim } from './idempotency/idempotency.ts'
import { postgresKeyValue } from './key-value/postgres.ts'
import type { ShopDatabase } from './testing/shop-database.ts'
import { createShopDatabase } from './testing/shop-database.ts'

describe('housekeeping', () => {
  let shop: ShopDatabase
  before(async () => {
    shop = await createShopDatabase()
  })
  after(() => shop.stop())

  const rows = async (): Promise<unknown> => {
    const { rows: counts } = await shop.pool.query(
      `select (select count(*)::int from shop.idempotency_keys) as keys,
         (select count(*)::int from shop.key_values) as values,
         (select count(*)::int from shop.counters) as counters,
         (select count(*)::int from shop.revocations) as revocations`,
    )
    return counts[0]
  }

  it('removes what has expired, and nothing else', async () => {
    const store = postgresKeyValue(shop.pool)
    const request = { accountId: 'ada', route: 'r', fingerprint: Buffer.of() }
    const service = { name: '', scopes: [], createdAt: new Date() }
    for (const [name, ttlMs, revokedAt] of [
      ['kept', 60_000, new Date()],
      ['gone', 1, new Date(0)],
    ] as const) {
      await claim(shop.pool, { ...request, key: name }, { leaseMs: 1, keepMs: ttlMs })
      await store.put(name, 'value', ttlMs)
      await store.count(name, 1, ttlMs)
      await createServiceAccount(shop.pool, { ...service, id: name, name })
      await revokeServiceAccount(shop.pool, name, revokedAt)
    }
    const keeping = startHousekeeping({ pool: shop.pool, logger: pino({ level: 'silent' }), everyMs: 5 })
    try {
      const expected = { keys: 1, values: 1, counters: 1, revocations: 1 }
      await eventually(async () => JSON.stringify(await rows()) === JSON.stringify(expected))
    } finally {
      await keeping.stop()
    }
    expect(await store.get('kept')).to.equal('value')
  })
})
