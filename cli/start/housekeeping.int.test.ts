import { expect } from 'chai'
import pg from 'pg'
import { pino } from 'pino'
import { diskBlobStore } from '../../gateways/images/disk.ts'
import { migrate } from '../../platform/postgres.ts'
import { postgresKeyValue } from '../../supporting/key-value/postgres.ts'
import { shopMigrations } from '../../supporting/migrations.ts'
import { eventually } from '../../test/support/eventually.ts'
import { createDatabase } from '../../test/support/servers.ts'
import type { TestServer } from '../../test/support/servers.ts'
import { startHousekeeping } from './housekeeping.ts'

describe('housekeeping', () => {
  let database: TestServer
  let pool: pg.Pool
  beforeEach(async () => {
    database = await createDatabase()
    pool = new pg.Pool({ connectionString: database.url })
  })
  afterEach(async () => {
    await pool.end()
    await database.stop()
  })
  const housekeeping = (): ReturnType<typeof startHousekeeping> =>
    startHousekeeping({
      ...{ pool, logger: pino({ level: 'silent' }), everyMs: 5 },
      images: diskBlobStore('/nowhere/at/all'),
    })

  it('removes what has expired and keeps the rest', async () => {
    await migrate(database.url, shopMigrations)
    const values = postgresKeyValue(pool)
    await values.put('old', 'x', 1)
    await values.put('new', 'y', 60_000)
    const running = housekeeping()
    const keys = await eventually(async () => {
      const { rows } = await pool.query<{ key: string }>('select key from shop.key_values')
      return rows.length === 1 && rows.map(({ key }) => key)
    })
    await running.stop()
    expect(keys).to.deep.equal(['new'])
  })

  it('goes on after a round that failed', async () => {
    const running = housekeeping()
    // the tables come later than it
    await migrate(database.url, shopMigrations)
    await postgresKeyValue(pool).put('old', 'x', 1)
    await eventually(async () => (await pool.query('select key from shop.key_values')).rows.length === 0)
    await running.stop()
  })
})
