import { expect } from 'chai'
import pg from 'pg'
import { pino } from 'pino'
import { createDatabase } from '../test/support/servers.ts'
import type { TestServer } from '../test/support/servers.ts'
import { connectPostgres, migrate, MigrationError } from './postgres.ts'
import type { Migration } from './postgres.ts'

const sql = (name: string, statement: string): Migration => ({
  name,
  up: async (knex) => {
    await knex.raw(statement)
  },
})

const first = sql('0001_first', 'create table shop.first (id int)')
const second = sql('0002_second', 'create table shop.second (id int); insert into shop.second values (7)')
const broken = sql('0003_broken', 'create table shop.third (id int); select nonsense')

describe('Postgres', () => {
  let database: TestServer
  let client: pg.Client
  beforeEach(async () => {
    database = await createDatabase()
    client = new pg.Client({ connectionString: database.url })
    await client.connect()
  })
  afterEach(async () => {
    await client.end()
    await database.stop()
  })

  describe('migrations', () => {
    it('are applied in order, once', async () => {
      expect(await migrate(database.url, [first])).to.deep.equal(['0001_first'])
      expect(await migrate(database.url, [first, second])).to.deep.equal(['0002_second'])
      expect(await migrate(database.url, [first, second])).to.deep.equal([])
      expect((await client.query('select id from shop.second')).rows).to.deep.equal([{ id: 7 }])
    })

    it('are applied once by instances that start together', async () => {
      const applied = await Promise.all([1, 2, 3].map(() => migrate(database.url, [first, second])))
      expect(applied.flat().sort()).to.deep.equal(['0001_first', '0002_second'])
    })

    it('leave nothing behind when one fails', async () => {
      const error = await migrate(database.url, [first, broken]).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error).to.be.instanceOf(MigrationError)
      expect(error).to.have.property('migration', '0003_broken')
      const { rows } = await client.query(
        "select to_regclass('shop.first') is not null as first, to_regclass('shop.third') is not null as third",
      )
      expect(rows).to.deep.equal([{ first: false, third: false }])
      expect(await migrate(database.url, [first, second])).to.deep.equal(['0001_first', '0002_second'])
    })

    it('go on after a process that was killed in the middle of them', async () => {
      await migrate(database.url, [first])
      // what knex leaves behind then
      await client.query('update shop.migrations_lock set is_locked = 1')
      expect(await migrate(database.url, [first, second])).to.deep.equal(['0002_second'])
    })
  })

  describe('a pool', () => {
    it('survives the loss of an idle connection', async () => {
      const pool = connectPostgres(database.url, {
        applicationName: 'pool',
        logger: pino({ level: 'silent' }),
        max: 1,
      })
      try {
        const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
        const lost = new Promise((resolve) => pool.once('error', resolve))
        await client.query('select pg_terminate_backend($1)', [rows[0]?.pid])
        await lost
        expect((await pool.query('select 1 as one')).rows).to.deep.equal([{ one: 1 }])
      } finally {
        await pool.end()
      }
    })

    it('cancels a statement that takes too long, and says who it is', async () => {
      const pool = connectPostgres(database.url, {
        applicationName: 'a-test',
        logger: pino({ level: 'silent' }),
        statementTimeoutMs: 50,
      })
      try {
        const error = await pool.query('select pg_sleep(10)').catch((reason: unknown) => reason)
        expect(error).to.have.property('code', '57014')
        expect((await pool.query("select current_setting('application_name') as name")).rows).to.deep.equal([
          { name: 'a-test' },
        ])
      } finally {
        await pool.end()
      }
    })
  })
})
