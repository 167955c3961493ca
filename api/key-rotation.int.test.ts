import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { createKeyRing, generatePrivateKey, signingKeysOf } from '../supporting/accounts/signing-keys.ts'
import { createMetrics } from '../platform/metrics.ts'
import { createApi } from './app.ts'
import type { ApiDeps } from './deps.ts'
import { PASSWORD, startShopApi, type ShopApi } from './testing/shop-api.ts'
import { decodeToken } from './testing/tokens.ts'

describe('the key that signs access tokens', function () {
  this.timeout(90_000)
  let shop: ShopApi
  let deps: ApiDeps
  const instances: FastifyInstance[] = []
  before(async () => {
    shop = await startShopApi((given) => (deps = given))
  })
  after(async () => {
    await Promise.all(instances.map((app) => app.close()))
    await shop.stop()
  })

  /** An instance that was started with these keys, as JWT_PRIVATE_KEY holds them: one after another. */
  const instance = async (...keys: readonly string[]): Promise<FastifyInstance> => {
    const app = await createApi({
      ...deps,
      metrics: createMetrics(),
      keys: createKeyRing(signingKeysOf(keys.join('\n'))),
    })
    instances.push(app)
    return app
  }

  it('is changed without anybody being signed out, and is worth nothing once it is gone', async () => {
    const [older, newer] = await Promise.all([generatePrivateKey(), generatePrivateKey()])
    const { email } = await shop.person('customer')
    const signIn = async (app: FastifyInstance): Promise<string> => {
      const payload = { email, password: PASSWORD }
      const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/login', payload })
      return answer.json<{ accessToken: string }>().accessToken
    }
    const status = async (app: FastifyInstance, token: string): Promise<number> =>
      (await app.inject({ url: '/api/v1/users/me', headers: { authorization: `Bearer ${token}` } }))
        .statusCode
    const published = async (app: FastifyInstance): Promise<string[]> =>
      (await app.inject('/.well-known/jwks.json'))
        .json<{ keys: { kid: string }[] }>()
        .keys.map(({ kid }) => kid)

    // one instance after the other gets the new one behind the old one, then before it, then alone
    const steps = [[older], [older, newer], [newer, older], [newer]] as const
    const apps = await Promise.all(steps.map((keys) => instance(...keys)))
    const tokens = await Promise.all(apps.map(signIn))
    const [first, second, third, last] = signingKeysOf([older, older, newer, newer].join('\n')).map(
      ({ kid }) => kid,
    )
    expect(tokens.map((token) => decodeToken(token).header['kid'])).to.deep.equal([
      first,
      second,
      third,
      last,
    ])
    expect(await Promise.all(apps.map(published))).to.deep.equal([
      [first],
      [first, last],
      [last, first],
      [last],
    ])

    for (const [at, app] of apps.entries()) {
      for (const [from, token] of tokens.entries()) {
        // of two neighbours each takes the other's tokens: instances may be at either step
        const isTaken = steps[at]?.some((key) => key === steps[from]?.[0])
        expect(await status(app, token), `a token of step ${from} at step ${at}`).to.equal(
          isTaken ? 200 : 401,
        )
      }
    }
  })
})
