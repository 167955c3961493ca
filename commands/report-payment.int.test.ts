import { expect } from 'chai'
import { ulid } from 'ulid'
import type { PaymentProvider } from '../gateways/payments/provider.ts'
import { createSimulator } from '../gateways/payments/simulator.ts'
import type { PaymentNews } from '../gateways/payments/webhook.ts'
import { drive } from '../processes/driver.ts'
import { orderProcess } from '../processes/order-process.ts'
import { openShop, type TestShop } from '../processes/testing/shop.ts'
import type { CommandContext } from './context.ts'
import type { PaymentDeps } from './deps.ts'
import { moveOrder } from './move-order.ts'
import { reportPayment, type Reporting } from './report-payment.ts'
import { voidPayment } from './void-payment.ts'

const context = (commandId: string = ulid()): CommandContext => ({
  actor: { kind: 'service', id: 'test' },
  correlationId: ulid(),
  causationId: 'test',
  commandId,
})
const total = { amount: 1_773, currency: 'EUR' }
const part = { amount: 500, currency: 'EUR' }

describe('what a provider tells of a payment', () => {
  let shop: TestShop

  before(async () => {
    shop = await openShop()
  })
  after(() => shop.stop())

  /** Takes the order as far as it goes. */
  const goOn = async (orderId: string, deps: PaymentDeps = shop.instance()): Promise<void> => {
    const last = (await shop.store.readStream(`order-${orderId}`)).events.at(-1)
    if (last === undefined) throw new Error('There is no order')
    await drive(deps, orderProcess, orderId, last)
  }
  const placed = async (method: string): Promise<string> => {
    const orderId = await shop.place([await shop.stock(1)], method)
    await goOn(orderId)
    return orderId
  }
  const tell = (orderId: string, result: PaymentNews, deps = shop.instance()): Promise<Reporting> =>
    reportPayment(deps, { paymentId: orderId, reportId: ulid(), result }, context())
  const approval = (orderId: string): PaymentNews => ({
    kind: 'authorized',
    amount: total,
    providerReference: `sim_${orderId}`,
  })
  const captured = (orderId: string): PaymentNews =>
    ({ ...approval(orderId), kind: 'captured' }) as PaymentNews
  const effects = async (orderId: string): Promise<string[]> =>
    (await shop.ledger.effects(orderId)).map(({ kind }) => kind)

  it('a capture that nobody has asked for counts, and the order is paid', async () => {
    const orderId = await placed('sim_webhook_approve')
    expect(await tell(orderId, captured(orderId))).to.deep.equal({ kind: 'taken' })
    expect(await shop.payment(orderId)).to.include({ status: 'captured' })
    await goOn(orderId)
    expect(await shop.order(orderId)).to.include({ status: 'paid' })
  })

  it('a capture of what is closed is given back', async () => {
    const orderId = await placed('sim_webhook_approve')
    await voidPayment(shop.instance(), orderId, 'test', context())
    const refunds: number[] = []
    const provider: PaymentProvider = {
      ...shop.simulator,
      void: () => Promise.resolve({ kind: 'captured' }),
      refund: ({ amount }) => {
        refunds.push(amount.amount)
        return Promise.resolve({ kind: 'refunded', providerReference: 'r' })
      },
    }
    const given = await tell(orderId, captured(orderId), shop.instance({ provider }))
    expect(given).to.deep.equal({ kind: 'given_back' })
    expect(refunds).to.deep.equal([total.amount])
  })

  it('a refund of such a capture that fails later is for people to look at; of any other, nothing is known', async () => {
    const orderId = await placed('sim_decline')
    const said = { code: 'lost_or_stolen_card', message: 'The refund failed.' }
    const refundId = `${orderId}-late-capture`
    expect(await tell(orderId, { kind: 'refund_failed', refundId, ...said })).to.deep.equal({
      kind: 'contradicted',
      rejection: { type: 'late_refund_failed', refundId, ...said },
    })
    const made: PaymentNews = { kind: 'refunded', refundId, amount: total, providerReference: 'r' }
    expect(await tell(orderId, made)).to.deep.equal({ kind: 'unknown' })
    expect(await tell(orderId, { kind: 'refund_failed', refundId: 'other', ...said })).to.deep.equal({
      kind: 'unknown',
    })
  })

  it('an authorisation that ended declines a payment in flight, and fails one that is held', async () => {
    const pending = await placed('sim_webhook_approve')
    expect(await tell(pending, { kind: 'voided' })).to.deep.equal({ kind: 'taken' })
    await goOn(pending)
    expect(await shop.order(pending)).to.include({ status: 'cancelled', reason: 'payment_declined' })

    const held = await placed('sim_webhook_approve')
    await tell(held, approval(held))
    expect(await tell(held, { kind: 'voided' })).to.deep.equal({ kind: 'taken' })
    await goOn(held)
    expect(await shop.order(held)).to.include({ status: 'cancelled', reason: 'capture_failed' })
    expect(await tell(held, { kind: 'voided' })).to.deep.equal({ kind: 'taken' })
  })

  it('an end of what was captured contradicts', async () => {
    const orderId = await placed('sim_approve')
    expect(await tell(orderId, { kind: 'voided' })).to.deep.equal({
      kind: 'contradicted',
      rejection: { type: 'payment_already_captured', status: 'captured' },
    })
  })

  it('an approval after a decline lets the money go', async () => {
    const orderId = await placed('sim_webhook_approve')
    await tell(orderId, { kind: 'declined', code: 'card_declined', message: 'No.' })
    await goOn(orderId)
    expect(await tell(orderId, approval(orderId))).to.deep.equal({ kind: 'given_back' })
    expect(await effects(orderId)).to.deep.equal(['authorize', 'void'])
  })

  describe('of a refund', () => {
    const refundOf = async (method: string, provider?: PaymentProvider): Promise<string> => {
      const orderId = await placed(method)
      const refund = { type: 'RequestRefund', orderId, refundId: 'r1', amount: part, lines: [] } as const
      const wanted = { ...refund, restock: false, cancelsOrder: false, reason: 'scratched' } as const
      await moveOrder(shop.instance(), wanted, context())
      await goOn(orderId, shop.instance(provider && { provider }))
      return orderId
    }
    /** The simulator, ten seconds later: as long as it takes until money comes back. */
    const cameBack = (): PaymentProvider =>
      createSimulator(shop.ledger, { clock: { now: () => new Date(Date.now() + 10_000) } })
    const refunded: PaymentNews = { kind: 'refunded', refundId: 'r1', amount: part, providerReference: 'x' }
    const failed: PaymentNews = { kind: 'refund_failed', refundId: 'r1', code: 'lost', message: 'No.' }
    const standing = async (orderId: string): Promise<string | undefined> => {
      const order = await shop.order(orderId)
      return 'refunds' in order ? order.refunds[0]?.status : undefined
    }

    for (const news of [refunded, failed]) {
      it(`that is on its way asks the provider what became of it (${news.kind})`, async () => {
        const slow: PaymentProvider = {
          ...shop.simulator,
          refund: () => Promise.resolve({ kind: 'pending', providerReference: 'x' }),
        }
        const orderId = await refundOf('sim_approve', slow)
        expect(await standing(orderId)).to.equal('pending')
        expect(await tell(orderId, news)).to.deep.equal({ kind: 'taken' })
        expect(await standing(orderId)).to.equal('settled')
        expect(await effects(orderId)).to.deep.equal(['authorize', 'capture', 'refund'])
      })
    }

    it('that had failed, and was made after all, is settled', async () => {
      const refusing: PaymentProvider = {
        ...shop.simulator,
        refund: () => Promise.resolve({ kind: 'refused', code: 'lost', message: 'No.' }),
      }
      const orderId = await refundOf('sim_approve', refusing)
      expect(await standing(orderId)).to.equal('failed')
      expect(await tell(orderId, failed)).to.deep.equal({ kind: 'taken' })
      expect(await tell(orderId, refunded)).to.deep.equal({ kind: 'taken' })
      await goOn(orderId)
      expect(await standing(orderId)).to.equal('settled')
      expect(await tell(orderId, refunded)).to.deep.equal({ kind: 'taken' })
    })

    it('that fails after it was made is taken back, and made anew under another key once it is retried', async () => {
      const orderId = await refundOf('sim_fail_refund_later')
      expect(await standing(orderId)).to.equal('settled')
      // the provider itself does not know of it yet
      expect(await tell(orderId, failed)).to.deep.equal({ kind: 'taken' })
      expect(await standing(orderId)).to.equal('settled')
      const later = shop.instance({ provider: cameBack() })
      for (let times = 0; times < 2; times += 1) {
        expect(await tell(orderId, failed, later)).to.deep.equal({ kind: 'taken' })
        expect(await standing(orderId)).to.equal('failed')
        expect(await shop.payment(orderId)).to.include({ status: 'captured' })
      }
      expect((await shop.types(`order-${orderId}`)).at(-1)).to.equal('RefundReversed')
      expect((await shop.types(`payment-${orderId}`)).at(-1)).to.equal('PaymentRefundReversed')
      // what it had said at first, told late, is no reason to make it anew
      expect(await tell(orderId, refunded, later)).to.deep.equal({ kind: 'taken' })
      expect(await standing(orderId)).to.equal('failed')

      await moveOrder(shop.instance(), { type: 'RetryRefund', orderId, refundId: 'r1' }, context())
      await goOn(orderId, later)
      expect(await standing(orderId)).to.equal('settled')
      expect(await shop.payment(orderId)).to.include({ status: 'partially_refunded' })
      expect((await shop.ledger.effects(orderId)).map(({ idempotencyKey }) => idempotencyKey)).to.deep.equal([
        ...[`${orderId}/authorize`, `${orderId}/capture`],
        `${orderId}/refund/r1/2`,
      ])
      // and what was told of the first try says nothing of the second
      expect(await tell(orderId, failed, later)).to.deep.equal({ kind: 'taken' })
      expect(await standing(orderId)).to.equal('settled')
    })

    it('is written down as the provider said it last, where two ask at once and hear different things', async () => {
      const refusing = {
        ...shop.simulator,
        refund: () => Promise.resolve({ kind: 'refused', code: 'sent_back', message: 'No.' } as const),
      }
      const orderId = await placed('sim_approve')
      let asked = 0
      const changing: PaymentProvider = {
        ...shop.simulator,
        refund: async () => {
          asked += 1
          if (asked > 1) return refusing.refund()
          // its answer is under way while another instance asks, and is told otherwise
          await goOn(orderId, shop.instance({ provider: refusing }))
          return { kind: 'refunded', providerReference: 'old' }
        },
      }
      const wanted = {
        ...({ type: 'RequestRefund', orderId, refundId: 'r1', amount: part, lines: [] } as const),
        ...({ restock: false, cancelsOrder: false, reason: 'scratched' } as const),
      }
      await moveOrder(shop.instance(), wanted, context())
      await goOn(orderId, shop.instance({ provider: changing }))
      expect(asked).to.equal(2)
      expect(await standing(orderId)).to.equal('failed')
      expect(await shop.payment(orderId)).to.include({ status: 'captured' })
      expect((await shop.types(`payment-${orderId}`)).slice(-1)).to.deep.equal(['PaymentRefundFailed'])
    })

    it('that is not ours, or of another amount, changes nothing', async () => {
      const orderId = await refundOf('sim_approve')
      expect(await tell(orderId, { ...failed, refundId: 'r9' })).to.deep.equal({ kind: 'unknown' })
      expect(await tell(orderId, { ...refunded, amount: total })).to.deep.include({ kind: 'contradicted' })
      expect(await standing(orderId)).to.equal('settled')
    })
  })
})
