import { expect } from 'chai'
import { decodeToken } from '../testing/tokens.ts'
import type { Answer, Call, Person, ShopApi } from '../testing/shop-api.ts'
import { PASSWORD, startShopApi } from '../testing/shop-api.ts'

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresIn: number
  readonly refreshExpiresIn: number
}
interface User {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly roles: readonly string[]
}

describe('accounts', () => {
  let shop: ShopApi
  let count = 0
  let email: string

  before(async () => {
    shop = await startShopApi()
  })
  beforeEach(() => {
    count += 1
    email = `ada-${count}@shop.test`
  })
  after(() => shop.stop())

  const call = <Body = Readonly<Record<string, unknown>>>(
    method: Call['method'],
    path: string,
    more: Omit<Call, 'method' | 'url'> = {},
  ): Promise<Answer<Body>> => shop.call<Body>({ method, url: `/api/v1${path}`, ...more })
  const post = <Body = Readonly<Record<string, unknown>>>(
    path: string,
    body: object,
  ): Promise<Answer<Body>> => call<Body>('POST', `/auth/${path}`, { body })

  /** The token in the last mail to an address. */
  const mailedToken = async (to: string): Promise<string> => {
    const { rows } = await shop.pool.query<{ body: string }>(
      'select body from shop.outgoing_mails where recipient = $1 order by created_at desc limit 1',
      [to],
    )
    return /\?token=([\w-]+)/.exec(rows[0]?.body ?? '')?.[1] ?? ''
  }
  const register = async (password = PASSWORD): Promise<Tokens> => {
    await post('register', { email, password, name: 'Ada' })
    await post('verify-email', { token: await mailedToken(email) })
    return (await post<Tokens>('login', { email, password })).body
  }
  const me = ({ accessToken }: { readonly accessToken: string }): Promise<Answer<User>> =>
    call<User>('GET', '/users/me', { headers: { authorization: `Bearer ${accessToken}` } })
  const as = (tokens: Tokens): { readonly headers: Record<string, string> } => ({
    headers: { authorization: `Bearer ${tokens.accessToken}` },
  })

  describe('are made', () => {
    it('by whoever reads the mail that is sent to their address', async () => {
      const registered = await post('register', { email, password: PASSWORD, name: 'Ada' })
      expect(registered).to.deep.include({ status: 202, body: { status: 'mail_sent' } })
      expect((await post('login', { email, password: PASSWORD })).status, 'before').to.equal(401)

      expect((await post('verify-email', { token: await mailedToken(email) })).status).to.equal(204)
      const { status, body } = await post<Tokens>('login', { email, password: PASSWORD })
      expect(status).to.equal(200)
      expect(body).to.include({ expiresIn: 900, refreshExpiresIn: 2_592_000 })
      expect((await me(body)).body).to.deep.include({ email, name: 'Ada', roles: ['customer'] })
    })

    it('without telling anybody else whether there was one', async () => {
      const first = await post('register', { email, password: PASSWORD, name: 'Ada' })
      await post('verify-email', { token: await mailedToken(email) })
      const second = await post('register', { email, password: 'another password', name: 'Eve' })

      expect(second.body).to.deep.equal(first.body)
      expect(second.status).to.equal(first.status)
      expect((await post('login', { email, password: 'another password' })).status).to.equal(401)
    })

    it('not from what makes no sense', async () => {
      const good = { email, password: PASSWORD, name: 'Ada' }
      const wrong = [
        { ...good, email: 'ada' },
        { ...good, email: 'ada@' },
        { ...good, email: 'a da@shop.test' },
        { ...good, email: 'ada@shop.test\nBcc: eve@shop.test' },
        { ...good, password: 'too short' },
        { ...good, password: 'x'.repeat(257) },
        { ...good, name: '' },
        { ...good, roles: ['admin'] },
      ]
      for (const body of wrong)
        expect((await post('register', body)).status, JSON.stringify(body)).to.equal(400)
      expect((await post('verify-email', { token: 'never-given' })).status).to.equal(422)
    })
  })

  describe('are signed in to', () => {
    const attempt = (password: string): Promise<Answer> => post('login', { email, password })

    it('more and more slowly by who guesses, also where there is no account', async () => {
      await register()
      for (const address of [email, 'nobody-at-all@shop.test']) {
        const statuses: number[] = []
        for (let guess = 0; guess < 8; guess += 1) {
          statuses.push((await post('login', { email: address, password: 'a wrong guess' })).status)
        }
        expect(statuses, address).to.deep.equal([401, 401, 401, 401, 401, 401, 429, 429])
      }
      const right = await attempt(PASSWORD)
      expect(right.status, 'the right one waits too').to.equal(429)
      expect(right.body).to.include({ type: 'urn:orderstream:problem:too-many-attempts' })
      expect(Number(right.headers['retry-after'])).to.be.within(1, 2)
    })

    it('as often as they like by who knows the password', async () => {
      await register()
      for (let time = 0; time < 10; time += 1) expect((await attempt(PASSWORD)).status).to.equal(200)
    })
  })

  describe('go on', () => {
    const refresh = (refreshToken: string): Promise<Answer<Tokens>> =>
      post<Tokens>('refresh', { refreshToken })

    it('with new tokens', async () => {
      const first = await register()
      const { status, headers, body } = await refresh(first.refreshToken)

      expect(status).to.equal(200)
      expect(headers['cache-control']).to.equal('no-store')
      expect(body.refreshToken).to.not.equal(first.refreshToken)
      expect((await me(body)).status).to.equal(200)
    })

    it('not where a refresh token was stolen', async () => {
      const first = await register()
      const { body: thief } = await refresh(first.refreshToken)
      const robbed = await refresh(first.refreshToken)

      expect(robbed.status).to.equal(401)
      expect(robbed.body).to.include({ type: 'urn:orderstream:problem:invalid-refresh-token' })
      expect((await refresh(thief.refreshToken)).status).to.equal(401)
      expect(shop.logged.some(({ msg }) => String(msg).startsWith('a refresh token came a second time'))).to
        .be.true
    })

    it('not after signing out', async () => {
      const { refreshToken } = await register()
      expect((await post('logout', { refreshToken })).status).to.equal(204)
      expect((await post('logout', { refreshToken })).status).to.equal(204)
      expect((await refresh(refreshToken)).status).to.equal(401)
    })
  })

  describe('get a new password', () => {
    it('by mail, which ends whatever the old one began', async () => {
      const before = await register()
      expect((await post('forgot-password', { email })).status).to.equal(202)
      expect((await post('forgot-password', { email: 'nobody@shop.test' })).status).to.equal(202)
      const token = await mailedToken(email)
      expect((await post('reset-password', { token, password: 'a new password' })).status).to.equal(204)

      expect((await post('reset-password', { token, password: 'once more, please' })).status).to.equal(422)
      expect((await post('login', { email, password: PASSWORD })).status).to.equal(401)
      expect((await post('login', { email, password: 'a new password' })).status).to.equal(200)
      expect((await post('refresh', { refreshToken: before.refreshToken })).status).to.equal(401)
    })

    it('from who knows the current one', async () => {
      const before = await register()
      const change = (current: string): Promise<Answer> =>
        call('PATCH', '/users/me', { ...as(before), body: { password: { current, new: 'a new password' } } })

      const wrong = await change('a wrong guess')
      expect(wrong.status).to.equal(422)
      expect(wrong.body).to.include({ type: 'urn:orderstream:problem:wrong-password' })
      expect((await change(PASSWORD)).status).to.equal(200)
      expect((await me(before)).status, 'the access token').to.equal(401)
      expect((await post('refresh', { refreshToken: before.refreshToken })).status).to.equal(401)
      expect((await post('login', { email, password: 'a new password' })).status).to.equal(200)
    })
  })

  describe('are changed', () => {
    it('by their owner, at the version that they have seen', async () => {
      const tokens = await register()
      const seen = await me(tokens)
      const etag = seen.headers['etag'] ?? ''
      const rename = (name: string, ifMatch: string): Promise<Answer<User>> =>
        call<User>('PATCH', '/users/me', {
          headers: { ...as(tokens).headers, 'if-match': ifMatch },
          body: { name },
        })

      const first = await rename('Augusta', etag)
      expect(first.body).to.include({ name: 'Augusta', email })
      expect(first.headers['etag']).to.not.equal(etag)
      const second = await rename('Eve', etag)
      expect(second.status).to.equal(412)
      expect(second.body).to.include({ type: 'urn:orderstream:problem:precondition-failed' })
      expect((await rename('Eve', '"99999999999"')).status).to.equal(412)
      expect((await me(tokens)).body.name).to.equal('Augusta')
      expect((await call('PATCH', '/users/me', { ...as(tokens), body: {} })).status).to.equal(400)
      const promoted = { ...as(tokens), body: { roles: ['admin'] } }
      expect((await call('PATCH', '/users/me', promoted)).status).to.equal(400)
    })

    it('in their roles by an admin, at once', async () => {
      const [admin, tokens] = [await shop.person('admin'), await register()]
      const { id } = (await me(tokens)).body
      const roles = { roles: ['customer', 'support'] }
      const changed = await call<User>('PATCH', `/users/${id}/roles`, { as: admin, body: roles })

      expect(changed.body).to.deep.include(roles)
      expect((await me(tokens)).status, 'a token with the former roles').to.equal(401)
      const { body } = await post<Tokens>('refresh', { refreshToken: tokens.refreshToken })
      expect(decodeToken(body.accessToken).claims).to.deep.include(roles)
      expect((await call('GET', '/users', as(body))).status).to.equal(200)

      const own = await call('PATCH', `/users/${admin.id}/roles`, {
        as: admin,
        body: { roles: ['customer'] },
      })
      expect(own.status).to.equal(422)
      const nobody = `/users/01KAJ0000000000000000000N0/roles`
      expect((await call('PATCH', nobody, { as: admin, body: roles })).status).to.equal(404)
      const wrong = { as: admin, body: { roles: ['root'] } }
      expect((await call('PATCH', `/users/${id}/roles`, wrong)).status).to.equal(400)
    })
  })

  describe('are erased', () => {
    it('by their owner, with all that is known of them', async () => {
      const tokens = await register()
      const { id } = (await me(tokens)).body
      const product = await shop.product(5)
      const { body: order } = await call('POST', '/orders', {
        headers: { ...as(tokens).headers, 'idempotency-key': 'mine', prefer: 'wait=10' },
        body: {
          items: [{ productId: product.id, quantity: 1 }],
          shippingAddress: { name: 'Ada', line1: 'Hidden Lane 7', city: 'C', postalCode: 'D', country: 'DE' },
          paymentMethodId: 'sim_approve',
        },
      })

      await call('POST', '/cart/items', { ...as(tokens), body: { productId: product.id, quantity: 1 } })
      await post('forgot-password', { email })

      expect((await call('DELETE', '/users/me', as(tokens))).status).to.equal(204)
      expect((await me(tokens)).status).to.equal(401)
      expect((await post('refresh', { refreshToken: tokens.refreshToken })).status).to.equal(401)
      expect((await post('login', { email, password: PASSWORD })).status).to.equal(401)
      const { rows } = await shop.pool.query<{ all: string }>(
        `select (select string_agg(a::text, ' ') from shop.accounts a where id = $1)
           || coalesce((select string_agg(k::text, ' ') from shop.idempotency_keys k where account_id = $1), '')
           || coalesce((select string_agg(m::text, ' ') from shop.outgoing_mails m), '')
           || coalesce((select value from shop.key_values where key = 'cart:account:' || $1), '') as all`,
        [id],
      )
      expect(rows[0]?.all).to.not.match(new RegExp(`${email}|Hidden Lane|${product.id}`))
      const support = await shop.person('support')
      expect((await call('GET', `/orders/${String(order['id'])}`, { as: support })).status).to.equal(200)
    })

    it('with the key of their personal data, before anything else', async () => {
      const erased: string[] = []
      const other = await startShopApi((deps) => ({
        ...deps,
        erasePersonalData: (customerId) => {
          erased.push(customerId)
          return erased.length === 1 ? Promise.reject(new Error('away')) : Promise.resolve()
        },
      }))
      try {
        const person = await other.person('customer')
        const erase = (): Promise<Answer> =>
          other.call({ method: 'DELETE', url: '/api/v1/users/me', as: person })
        expect((await erase()).status, 'nothing is done by halves').to.equal(500)
        expect((await erase()).status).to.equal(204)
        expect(erased).to.deep.equal([person.id, person.id])
      } finally {
        await other.stop()
      }
    })
  })

  describe('are looked up', () => {
    let support: Person
    before(async () => {
      support = await shop.person('support')
    })
    const idsOf = ({ body }: Answer<{ items: readonly User[] }>): string[] => body.items.map(({ id }) => id)

    it('by staff, page by page', async () => {
      await shop.person('warehouse')
      await shop.person('warehouse')
      await shop.person('warehouse')
      const ids: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const query: string = cursor === '' ? '' : `&cursor=${cursor}`
        const page: Answer<{ items: User[]; nextCursor: string | null }> = await call(
          'GET',
          `/users?role=warehouse&limit=2${query}`,
          { as: support },
        )
        ids.push(...idsOf(page))
        cursor = page.body.nextCursor
      }

      expect(ids).to.have.length(3)
      expect(ids).to.deep.equal([...ids].sort().reverse())
    })

    it('by address and by ids', async () => {
      const person = await shop.person('customer')
      const byAddress = `/users?email=${encodeURIComponent(person.email.toUpperCase())}`
      expect(idsOf(await call('GET', byAddress, { as: support }))).to.deep.equal([person.id])
      const ids = [person.id, support.id, '01KAJ0000000000000000000N0']
      expect(idsOf(await call('POST', '/users/batch', { as: support, body: { ids } }))).to.have.members([
        person.id,
        support.id,
      ])
      expect((await call('POST', '/users/batch', { as: support, body: { ids: [] } })).status).to.equal(400)
    })
  })

  describe('of services', () => {
    let admin: Person
    before(async () => {
      admin = await shop.person('admin')
    })
    const create = (name: string): Promise<Answer<{ id: string; secret: string }>> =>
      call('POST', '/service-accounts', {
        as: admin,
        body: { name, scopes: ['inventory:read', 'orders:read:any'] },
      })
    const token = (body: string, headers: Record<string, string> = {}): Promise<Answer> =>
      call('POST', '/auth/token', {
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      })
    const bearer = (accessToken: unknown): { readonly headers: Record<string, string> } => ({
      headers: { authorization: `Bearer ${String(accessToken)}` },
    })

    it('sign in with their credentials, in each of the ways of the standard', async () => {
      const { id, secret } = (await create('billing')).body
      const basic = `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
      const inForm = `grant_type=client_credentials&client_id=${id}&client_secret=${secret}`
      const answers = [
        await token(inForm),
        await token('grant_type=client_credentials', { authorization: basic }),
        await post('token', { grant_type: 'client_credentials', client_id: id, client_secret: secret }),
      ]

      for (const { status, headers, body } of answers) {
        expect(status).to.equal(200)
        expect(headers['cache-control']).to.equal('no-store')
        expect(body).to.include({
          token_type: 'Bearer',
          expires_in: 900,
          scope: 'inventory:read orders:read:any',
        })
        expect((await call('GET', '/inventory/NOTHING', bearer(body['access_token']))).status).to.equal(404)
        expect((await call('GET', '/users', bearer(body['access_token']))).status).to.equal(403)
      }
    })

    it('get no more than they ask for and may have', async () => {
      const { id, secret } = (await create('reports')).body
      const inForm = `grant_type=client_credentials&client_id=${id}&client_secret=${secret}`
      const less = await token(`${inForm}&scope=inventory:read`)
      expect(less.body).to.include({ scope: 'inventory:read' })

      for (const scope of ['orders:place', 'inventory:read orders:place', 'root']) {
        const { status, body } = await token(`${inForm}&scope=${encodeURIComponent(scope)}`)
        expect(status, scope).to.equal(400)
        expect(body).to.include({ error: 'invalid_scope' })
      }
    })

    it('get nothing with wrong credentials or another grant', async () => {
      const { id, secret } = (await create('wrong')).body
      const wrong = [
        `grant_type=client_credentials&client_id=${id}&client_secret=wrong`,
        `grant_type=client_credentials&client_id=service-nobody&client_secret=${secret}`,
        'grant_type=client_credentials',
      ]
      for (const body of wrong) {
        const answer = await token(body)
        expect(answer.status, body).to.equal(401)
        expect(answer.body).to.include({ error: 'invalid_client' })
        expect(answer.headers['www-authenticate']).to.match(/^Basic/)
      }
      for (const authorization of ['Basic', 'Basic ????', 'Basic eA==', 'Basic JUUwOng=']) {
        expect(
          (await token('grant_type=client_credentials', { authorization })).status,
          authorization,
        ).to.equal(401)
      }
      const passwordGrant = await token(`grant_type=password&username=a&password=b`)
      expect(passwordGrant.status).to.equal(400)
      const other = await token(`grant_type=password&client_id=${id}&client_secret=${secret}`)
      expect(other.status).to.equal(400)
      expect(other.body).to.include({ error: 'unsupported_grant_type' })
    })

    it('are told their secret once, have a name of their own, and can be revoked', async () => {
      const created = await create('once')
      expect(created.status).to.equal(201)
      const { id, secret } = created.body
      expect((await create('once')).status).to.equal(409)
      const listed = await call<{ items: { id: string }[] }>('GET', '/service-accounts', { as: admin })
      expect(JSON.stringify(listed.body)).to.contain(id).and.not.contain(secret)

      const inForm = `grant_type=client_credentials&client_id=${id}&client_secret=${secret}`
      const { body } = await token(inForm)
      expect((await call('DELETE', `/service-accounts/${id}`, { as: admin })).status).to.equal(204)
      expect((await call('GET', '/inventory/NOTHING', bearer(body['access_token']))).status).to.equal(401)
      expect((await token(inForm)).status).to.equal(401)
      expect((await call('DELETE', `/service-accounts/${id}`, { as: admin })).status).to.equal(404)
    })

    it('can not be given what gives rights to others', async () => {
      for (const scope of ['accounts:write', 'services:write', 'root']) {
        const body = { name: 'greedy', scopes: [scope] }
        expect((await call('POST', '/service-accounts', { as: admin, body })).status, scope).to.equal(400)
      }
    })
  })

  it('leave no password, token or secret in the log', async () => {
    const tokens = await register('a password that is logged nowhere')
    await post('refresh', { refreshToken: tokens.refreshToken })
    const log = JSON.stringify(shop.logged)

    for (const secret of ['a password that is logged nowhere', tokens.accessToken, tokens.refreshToken]) {
      expect(log).to.not.contain(secret)
    }
  })
})
