import { expect } from 'chai'
import { pino } from 'pino'
import { ulid } from 'ulid'
import type { CommandContext } from '../commands/context.ts'
import { preauthorizePayment, type Preauthorization } from '../commands/preauthorize-payment.ts'
import { reportPayment } from '../commands/report-payment.ts'
import { eventually } from '../test/support/eventually.ts'
import { startProcesses } from './index.ts'
import { openShop, type TestShop } from './testing/shop.ts'

const customer = (): CommandContext => ({
  actor: { kind: 'customer', id: 'c1' },
  correlationId: ulid(),
  causationId: 'test',
  commandId: ulid(),
})

const total = { amount: 1_773, currency: 'EUR' }

describe('an order that is paid for later', () => {
  let shop: TestShop
  let processes: { readonly stop: () => Promise<void> }

  before(async () => {
    shop = await openShop()
    processes = startProcesses({ ...shop.instance(), store: shop.store, logger: pino({ level: 'silent' }) })
  })
  after(async () => {
    await processes.stop()
    await shop.stop()
  })

  const reservedOrder = async (): Promise<{ orderId: string; sku: string }> => {
    const sku = await shop.stock(1)
    const orderId = await shop.place([sku], null)
    await eventually(async () => (await shop.order(orderId)).status === 'reserved')
    return { orderId, sku }
  }

  const preauthorize = (
    orderId: string,
    paymentMethodId = 'sim_approve',
    amount = total,
  ): Promise<Preauthorization> =>
    preauthorizePayment(shop.instance(), { orderId, amount, paymentMethodId }, customer())

  it('is paid once its payment is approved', async () => {
    const { orderId, sku } = await reservedOrder()
    expect(await preauthorize(orderId)).to.deep.equal({ kind: 'authorized' })
    expect(await shop.settled(orderId)).to.include({ status: 'paid' })
    expect(await shop.item(sku)).to.include({ available: 0, reserved: 0 })
  })

  it('is cancelled once its payment is declined', async () => {
    const { orderId, sku } = await reservedOrder()
    expect(await preauthorize(orderId, 'sim_decline')).to.include({ kind: 'declined', code: 'card_declined' })
    expect(await shop.settled(orderId)).to.include({ status: 'cancelled', reason: 'payment_declined' })
    expect(await shop.item(sku)).to.include({ available: 1, reserved: 0 })
  })

  it('is paid once where it is asked for ten times at once, with ten equal answers', async () => {
    const { orderId } = await reservedOrder()
    const answers = await Promise.all(Array.from({ length: 10 }, () => preauthorize(orderId)))
    expect(answers).to.deep.equal(Array(10).fill({ kind: 'authorized' }))
    await shop.settled(orderId)
    expect(await preauthorize(orderId)).to.deep.equal({ kind: 'authorized' })
    const effects = await shop.ledger.effects(orderId)
    expect(effects.map(({ kind }) => kind)).to.deep.equal(['authorize', 'capture'])
  })

  it('is not paid in two ways', async () => {
    const { orderId } = await reservedOrder()
    await preauthorize(orderId)
    const other = await preauthorize(orderId, 'sim_slow')
    expect(other.kind).to.equal('refused')
    await shop.settled(orderId)
    const after = await preauthorize(orderId, 'sim_slow')
    expect(after).to.deep.include({ kind: 'refused' })
  })

  it('is paid for with what it costs, by a method that exists, when its stock is reserved', async () => {
    const { orderId } = await reservedOrder()
    expect(await preauthorize(orderId, 'sim_approve', { ...total, amount: 1 })).to.deep.equal({
      kind: 'refused',
      refusal: { type: 'amount_differs', expected: total, asked: { ...total, amount: 1 } },
    })
    expect(await preauthorize(orderId, 'gold')).to.deep.equal({
      kind: 'refused',
      refusal: { type: 'payment_method_unknown', paymentMethodId: 'gold' },
    })
    expect(await preauthorize('nobody')).to.deep.equal({
      kind: 'refused',
      refusal: { type: 'order_unknown', orderId: 'nobody', command: 'ChoosePaymentMethod' },
    })
  })

  for (const [method, status] of [
    ['sim_webhook_approve', 'paid'],
    ['sim_webhook_decline', 'cancelled'],
  ] as const) {
    it(`is ${status} when the provider reports so by itself, also twice (${method})`, async () => {
      const { orderId } = await reservedOrder()
      expect(await preauthorize(orderId, method)).to.include({ kind: 'pending' })
      const report = {
        paymentId: orderId,
        reportId: 'report-1',
        result:
          status === 'paid'
            ? ({ kind: 'authorized', amount: total, providerReference: `sim_${orderId}` } as const)
            : ({ kind: 'declined', code: 'card_declined', message: 'No.' } as const),
      }
      const answers = await Promise.all(
        [1, 2, 3].map(() => reportPayment(shop.instance(), report, customer())),
      )
      expect(answers).to.deep.equal(Array(3).fill({ kind: 'taken' }))
      expect(await shop.settled(orderId)).to.include({ status })
      expect(await reportPayment(shop.instance(), report, customer())).to.deep.equal({ kind: 'taken' })
      const types = await shop.types(`order-${orderId}`)
      expect(types.filter((type) => type === 'PaymentReported')).to.have.length(1)
    })
  }

  it('is not moved by a report of another payment, nor by one that contradicts the first', async () => {
    const { orderId } = await reservedOrder()
    const declined = { kind: 'declined', code: 'x', message: 'No.' } as const
    const stranger = { paymentId: 'nobody', reportId: 'r', result: declined }
    expect(await reportPayment(shop.instance(), stranger, customer())).to.deep.equal({ kind: 'unknown' })
    await preauthorize(orderId)
    await shop.settled(orderId)
    const late = { paymentId: orderId, reportId: 'r', result: declined }
    expect(await reportPayment(shop.instance(), late, customer())).to.deep.include({ kind: 'contradicted' })
    expect(await shop.order(orderId)).to.include({ status: 'paid' })
  })
})
