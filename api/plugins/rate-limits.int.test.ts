import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import Fastify from 'fastify'
import { eventually } from '../../test/support/eventually.ts'
import type { KeyValueStore } from '../../supporting/key-value/key-value.ts'
import { KeyValueUnavailableError } from '../../supporting/key-value/key-value.ts'
import { KEY_VALUE_STORES, type OpenedStore } from '../../supporting/testing/key-value-stores.ts'
import type { Caller } from './authentication.ts'
import { errors } from './errors.ts'
import { DEFAULT_RATE_LIMITS, rateLimits, type RateLimits } from './rate-limits.ts'

const LIMITS: RateLimits = {
  account: { ...DEFAULT_RATE_LIMITS.account, orders: { requests: 10, seconds: 600 } },
  service: { ...DEFAULT_RATE_LIMITS.service, orders: { requests: 20, seconds: 600 } },
  address: { default: { requests: 5, seconds: 600 }, 'sign-in': { requests: 1, seconds: 1 } },
}

/** An instance of the API as far as limits go: who calls is told by a header, as authentication would. */
const instance = async (keyValue: KeyValueStore): Promise<FastifyInstance> => {
  const app = Fastify({ trustProxy: true })
  errors(app)
  app.decorateRequest('caller', undefined)
  app.addHook('onRequest', (request, _reply, done) => {
    const [kind, id] = String(request.headers['x-caller'] ?? '').split(' ')
    if (id !== undefined) {
      const now = new Date()
      request.caller = {
        ...{ kind: kind as Caller['kind'], id, roles: [], scopes: new Set() },
        ...{ issuedAt: now, expiresAt: now },
      }
    }
    done()
  })
  rateLimits(app, { keyValue, limits: LIMITS })
  app.get('/orders', { config: { access: 'public', limit: 'orders' } }, () => 'done')
  app.get('/sign-in', { config: { access: 'public', limit: 'sign-in' } }, () => 'done')
  await app.ready()
  return app
}

for (const [name, open] of KEY_VALUE_STORES) {
  describe(`limits of several instances that share ${name}`, () => {
    let opened: OpenedStore
    let store: KeyValueStore
    let instances: readonly FastifyInstance[]
    before(async function () {
      const found = await open()
      if (found === undefined) {
        this.skip()
        return
      }
      opened = found
      store = opened.store
      instances = await Promise.all(
        [1, 2, 3].map(() => instance({ ...store, count: (...args) => store.count(...args) })),
      )
    })
    afterEach(() => {
      store = opened.store
    })
    after(async () => {
      if ((opened as OpenedStore | undefined) === undefined) return
      await Promise.all(instances.map((app) => app.close()))
      await opened.stop()
    })

    /** So many requests at once, one instance after the other. How many were let through. */
    const ask = async (
      times: number,
      headers: Readonly<Record<string, string>>,
      url = '/orders',
    ): Promise<{ readonly passed: number; readonly remaining: number[]; readonly waits: number[] }> => {
      const answers = await Promise.all(
        Array.from({ length: times }, async (_, index) => {
          const app = instances[index % instances.length]
          if (app === undefined) throw new RangeError('no instance')
          return app.inject({ url, headers: { ...headers } })
        }),
      )
      const refused = answers.filter(({ statusCode }) => statusCode === 429)
      return {
        passed: answers.length - refused.length,
        remaining: answers.map((answer) => Number(/r=(\d+)/.exec(String(answer.headers['ratelimit']))?.[1])),
        waits: refused.map((answer) => Number(answer.headers['retry-after'])),
      }
    }

    it('let through what is allowed to one account, and not one more, however many ask at once', async () => {
      const { passed, remaining, waits } = await ask(50, { 'x-caller': 'account ada' })
      expect(passed).to.equal(10)
      expect(remaining.filter((left) => left > 0).toSorted((a, b) => a - b)).to.deep.equal([
        1, 2, 3, 4, 5, 6, 7, 8, 9,
      ])
      expect(waits).to.have.length(40)
      expect(waits.every((seconds) => seconds >= 580 && seconds <= 600)).to.equal(true)
    })

    it('count another account, a service and an address by themselves', async () => {
      expect((await ask(15, { 'x-caller': 'account eve' })).passed).to.equal(10)
      expect((await ask(25, { 'x-caller': 'service robot' })).passed).to.equal(20)
      expect((await ask(9, { 'x-forwarded-for': '192.0.2.1' })).passed).to.equal(5)
      expect((await ask(9, { 'x-forwarded-for': '192.0.2.2' })).passed).to.equal(5)
    })

    it('begin anew when the time is over', async () => {
      const headers = { 'x-forwarded-for': '192.0.2.9' }
      expect((await ask(6, headers, '/sign-in')).passed).to.be.within(1, 2)
      await eventually(async () => (await ask(1, headers, '/sign-in')).passed === 1)
    })

    it('let everything through where the store is away, and hold nobody up where it hangs', async () => {
      let asked = 0
      store = {
        ...opened.store,
        count: () => Promise.reject(new KeyValueUnavailableError(new Error('away'))),
      }
      expect((await ask(40, { 'x-caller': 'account ada' })).passed).to.equal(40)

      const hanging = await instance({
        ...opened.store,
        count: () => {
          asked += 1
          return new Promise(() => undefined)
        },
      })
      for (let time = 0; time < 5; time += 1) {
        const { statusCode } = await hanging.inject({
          url: '/orders',
          headers: { 'x-caller': 'account ada' },
        })
        expect(statusCode).to.equal(200)
      }
      // who came after the first did not even ask: the store gets a second to come back
      expect(asked).to.be.lessThan(5)
      await hanging.close()
    })

    it('do not hide what is wrong with the counting itself', async () => {
      const broken = await instance({ ...opened.store, count: () => Promise.reject(new TypeError('a bug')) })
      const { statusCode } = await broken.inject({ url: '/orders' })
      expect(statusCode).to.equal(500)
      await broken.close()
    })
  })
}
