import { expect } from 'chai'
import { simulatorMessage, type SimulatorEvent } from '../../gateways/payments/simulator-verifier.ts'
import { eventually } from '../../test/support/eventually.ts'
import type { Answer, Person, ShopApi } from '../testing/shop-api.ts'
import { startShopApi, WEBHOOK_SECRET } from '../testing/shop-api.ts'

const URL_OF_SIMULATOR = '/api/v1/payments/webhooks/simulator'
const total = { amount: 1_773, currency: 'EUR' }

describe('webhooks of payment providers', () => {
  let shop: ShopApi
  let customer: Person
  let admin: Person

  before(async () => {
    shop = await startShopApi()
    customer = await shop.person('customer')
    admin = await shop.person('admin')
  })
  after(() => shop.stop())

  const place = async (paymentMethodId: string | undefined): Promise<string> => {
    const { id } = await shop.product(3)
    const { status, body } = await shop.call({
      method: 'POST',
      url: '/api/v1/orders',
      as: customer,
      body: {
        items: [{ productId: id, quantity: 1 }],
        shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'DE' },
        ...(paymentMethodId !== undefined && { paymentMethodId }),
      },
    })
    expect(status).to.equal(202)
    return String(body['id'])
  }
  const order = async (orderId: string): Promise<Answer['body']> =>
    (await shop.call({ method: 'GET', url: `/api/v1/orders/${orderId}`, as: customer })).body
  const until = (orderId: string, status: string): Promise<unknown> =>
    eventually(async () => (await order(orderId))['status'] === status)
  /** The provider was asked, and will tell later. */
  const untilAsked = (orderId: string): Promise<unknown> =>
    eventually(async () => (await shop.ledger.entries(orderId)).length > 0)
  const effects = async (orderId: string): Promise<string[]> =>
    (await shop.ledger.effects(orderId)).map(({ kind }) => kind)

  const approval = (paymentId: string, more: Partial<SimulatorEvent> = {}): SimulatorEvent =>
    ({
      id: `evt_${paymentId}`,
      type: 'authorization.approved',
      createdAt: new Date().toISOString(),
      paymentId,
      amount: total,
      providerReference: `sim_${paymentId}`,
      ...more,
    }) as SimulatorEvent
  const send = (event: SimulatorEvent, secret = WEBHOOK_SECRET, at = new Date()): Promise<Answer> => {
    const { headers, body } = simulatorMessage(event, secret, at)
    return shop.call({ method: 'POST', url: URL_OF_SIMULATOR, headers, body })
  }

  for (const [method, status] of [
    ['sim_webhook_approve', 'paid'],
    ['sim_webhook_decline', 'cancelled'],
  ] as const) {
    it(`settle an order: ${method} makes it ${status}`, async () => {
      const orderId = await place(method)
      await untilAsked(orderId)
      await eventually(async () => {
        await shop.deliverWebhooks()
        return (await order(orderId))['status'] === status
      })
      expect(await effects(orderId)).to.deep.equal(status === 'paid' ? ['authorize', 'capture'] : [])
      const { body } = await shop.call({
        method: 'GET',
        url: `/api/v1/orders/${orderId}/events`,
        as: admin,
      })
      expect(JSON.stringify(body)).to.contain('PaymentReported')
    })
  }

  it('count once, however often they are sent', async () => {
    const orderId = await place('sim_webhook_approve')
    await untilAsked(orderId)
    const answers = await Promise.all([1, 2, 3].map(() => send(approval(orderId))))
    for (const { status, body } of answers) {
      expect(status).to.equal(200)
      expect(body['outcome']).to.be.oneOf(['taken', 'repeated'])
    }
    expect((await send(approval(orderId))).body).to.deep.equal({ outcome: 'repeated' })
    await until(orderId, 'paid')
    expect(await effects(orderId)).to.deep.equal(['authorize', 'capture'])
  })

  it('that come before the customer has said how he pays are of nobody, and may come again', async () => {
    const orderId = await place(undefined)
    expect((await send(approval(orderId))).body).to.deep.equal({ outcome: 'unknown' })
    await until(orderId, 'reserved')
    const { body } = await shop.call({
      method: 'POST',
      url: '/api/v1/payments/preauth',
      as: customer,
      body: { orderId, amount: total, paymentMethodId: 'sim_webhook_approve' },
    })
    expect(body).to.include({ status: 'PENDING' })
    expect((await send(approval(orderId))).body).to.deep.equal({ outcome: 'taken' })
    await until(orderId, 'paid')
  })

  it('that come after the order was cancelled give the money back', async () => {
    const orderId = await place('sim_webhook_approve')
    await untilAsked(orderId)
    await shop.call({ method: 'POST', url: `/api/v1/orders/${orderId}/cancel`, as: customer, body: {} })
    await until(orderId, 'cancelled')
    expect((await send(approval(orderId))).body).to.deep.equal({ outcome: 'given_back' })
    expect(await effects(orderId)).to.deep.equal(['authorize', 'void'])
    expect(
      shop.logged.some((line) => line['outcome'] === undefined && line['kind'] === 'given_back'),
    ).to.equal(true)
  })

  it('that come out of order contradict, and change nothing', async () => {
    const orderId = await place('sim_webhook_approve')
    await untilAsked(orderId)
    await send(approval(orderId))
    await until(orderId, 'paid')
    const declined: SimulatorEvent = {
      id: 'evt_late',
      type: 'authorization.declined',
      createdAt: new Date().toISOString(),
      paymentId: orderId,
      code: 'card_declined',
      message: 'No.',
    }
    expect((await send(declined)).body).to.deep.equal({ outcome: 'contradicted' })
    expect(await order(orderId)).to.include({ status: 'paid' })
  })

  it('of another amount are not believed', async () => {
    const orderId = await place('sim_webhook_approve')
    await untilAsked(orderId)
    const cheap = approval(orderId, { amount: { amount: 1, currency: 'EUR' } })
    expect((await send(cheap)).body).to.deep.equal({ outcome: 'contradicted' })
    await until(orderId, 'reserved')
    expect(await effects(orderId)).to.deep.equal(['authorize'])
  })

  describe('are refused, and nothing is written,', () => {
    const refusals: readonly (readonly [string, (event: SimulatorEvent) => Promise<Answer>, string])[] = [
      [
        'without a signature',
        (event) => shop.call({ method: 'POST', url: URL_OF_SIMULATOR, body: JSON.stringify(event) }),
        'unsigned',
      ],
      ['signed by somebody else', (event) => send(event, 'another secret'), 'wrong_signature'],
      ['signed with nothing', (event) => send(event, ''), 'wrong_signature'],
      [
        'changed on their way',
        (event) => {
          const { headers, body } = simulatorMessage(event, WEBHOOK_SECRET, new Date())
          return shop.call({ method: 'POST', url: URL_OF_SIMULATOR, headers, body: `${body} ` })
        },
        'wrong_signature',
      ],
      [
        'recorded and sent again later',
        (event) => send(event, WEBHOOK_SECRET, new Date(Date.now() - 6 * 60_000)),
        'outside_window',
      ],
      [
        'signed in the future',
        (event) => send(event, WEBHOOK_SECRET, new Date(Date.now() + 6 * 60_000)),
        'outside_window',
      ],
      [
        'that are not what the provider sends',
        (event) => send({ ...event, type: 'everything.free' } as unknown as SimulatorEvent),
        'malformed',
      ],
    ]
    for (const [what, attempt, reason] of refusals) {
      it(what, async () => {
        const orderId = await place('sim_webhook_approve')
        await untilAsked(orderId)
        const { status, headers, body } = await attempt(approval(orderId))
        expect(status).to.equal(400)
        expect(headers['content-type']).to.contain('application/problem+json')
        expect(body).to.include({ type: 'urn:orderstream:problem:webhook-not-genuine', reason })
        await until(orderId, 'reserved')
        expect(await effects(orderId)).to.deep.equal(['authorize'])
      })
    }
  })

  it('are refused where they are for nobody, too large, or no JSON by name', async () => {
    const post = (url: string, body: string, type = 'application/json'): Promise<Answer> =>
      shop.call({ method: 'POST', url, headers: { 'content-type': type }, body })
    expect((await post('/api/v1/payments/webhooks/paypal', '{}')).status).to.equal(404)
    expect((await post('/api/v1/payments/webhooks/stripe', '{}')).status).to.equal(404)
    expect((await post(URL_OF_SIMULATOR, `"${'x'.repeat(300_000)}"`)).status).to.equal(413)
    expect((await post(URL_OF_SIMULATOR, 'a=b', 'application/x-www-form-urlencoded')).status).to.equal(415)
    expect((await post(URL_OF_SIMULATOR, '')).status).to.equal(400)
    expect((await post(URL_OF_SIMULATOR, '{"__proto__": {"a": 1}')).status).to.equal(400)
  })
})
