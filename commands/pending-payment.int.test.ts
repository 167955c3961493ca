import { expect } from 'chai'
import { ulid } from 'ulid'
import { openShop, type TestShop } from '../processes/testing/shop.ts'
import { authorizePayment } from './authorize-payment.ts'
import type { CommandContext } from './context.ts'
import type { PaymentDeps } from './deps.ts'
import { reportPayment } from './report-payment.ts'
import { voidPayment } from './void-payment.ts'

const context = (commandId: string): CommandContext => ({
  actor: { kind: 'system', id: 'test' },
  correlationId: ulid(),
  causationId: 'test',
  commandId,
})

describe('a payment that its provider settles later', () => {
  let shop: TestShop

  before(async () => {
    shop = await openShop()
  })
  after(() => shop.stop())

  const begun = async (method: string): Promise<string> => {
    const orderId = await shop.place([await shop.stock(1)], null)
    const order = await shop.order(orderId)
    if (order.status === 'none') throw new Error('There is no order')
    const authorize = (): ReturnType<typeof authorizePayment> =>
      authorizePayment(shop.instance(), order, method, context(`${orderId}/authorize`))
    expect(await authorize()).to.deep.equal({ kind: 'pending', redirectUrl: null })
    expect(await authorize()).to.deep.equal({ kind: 'pending', redirectUrl: null })
    expect(await shop.types(`payment-${orderId}`)).to.deep.equal(['PaymentInitiated'])
    return orderId
  }
  const report = (orderId: string): ReturnType<typeof reportPayment> =>
    reportPayment(
      shop.instance(),
      {
        paymentId: orderId,
        reportId: 'r1',
        result: {
          kind: 'authorized',
          amount: { amount: 1_773, currency: 'EUR' },
          providerReference: `sim_${orderId}`,
        },
      },
      context('report'),
    )
  const close = (orderId: string, deps: PaymentDeps = shop.instance()): ReturnType<typeof voidPayment> =>
    voidPayment(deps, orderId, 'test', context(`${orderId}/void`))
  const effects = async (orderId: string): Promise<string[]> =>
    (await shop.ledger.effects(orderId)).map(({ kind }) => kind)

  it('is let go where its order is cancelled meanwhile; what the provider says later changes nothing', async () => {
    const orderId = await begun('sim_webhook_approve')
    expect(await close(orderId)).to.equal('voided')
    expect(await close(orderId)).to.equal('voided')
    expect(await report(orderId)).to.deep.equal({ kind: 'given_back' })
    expect(await shop.types(`payment-${orderId}`)).to.deep.equal(['PaymentInitiated', 'PaymentVoided'])
    expect(await effects(orderId)).to.deep.equal(['authorize', 'void'])
  })

  it('is let go once, where the provider speaks while that is done', async () => {
    const orderId = await begun('sim_webhook_approve')
    const interrupted = shop.instance({
      provider: {
        ...shop.simulator,
        void: async (request) => {
          const answer = await shop.simulator.void(request)
          await report(orderId)
          return answer
        },
      },
    })
    expect(await close(orderId, interrupted)).to.equal('voided')
    expect(await shop.types(`payment-${orderId}`)).to.deep.equal([
      'PaymentInitiated',
      'PaymentAuthorized',
      'PaymentVoided',
    ])
    expect(await effects(orderId)).to.deep.equal(['authorize', 'void'])
  })
})
