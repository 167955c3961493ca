import { expect } from 'chai'
import type { KeyValueStore } from '../supporting/key-value/key-value.ts'
import type { ApiDeps } from './deps.ts'
import type { Answer, Person, ShopApi } from './testing/shop-api.ts'
import { PASSWORD, startShopApi } from './testing/shop-api.ts'

/** What an answer cost: calls that leave this program or take long, by name. */
type Work = Record<string, number>

/** What goes on by itself, every two seconds: the instance reads which tokens were revoked. */
const isByItself = ([text]: readonly unknown[]): boolean =>
  typeof text === 'string' && text.startsWith('select account_id, issued_before from shop.revocations')

/** Counts every call of an object's functions. */
const counting = <Thing extends object>(thing: Thing, prefix: string, work: Work): Thing =>
  new Proxy(thing, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        const key = `${prefix}.${String(name)}`
        if (!isByItself(args)) work[key] = (work[key] ?? 0) + 1
        return Reflect.apply(value, target, args)
      }
    },
  })

describe('whether somebody has an account', () => {
  let shop: ShopApi
  let ada: Person
  let gone: Person
  let work: Work = {}
  /** Each question comes from an address that was never asked about. */
  let fresh = 0

  before(async () => {
    shop = await startShopApi((deps): ApiDeps => {
      const current: Work = new Proxy<Work>(
        {},
        {
          get: (_target, name) => work[String(name)],
          set: (_target, name, value: number) => {
            work[String(name)] = value
            return true
          },
        },
      )
      return {
        ...deps,
        passwords: counting(deps.passwords, 'argon2', current),
        pool: counting(deps.pool, 'postgres', current),
        keyValue: counting<KeyValueStore>(deps.keyValue, 'store', current),
      }
    })
  })
  beforeEach(async () => {
    fresh += 1
    ada = await shop.person('customer')
    gone = await shop.person('customer')
    await shop.call({ method: 'DELETE', url: '/api/v1/users/me', as: gone })
  })
  after(() => shop.stop())

  const ask = async (path: string, body: object): Promise<{ answer: Answer; cost: Work }> => {
    work = {}
    const answer = await shop.call({ method: 'POST', url: `/api/v1/auth/${path}`, body })
    return { answer, cost: work }
  }
  const shown = ({ status, body, headers }: Answer): unknown => {
    const isOfRequest = (name: string): boolean => /^(instance|correlationId|requestId)$/.test(name)
    const rest = Object.fromEntries(Object.entries(body).filter(([name]) => !isOfRequest(name)))
    const names = Object.keys(headers).toSorted()
    return { status, rest, names, length: headers['content-length'] }
  }

  const questions: readonly (readonly [path: string, body: (email: string) => object, hashes: Work])[] = [
    ['login', (email) => ({ email, password: 'a wrong guess' }), { 'argon2.matches': 1 }],
    ['register', (email) => ({ email, password: PASSWORD, name: 'Eve' }), { 'argon2.hash': 1 }],
    ['forgot-password', (email) => ({ email }), {}],
  ]
  for (const [path, body, hashes] of questions) {
    it(`is told by ${path} neither in words nor by what it costs`, async () => {
      const known = await ask(path, body(ada.email))
      const unknown = await ask(path, body(`nobody-${fresh}-${'x'.repeat(20)}@shop.test`))
      const erased = await ask(path, body(gone.email))

      expect(shown(unknown.answer)).to.deep.equal(shown(known.answer))
      expect(shown(erased.answer)).to.deep.equal(shown(known.answer))
      expect(unknown.cost).to.deep.equal(known.cost)
      expect(erased.cost).to.deep.equal(known.cost)
      const slow = Object.fromEntries(
        Object.entries(known.cost).filter(([name]) => name.startsWith('argon2')),
      )
      expect(slow, 'hashes').to.deep.equal(hashes)
    })
  }

  it('is not told by one who has no password yet, either', async () => {
    await shop.pool.query('update shop.accounts set password_hash = null where id = $1', [ada.id])
    const none = await ask('login', { email: ada.email, password: PASSWORD })
    const unknown = await ask('login', { email: `nobody-${fresh}@shop.test`, password: PASSWORD })
    expect(shown(none.answer)).to.deep.equal(shown(unknown.answer))
    expect(none.cost).to.deep.equal(unknown.cost)
  })

  it('nor by how attempts are slowed down', async () => {
    const statuses = async (email: string): Promise<number[]> => {
      const seen: number[] = []
      for (let time = 0; time < 8; time += 1) {
        seen.push((await ask('login', { email, password: 'a wrong guess' })).answer.status)
      }
      return seen
    }
    expect(await statuses(ada.email)).to.deep.equal(await statuses(`nobody-${fresh}@shop.test`))
  })

  it('and a service’s secret is compared whether there is such a service or not', async () => {
    const token = (id: string): Promise<{ answer: Answer; cost: Work }> =>
      ask('token', { grant_type: 'client_credentials', client_id: id, client_secret: 'a wrong guess' })
    const admin = await shop.person('admin')
    const made = await shop.call<{ id: string }>({
      ...{ method: 'POST', url: '/api/v1/service-accounts', as: admin },
      body: { name: `robot-${fresh}`, scopes: ['orders:read'] },
    })
    const known = await token(made.body.id)
    const unknown = await token('nobody')
    expect(shown(known.answer)).to.deep.equal(shown(unknown.answer))
    expect(known.cost).to.deep.equal(unknown.cost)
  })
})
