import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { personalDataMigration } from '../../eventstore/personal-data/tables.ts'
import { loadConfig } from '../../platform/config.ts'
import { connectPostgres, migrate } from '../../platform/postgres.ts'
import { createDatabase, type TestServer } from '../../test/support/servers.ts'
import { openPersonalData } from './personal-data.ts'
import { StartError } from './start-error.ts'

const logger = pino({ level: 'silent' })

describe('keys of personal data at the start', () => {
  let database: TestServer
  let pool: Pool

  beforeEach(async () => {
    database = await createDatabase()
    await migrate(database.url, [personalDataMigration])
    pool = connectPostgres(database.url, { applicationName: 'start-test', logger })
  })
  afterEach(async () => {
    await pool.end()
    await database.stop()
  })

  const open = (...keys: Buffer[]) =>
    openPersonalData(
      loadConfig({ MASTER_KEY: keys.map((key) => key.toString('base64')).join(',') }),
      pool,
      logger,
    )

  it('are wrapped anew where the master key has changed, and refused where it does not fit', async () => {
    const [old, next] = [randomBytes(32), randomBytes(32)]
    await (await open(old)).forCustomers(['c-1'])
    const failure: unknown = await open(next).catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(StartError)
    expect(String(failure))
      .to.contain('MASTER_KEY is not the master key')
      .and.not.contain(next.toString('base64'))
    await open(old, next)
    await open(next, old)
    expect((await (await open(next)).forCustomers(['c-1'])).get('c-1')).not.to.equal('erased')
  })
})
