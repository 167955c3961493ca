import { expect } from 'chai'
import type { ShopDatabase } from '../testing/shop-database.ts'
import { cheapPasswords, createShopDatabase } from '../testing/shop-database.ts'
import type { NewAccount } from './accounts.ts'
import { createAccount, EmailTakenError, findByEmail, findById, signIn } from './accounts.ts'
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
})
