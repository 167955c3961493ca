import { randomBytes, randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { connectPostgres, migrate } from '../../platform/postgres.ts'
import { createDatabase, type TestServer } from '../../test/support/servers.ts'
import { StoreUnavailableError } from '../errors.ts'
import { rejection } from '../testing/rejection.ts'
import { FORGOTTEN_AFTER } from './key-cache.ts'
import { openKeyStore, type PersonalDataKeyStore } from './key-store.ts'
import type { DataKeyState } from './keys.ts'
import { masterKeyOf } from './master-key.ts'
import { MasterKeyMissingError } from './master-keys.ts'
import { personalDataMigration } from './tables.ts'

const logger = pino({ level: 'silent' })
const master = masterKeyOf(randomBytes(32))

describe('keys of personal data', () => {
  let database: TestServer
  let pool: Pool
  let store: PersonalDataKeyStore
  let time: number
  /** Statements that were sent to the database. */
  let statements: number
  let customer: string

  before(async () => {
    database = await createDatabase()
    await migrate(database.url, [personalDataMigration])
    pool = connectPostgres(database.url, { applicationName: 'personal-data-test', logger, max: 20 })
  })
  after(async () => {
    await pool.end()
    await database.stop()
  })
  beforeEach(async () => {
    time = 1_000
    statements = 0
    customer = `customer-${randomUUID()}`
    store = await openStore(counted())
  })

  const openStore = (
    on: Pool = pool,
    masterKeys: Parameters<typeof openKeyStore>[0]['masterKeys'] = [master],
  ) => openKeyStore({ pool: on, masterKeys, now: () => time })
  /** The pool, but each statement is counted. */
  const counted = (): Pool =>
    new Proxy(pool, {
      get: (target, property) => {
        if (property === 'query') statements += 1
        const member: unknown = Reflect.get(target, property)
        return typeof member === 'function' ? (member.bind(target) as unknown) : member
      },
    })
  const keyOf = async (from: PersonalDataKeyStore, customerId = customer): Promise<DataKeyState> => {
    const state = (await from.forCustomers([customerId])).get(customerId)
    if (state === undefined) throw new Error('There is no key')
    return state
  }
  const liveKeyOf = async (from: PersonalDataKeyStore, customerId = customer) => {
    const state = await keyOf(from, customerId)
    if (state === 'erased') throw new Error('The key was erased')
    return state
  }
  const secretOf = (state: DataKeyState | undefined): string =>
    state === undefined || state === 'erased' ? String(state) : state.secret.export().toString('hex')

  it('are made for a customer who has none, in one round trip, and held in memory from then on', async () => {
    statements = 0
    const key = await liveKeyOf(store)
    expect(statements).to.equal(1)
    expect(await keyOf(store)).to.equal(key)
    expect((await store.byId([key.id])).get(key.id)).to.equal(key)
    expect(statements).to.equal(1)
    expect(key.secret.symmetricKeySize).to.equal(32)
  })

  it('are the same in another instance, got in one round trip', async () => {
    const key = await liveKeyOf(store)
    const other = await openStore(counted())
    statements = 0
    expect(secretOf(await keyOf(other))).to.equal(secretOf(key))
    expect(statements).to.equal(1)
    const third = await openStore()
    expect(secretOf((await third.byId([key.id])).get(key.id))).to.equal(secretOf(key))
  })

  it('are fetched many at a time', async () => {
    const customers = Array.from({ length: 300 }, (_, index) => `${customer}-${index}`)
    statements = 0
    const made = await store.forCustomers(customers)
    expect([statements, made.size]).to.deep.equal([1, 300])
    const ids = [...made.values()].flatMap((state) => (state === 'erased' ? [] : [state.id]))
    const other = await openStore(counted())
    statements = 0
    expect((await other.byId([...ids, randomUUID()])).size).to.equal(300)
    expect(statements).to.equal(1)
  })

  it('are fetched once where several ask at the same time', async () => {
    statements = 0
    const asked = await Promise.all(Array.from({ length: 20 }, () => liveKeyOf(store)))
    expect(new Set(asked).size).to.equal(1)
    expect(statements).to.equal(1)
  })

  it('are one for a customer, however many instances make it at once', async () => {
    const stores = await Promise.all(Array.from({ length: 10 }, () => openStore()))
    for (let round = 0; round < 10; round += 1) {
      const customers = [`${customer}-${round}-a`, `${customer}-${round}-b`]
      const made = await Promise.all(
        stores.map((each, index) => each.forCustomers(index % 2 === 0 ? customers : customers.toReversed())),
      )
      for (const customerId of customers) {
        const secrets = new Set(made.map((states) => secretOf(states.get(customerId))))
        expect(secrets.size).to.equal(1)
      }
    }
  })

  it('stand in the database wrapped only', async () => {
    const key = await liveKeyOf(store)
    const { rows } = await pool.query<{ row: string; wrapped_key: Buffer }>(
      'select k::text as row, wrapped_key from shop.personal_data_keys k where customer_id = $1',
      [customer],
    )
    expect(rows[0]?.row).not.to.contain(key.secret.export().toString('hex'))
    expect(rows[0]?.wrapped_key.includes(key.secret.export())).to.equal(false)
  })

  describe('that are erased', () => {
    it('are gone at once here, and in the database', async () => {
      const { id } = await liveKeyOf(store)
      await store.eraseCustomer(customer)
      expect(await keyOf(store)).to.equal('erased')
      expect((await store.byId([id])).get(id)).to.equal('erased')
      const { rows } = await pool.query(
        'select wrapped_key, master_key from shop.personal_data_keys where customer_id = $1',
        [customer],
      )
      expect(rows).to.deep.equal([{ wrapped_key: null, master_key: null }])
    })

    it('are gone in another instance within a minute, however often they are used', async () => {
      const other = await openStore()
      const { id } = await liveKeyOf(other)
      await store.eraseCustomer(customer)
      for (; time < FORGOTTEN_AFTER; time += 10_000) await keyOf(other)
      time = 1_000 + FORGOTTEN_AFTER + 1
      expect(await keyOf(other)).to.equal('erased')
      expect((await other.byId([id])).get(id)).to.equal('erased')
    })

    it('are never made again', async () => {
      await store.eraseCustomer(customer)
      await store.eraseCustomer(customer)
      expect(await keyOf(await openStore())).to.equal('erased')
      const { rows } = await pool.query('select from shop.personal_data_keys where customer_id = $1', [
        customer,
      ])
      expect(rows).to.have.length(1)
    })
  })

  describe('when the master key is changed', () => {
    const next = masterKeyOf(randomBytes(32))

    it('are wrapped anew, and stay what they are', async () => {
      const own = await ownDatabase()
      try {
        const old = await openStore(own.pool)
        const customers = Array.from({ length: 1_201 }, (_, index) => `${customer}-${index}`)
        const made = await old.forCustomers(customers)
        await old.eraseCustomer(`${customer}-0`)

        const both = await openStore(own.pool, [next, master])
        const [one, two] = await Promise.all([both.rewrap(), both.rewrap()])
        expect(one + two).to.equal(1_200)
        expect(await both.rewrap()).to.equal(0)

        const rotated = await openStore(own.pool, [next])
        const states = await rotated.forCustomers(customers)
        expect(states.get(`${customer}-0`)).to.equal('erased')
        for (const customerId of customers.slice(1)) {
          expect(secretOf(states.get(customerId))).to.equal(secretOf(made.get(customerId)))
        }
        await rejection(openStore(own.pool, [master]), MasterKeyMissingError)
      } finally {
        await own.stop()
      }
    })

    it('refuse to go on without the old one while something is wrapped by it', async () => {
      const own = await ownDatabase()
      try {
        await keyOf(await openStore(own.pool))
        const error = await rejection(openStore(own.pool, [next]), MasterKeyMissingError)
        expect(error.masterKeyId).to.equal(master.id)
        expect(error.message).not.to.contain(master.secret.export().toString('hex'))
      } finally {
        await own.stop()
      }
    })

    it('are an outage, not a loss, where another instance has changed it before this one knows the new one', async () => {
      const own = await ownDatabase()
      try {
        const late = await openStore(own.pool)
        const { id } = await liveKeyOf(await openStore(own.pool, [next, master]))
        const error = await rejection(late.byId([id]), StoreUnavailableError)
        expect(error.cause).to.be.instanceOf(MasterKeyMissingError)
      } finally {
        await own.stop()
      }
    })
  })

  it('are not taken from another row', async () => {
    const [mine, theirs] = [await liveKeyOf(store), await liveKeyOf(store, `${customer}-other`)]
    await pool.query(
      `update shop.personal_data_keys as mine set wrapped_key = theirs.wrapped_key
         from shop.personal_data_keys theirs where mine.key_id = $1 and theirs.key_id = $2`,
      [mine.id, theirs.id],
    )
    const other = await openStore()
    expect((await other.byId([mine.id])).has(mine.id)).to.equal(false)
    expect((await other.forCustomers([customer])).has(customer)).to.equal(false)
  })

  it('are an outage where the database is away', async () => {
    const own = await ownDatabase()
    const away = await openStore(own.pool)
    await own.stop()
    await rejection(away.forCustomers([customer]), StoreUnavailableError)
    await rejection(away.byId([randomUUID()]), StoreUnavailableError)
    await rejection(away.eraseCustomer(customer), StoreUnavailableError)
  })

  const ownDatabase = async () => {
    const server = await createDatabase()
    await migrate(server.url, [personalDataMigration])
    const own = connectPostgres(server.url, { applicationName: 'personal-data-test', logger })
    return {
      pool: own,
      stop: async () => {
        await own.end()
        await server.stop()
      },
    }
  }
})
