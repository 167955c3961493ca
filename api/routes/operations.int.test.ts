import { expect } from 'chai'
import { createMetrics, type MetricsAccess } from '../../platform/metrics.ts'
import { createApi } from '../app.ts'
import type { ApiDeps } from '../deps.ts'
import { startShopApi, type ShopApi } from '../testing/shop-api.ts'

describe('metrics over HTTP', () => {
  let shop: ShopApi
  let given: ApiDeps

  before(async () => {
    shop = await startShopApi((deps) => {
      given = deps
      return deps
    })
  })
  after(() => shop.stop())

  it('are lines of text, with each request by the pattern of its address', async () => {
    const admin = await shop.person('admin')
    await shop.call({ method: 'GET', url: '/api/v1/orders/01KAJ0000000000000000000N0', as: admin })
    await shop.call({ method: 'GET', url: '/api/v1/nothing/here' })
    const { status, headers, body } = await shop.call<string>({ method: 'GET', url: '/metrics' })
    expect(status).to.equal(200)
    expect(headers).to.include({ 'cache-control': 'no-store' })
    expect(headers['content-type']).to.match(/^text\/plain; version=0\.0\.4/)
    for (const labels of [
      'method="GET",route="/api/v1/orders/:id",status="404"',
      'method="GET",route="none",status="404"',
    ]) {
      expect(body).to.contain(`orderstream_http_request_duration_seconds_count{${labels}} 1\n`)
    }
    expect(body).to.contain('process_resident_memory_bytes').and.not.contain('01KAJ')
  })

  /** Status and challenge of an API that shows its metrics to `metricsAccess`, for each `Authorization`. */
  const answers = async (
    metricsAccess: MetricsAccess,
    authorizations: readonly (string | undefined)[],
  ): Promise<(readonly [number, unknown])[]> => {
    const app = await createApi({ ...given, metricsAccess, metrics: createMetrics() })
    try {
      const injected = authorizations.map(async (authorization) => {
        const headers = authorization === undefined ? {} : { authorization }
        const answer = await app.inject({ method: 'GET', url: '/metrics', headers })
        return [answer.statusCode, answer.headers['www-authenticate']] as const
      })
      return await Promise.all(injected)
    } finally {
      await app.close()
    }
  }

  it('are shown to whoever brings the token, where there is one', async () => {
    const access = { kind: 'token', token: 'a-token-for-metrics' } as const
    const { token } = await shop.person('admin')
    expect(await answers(access, [undefined, `Bearer ${token}`, 'Bearer a-token-for-metrics'])).to.deep.equal(
      [
        [401, 'Bearer'],
        [401, 'Bearer'],
        [200, undefined],
      ],
    )
  })

  it('are shown to nobody where others could reach them and no token is set', async () => {
    expect(await answers({ kind: 'closed' }, [undefined, 'Bearer undefined'])).to.deep.equal([
      [403, undefined],
      [403, undefined],
    ])
  })
})
