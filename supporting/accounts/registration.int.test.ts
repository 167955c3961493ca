import { expect } from 'chai'
import { postgresKeyValue } from '../key-value/postgres.ts'
import type { ShopDatabase } from '../testing/shop-database.ts'
import { cheapPasswords, createShopDatabase } from '../testing/shop-database.ts'
import { changeAccount, findByEmail, signIn } from './accounts.ts'
import type { RegistrationDeps } from './registration.ts'
import { forgotPassword, register, resetPassword, verifyEmail } from './registration.ts'

interface PostedMail {
  readonly recipient: string
  readonly subject: string
  readonly body: string
}

describe('registration', () => {
  let shop: ShopDatabase
  let deps: RegistrationDeps
  let count = 0
  let email: string
  const now = new Date('2025-11-21T09:00:00.000Z')

  before(async () => {
    shop = await createShopDatabase()
    deps = {
      db: shop.pool,
      store: postgresKeyValue(shop.pool),
      passwords: await cheapPasswords(),
      links: { shopFront: 'https://shop.test' },
      now: () => now,
    }
  })
  beforeEach(async () => {
    count += 1
    email = `person-${count}@shop.test`
    await shop.pool.query('delete from shop.outgoing_mails')
  })
  after(() => shop.stop())

  const mails = async (): Promise<PostedMail[]> => {
    const { rows } = await shop.pool.query<PostedMail>(
      'select recipient, subject, body from shop.outgoing_mails order by created_at',
    )
    return rows
  }
  /** What the store keeps under such keys becomes so much older. */
  const aged = async (prefix: string, minutes: number): Promise<void> => {
    await shop.pool.query(
      `update shop.key_values set expires_at = expires_at - make_interval(mins => $2) where key like $1 || '%'`,
      [prefix, minutes],
    )
  }
  const tokenIn = (mail: PostedMail | undefined): string =>
    /\?token=([\w-]+)/.exec(mail?.body ?? '')?.[1] ?? ''
  const lastToken = async (): Promise<string> => tokenIn((await mails()).at(-1))
  const ada = (password = 'first password'): { email: string; name: string; password: string } => ({
    email: email.toUpperCase(),
    name: 'Ada',
    password,
  })
  const signedIn = async (password: string): Promise<boolean> =>
    (await signIn(shop.pool, deps.passwords, { email, password })) !== undefined
  const registered = async (): Promise<void> => {
    await register(deps, ada())
    await verifyEmail(deps, await lastToken())
  }

  it('makes the account when the address was verified, and not before', async () => {
    await register(deps, ada())
    const [mail] = await mails()

    expect(mail).to.include({ recipient: email, subject: 'Confirm your e-mail address' })
    expect(mail?.body).to.contain('https://shop.test/verify-email?token=')
    expect(await findByEmail(shop.pool, email)).to.equal(undefined)
    const account = await verifyEmail(deps, tokenIn(mail))
    expect(account).to.deep.include({
      email,
      name: 'Ada',
      roles: ['customer'],
      emailVerifiedAt: now,
      createdAt: now,
    })
    expect(await signedIn('first password')).to.be.true
  })

  it('takes a token within a day, and not later', async () => {
    await register(deps, ada())
    const token = await lastToken()
    await aged('registration:', 24 * 60 + 1)
    expect(await verifyEmail(deps, token)).to.equal(undefined)
    await register(deps, ada())
    const next = await lastToken()
    await aged('registration:', 24 * 60 - 1)
    expect(await verifyEmail(deps, next)).to.include({ email })
  })

  it('takes a token once, and no other', async () => {
    await register(deps, ada())
    const token = await lastToken()
    await verifyEmail(deps, token)

    expect(await verifyEmail(deps, token)).to.equal(undefined)
    expect(await verifyEmail(deps, 'never given')).to.equal(undefined)
    expect(await resetPassword(deps, { token, password: 'other' })).to.equal(undefined)
  })

  it('makes one account where an address is registered twice, with the password of who verified it first', async () => {
    await register(deps, ada('first password'))
    await register(deps, ada('second password'))
    const [first, second] = (await mails()).map(tokenIn)

    expect(await verifyEmail(deps, second ?? '')).to.not.equal(undefined)
    expect(await verifyEmail(deps, first ?? '')).to.equal(undefined)
    expect(await signedIn('second password')).to.be.true
    expect(await signedIn('first password')).to.be.false
  })

  it('tells nobody but the owner of an address that it has an account', async () => {
    await registered()
    await register(deps, ada('another password'))

    const last = (await mails()).at(-1)
    expect(last).to.include({ recipient: email, subject: 'You have an account already' })
    expect(last?.body).to.not.contain('token=')
    expect(await signedIn('first password')).to.be.true
  })

  it('does not flood anybody with mails', async () => {
    for (let time = 0; time < 8; time += 1) await register(deps, ada())

    expect((await mails()).filter(({ recipient }) => recipient === email)).to.have.length(5)
  })

  describe('of a new password', () => {
    it('ends what the old one began', async () => {
      await registered()
      await forgotPassword(deps, email)
      const token = await lastToken()
      const account = await resetPassword(deps, { token, password: 'new password' })

      expect(account?.sessionsFrom).to.deep.equal(now)
      expect(await signedIn('new password')).to.be.true
      expect(await signedIn('first password')).to.be.false
      expect((await mails()).at(-1)).to.include({ recipient: email, subject: 'Your password was changed' })
      expect(await resetPassword(deps, { token, password: 'once more' }), 'a second time').to.equal(undefined)
    })

    it('is not taken with a token from before the last change', async () => {
      await registered()
      await forgotPassword(deps, email)
      const token = await lastToken()
      const account = await findByEmail(shop.pool, email)
      await changeAccount(shop.pool, account?.id ?? '', { name: 'Augusta' }, { now })

      expect(await resetPassword(deps, { token, password: 'new password' })).to.equal(undefined)
    })

    it('is taken within an hour, and not later', async () => {
      await registered()
      for (const [minutes, isTaken] of [
        [59, true],
        [61, false],
      ] as const) {
        await forgotPassword(deps, email)
        const token = await lastToken()
        await aged('password-reset:', minutes)
        const account = await resetPassword(deps, { token, password: `after ${minutes} minutes` })
        expect(account !== undefined, String(minutes)).to.equal(isTaken)
      }
      expect(await signedIn('after 59 minutes')).to.equal(true)
    })

    it('is sent to nobody where there is no account, by the same work', async () => {
      await forgotPassword(deps, 'nobody@shop.test')

      expect(await mails()).to.have.length(1)
      expect((await mails())[0]).to.include({ recipient: '' })
      expect(await resetPassword(deps, { token: await lastToken(), password: 'x' })).to.equal(undefined)
    })
  })

  it('keeps no token and no password in clear, but for the mail that waits', async () => {
    await register(deps, ada('clear password'))
    const token = await lastToken()
    const { rows } = await shop.pool.query<{ row: string }>('select k::text as row from shop.key_values k')

    const stored = rows.map(({ row }) => row).join()
    expect(stored).to.not.contain(token)
    expect(stored).to.not.contain('clear password')
  })
})
