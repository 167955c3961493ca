import { expect } from 'chai'
import type { ShopDatabase } from '../testing/shop-database.ts'
import { cheapPasswords, createShopDatabase } from '../testing/shop-database.ts'
import type { NewAccount } from './accounts.ts'
import {
  AccountChangedError,
  changeAccount,
  createAccount,
  EmailTakenError,
  eraseAccount,
  findByEmail,
  findById,
  findByIds,
  insertCustomers,
  listAccounts,
  signIn,
} from './accounts.ts'
import type { Passwords } from './passwords.ts'

describe('accounts', () => {
  let shop: ShopDatabase
  let passwords: Passwords

  before(async () => {
    shop = await createShopDatabase()
    passwords = await cheapPasswords()
  })
  after(() => shop.stop())

  const createdAt = new Date('2025-11-21T09:00:00.000Z')
  const ada: NewAccount = {
    id: '01KAJ0000000000000000000AD',
    email: 'Ada@Example.test ',
    name: 'Ada',
    password: 'analytical engine',
    roles: ['customer', 'warehouse'],
    emailVerifiedAt: null,
    createdAt,
  }
  const stored = {
    id: ada.id,
    email: 'ada@example.test',
    name: 'Ada',
    roles: ['customer', 'warehouse'],
    emailVerifiedAt: null,
    createdAt,
    version: 1,
    sessionsFrom: new Date(0),
  }

  it('are found by id, and by e-mail address however it is spelt', async () => {
    expect(await createAccount(shop.pool, passwords, ada)).to.deep.equal(stored)

    expect(await findByEmail(shop.pool, 'ADA@example.TEST')).to.deep.equal(stored)
    expect(await findById(shop.pool, ada.id)).to.deep.equal(stored)
    expect(await findByEmail(shop.pool, 'eve@example.test')).to.equal(undefined)
    expect(await findById(shop.pool, '01KAJ0000000000000000000EV')).to.equal(undefined)
  })

  it('have one e-mail address each', async () => {
    const twin = { ...ada, id: '01KAJ0000000000000000000TW', email: 'ada@EXAMPLE.test' }
    const error: unknown = await createAccount(shop.pool, passwords, twin).catch((reason: unknown) => reason)

    expect(error).to.be.instanceOf(EmailTakenError).and.include({ email: 'ada@example.test' })
  })

  it('are signed in to with their password only', async () => {
    const tries = [
      { email: 'ada@example.test', password: 'analytical engine' },
      { email: 'ada@example.test', password: 'difference engine' },
      { email: 'eve@example.test', password: 'analytical engine' },
    ]
    const accounts = await Promise.all(tries.map((credentials) => signIn(shop.pool, passwords, credentials)))

    expect(accounts).to.deep.equal([stored, undefined, undefined])
  })

  it('are opened many at once, but for those that are there', async () => {
    const many = ['M1', 'M2', 'M3'].map((end) => ({
      ...{ id: `01KAJ0000000000000000000${end}`, email: `${end}@Many.test`, name: end, createdAt },
    }))
    const hash = await passwords.hash('no engine')
    await insertCustomers(shop.pool, many.slice(0, 2), hash)
    const taken = {
      ...many[2],
      id: '01KAJ0000000000000000000M4',
      email: 'm1@many.test',
      name: 'M4',
      createdAt,
    }
    await insertCustomers(shop.pool, [...many, taken], hash)

    const found = await findByIds(
      shop.pool,
      [...many, taken].map(({ id }) => id),
    )
    expect(found.map(({ name }) => name)).to.deep.equal(['M1', 'M2', 'M3'])
    expect(found[0]).to.deep.include({
      email: 'm1@many.test',
      roles: ['customer'],
      emailVerifiedAt: createdAt,
    })
    expect(
      await signIn(shop.pool, passwords, { email: 'm3@many.test', password: 'no engine' }),
    ).to.deep.equal(found[2])
  })

  it('never keep a password in clear', async () => {
    const { rows } = await shop.pool.query<{ account: string }>(
      'select a::text as account from shop.accounts a',
    )

    expect(rows.map(({ account }) => account).join()).to.not.contain('engine')
  })

  it('have known roles only', async () => {
    const error: unknown = await shop.pool
      .query(`update shop.accounts set roles = array['root'] where id = $1`, [ada.id])
      .catch((reason: unknown) => reason)

    expect(error).to.have.property('code', '23514')
  })

  describe('are changed', () => {
    const now = new Date('2025-11-22T09:00:00.000Z')
    let id: string
    let count = 0

    beforeEach(async () => {
      count += 1
      id = `01KAJ000000000000000000CH${count}`
      await createAccount(shop.pool, passwords, { ...ada, id, email: `changed-${count}@example.test` })
    })

    it('in what is named alone, with a version more each time', async () => {
      await changeAccount(shop.pool, id, { name: 'Augusta' }, { now })
      const account = await changeAccount(shop.pool, id, { roles: ['support'] }, { now })

      expect(account).to.deep.include({
        name: 'Augusta',
        roles: ['support'],
        version: 3,
        sessionsFrom: new Date(0),
      })
      expect(
        await signIn(shop.pool, passwords, {
          email: `changed-${count}@example.test`,
          password: ada.password,
        }),
      ).to.deep.equal(account)
    })

    it('only at the version that was expected', async () => {
      const [first, second] = await Promise.allSettled([
        changeAccount(shop.pool, id, { name: 'One' }, { now, expectedVersion: 1 }),
        changeAccount(shop.pool, id, { name: 'Other' }, { now, expectedVersion: 1 }),
      ])

      const outcomes = [first, second].map(({ status }) => status).sort()
      expect(outcomes).to.deep.equal(['fulfilled', 'rejected'])
      const rejected = [first, second].find((outcome) => outcome.status === 'rejected')
      expect(rejected?.reason).to.be.instanceOf(AccountChangedError)
    })

    it('where they are there', async () => {
      expect(await changeAccount(shop.pool, 'nobody', { name: 'X' }, { now })).to.equal(undefined)
    })

    it('with an end of all sessions where that is wanted', async () => {
      const account = await changeAccount(shop.pool, id, { passwordHash: 'x' }, { now, endSessions: true })

      expect(account?.sessionsFrom).to.deep.equal(now)
      const { rows } = await shop.pool.query(
        'select issued_before from shop.revocations where account_id = $1',
        [id],
      )
      expect(rows).to.deep.equal([{ issued_before: now }])
    })
  })

  describe('are erased', () => {
    it('with all that is known of the person', async () => {
      const id = '01KAJ0000000000000000000ER'
      const email = 'erase-me@example.test'
      await createAccount(shop.pool, passwords, { ...ada, id, email, name: 'Erased Person' })
      await shop.pool.query(
        `insert into shop.idempotency_keys (account_id, route, key, fingerprint, command_id, claim_id, lease_until, expires_at)
         values ($1, 'r', 'k', '', gen_random_uuid(), gen_random_uuid(), now(), now())`,
        [id],
      )

      expect(await eraseAccount(shop.pool, id, new Date())).to.be.true
      expect(await eraseAccount(shop.pool, id, new Date())).to.be.false

      expect(await findById(shop.pool, id)).to.equal(undefined)
      expect(await findByEmail(shop.pool, email)).to.equal(undefined)
      expect(await signIn(shop.pool, passwords, { email, password: ada.password })).to.equal(undefined)
      const left = `erased-${id.toLowerCase()}@invalid`
      expect(await signIn(shop.pool, passwords, { email: left, password: '' })).to.equal(undefined)
      const { rows } = await shop.pool.query<{ account: string; kept: string }>(
        `select a::text as account, (select count(*) from shop.idempotency_keys where account_id = $1) as kept
         from shop.accounts a where id = $1`,
        [id],
      )
      expect(rows[0]?.account).to.not.match(/erase-me|Erased Person|argon2/)
      expect(rows[0]?.kept).to.equal('0')
    })

    it('and their address is free again', async () => {
      const id = '01KAJ0000000000000000000E1'
      const email = 'again@example.test'
      await createAccount(shop.pool, passwords, { ...ada, id, email })
      await eraseAccount(shop.pool, id, new Date())

      await createAccount(shop.pool, passwords, { ...ada, id: '01KAJ0000000000000000000E2', email })
    })
  })

  describe('are listed', () => {
    it('newest first, by role and by address, page by page', async () => {
      const ids = ['01KAJ0000000000000000000L1', '01KAJ0000000000000000000L2', '01KAJ0000000000000000000L3']
      for (const [index, id] of ids.entries()) {
        const email = `listed-${index}@example.test`
        const at = new Date(Date.UTC(2030, 0, 1 + Math.floor(index / 2)))
        await createAccount(shop.pool, passwords, { ...ada, id, email, roles: ['support'], createdAt: at })
      }
      const idsOf = (accounts: readonly { readonly id: string }[]): string[] => accounts.map(({ id }) => id)
      const first = await listAccounts(shop.pool, { limit: 1, role: 'support' })
      const [last] = first
      const after = { createdAt: last?.createdAt.toISOString() ?? '', id: last?.id ?? '' }

      expect(idsOf(first.slice(0, 2))).to.deep.equal([ids[2], ids[1]])
      expect(
        idsOf(await listAccounts(shop.pool, { limit: 5, role: 'support', after })).slice(0, 2),
      ).to.deep.equal([ids[1], ids[0]])
      expect(
        idsOf(await listAccounts(shop.pool, { limit: 5, email: 'LISTED-1@example.test' })),
      ).to.deep.equal([ids[1]])
      expect(idsOf(await findByIds(shop.pool, [ids[2] ?? '', ids[0] ?? '', 'nobody']))).to.deep.equal([
        ids[0],
        ids[2],
      ])
    })
  })
})
