import { expect } from 'chai'
import { ulid } from 'ulid'
import {
  ProviderRefusedRequestError,
  type AuthorizationRequest,
  type CaptureRequest,
  type Money,
  type PaymentProvider,
  type RefundRequest,
  type VoidRequest,
} from '../provider.ts'
import { failureOf } from './scripted-provider.ts'
import { untilKnown } from './until-known.ts'

/** What the provider's own books say of a payment, in minor units. */
export interface Books {
  /** Held and neither taken nor let go. */
  readonly held: number
  readonly captured: number
  readonly refunded: number
}

export type Payer = Pick<AuthorizationRequest, 'customerId' | 'paymentMethodId'>

/** A provider with something behind it that keeps books. */
export interface ProviderUnderTest {
  readonly provider: PaymentProvider
  /** The same for another process, or for the same one after a restart. */
  readonly another: PaymentProvider
  /** Somebody who has the money, and somebody who has not. */
  readonly payer: (has: Money) => Promise<Payer>
  readonly declined: (has: Money) => Promise<Payer>
  readonly unknownMethod: string
  readonly books: (paymentId: string, payer: Payer) => Promise<Books>
  readonly stop: () => Promise<void>
}

const eur = (amount: number): Money => ({ amount, currency: 'EUR' })

/** What every payment provider has to do, whoever it is. */
export const itIsAPaymentProvider = (start: () => Promise<ProviderUnderTest>): void => {
  let tested: ProviderUnderTest
  let provider: PaymentProvider
  let another: PaymentProvider
  before(async () => {
    tested = await start()
    provider = tested.provider
    another = tested.another
  })
  after(() => tested.stop())

  interface Payment {
    readonly paymentId: string
    readonly payer: Payer
    readonly asked: AuthorizationRequest
    readonly books: () => Promise<Books>
  }
  const payment = async (amount: number, payer?: Payer): Promise<Payment> => {
    const paymentId = ulid()
    const who = payer ?? (await tested.payer(eur(10_000)))
    const asked = { ...who, idempotencyKey: `${paymentId}/authorize`, paymentId, amount: eur(amount) }
    return { paymentId, payer: who, asked, books: () => tested.books(paymentId, who) }
  }
  interface Held extends Payment {
    readonly capture: (amount: number, key?: string) => CaptureRequest
    readonly void: (key?: string) => VoidRequest
    readonly refund: (refundId: string, amount: number, key?: string) => RefundRequest
  }
  const held = async (amount: number): Promise<Held> => {
    const made = await payment(amount)
    const { paymentId } = made
    const answer = await provider.authorize(made.asked)
    if (answer.kind !== 'authorized') throw new Error(`It was ${answer.kind}`)
    const common = { paymentId, providerReference: answer.providerReference }
    return {
      ...made,
      capture: (taken, key = 'capture') => ({
        ...common,
        amount: eur(taken),
        idempotencyKey: `${paymentId}/${key}`,
      }),
      void: (key = 'void') => ({ ...common, idempotencyKey: `${paymentId}/${key}` }),
      refund: (refundId, given, key = '1') => ({
        ...common,
        refundId: `${paymentId}-${refundId}`,
        amount: eur(given),
        idempotencyKey: `${paymentId}/refund/${refundId}/${key}`,
      }),
    }
  }
  const captured = async (amount: number): Promise<Held> => {
    const made = await held(amount)
    expect(await provider.capture(made.capture(amount))).to.deep.equal({ kind: 'captured' })
    return made
  }

  describe('authorisation', () => {
    it('holds the money', async () => {
      const { asked, books } = await payment(2_500)
      const answer = await provider.authorize(asked)
      expect(answer.kind).to.equal('authorized')
      expect(answer).to.have.property('providerReference').that.matches(/./)
      expect(await books()).to.deep.equal({ held: 2_500, captured: 0, refunded: 0 })
    })

    it('is one for a key, whoever asks and however often', async () => {
      const { asked, books } = await payment(2_500)
      const first = await provider.authorize(asked)
      expect(await provider.authorize(asked)).to.deep.equal(first)
      expect(await another.authorize(asked)).to.deep.equal(first)
      expect(await books()).to.deep.equal({ held: 2_500, captured: 0, refunded: 0 })
    })

    it('is one where the same is asked several times at once', async () => {
      const { asked, books } = await payment(2_500)
      const answers = await Promise.all(
        [provider, another, provider, another].map(({ authorize }) => untilKnown(() => authorize(asked))),
      )
      for (const answer of answers) expect(answer).to.deep.equal(answers[0])
      expect(answers[0]).to.include({ kind: 'authorized' })
      expect(await books()).to.deep.equal({ held: 2_500, captured: 0, refunded: 0 })
    })

    it('is declined with the same words each time, and holds nothing then', async () => {
      const { asked, books } = await payment(2_500, await tested.declined(eur(2_500)))
      const answer = await provider.authorize(asked)
      if (answer.kind !== 'declined') throw new Error(`It was ${answer.kind}`)
      expect(answer.code).to.match(/^[a-z_]+$/)
      expect(answer.message).to.match(/^[A-Z].*\.$/)
      expect(await another.authorize(asked)).to.deep.equal(answer)
      expect(await books()).to.deep.equal({ held: 0, captured: 0, refunded: 0 })
    })

    it('is declined for a method that nobody knows', async () => {
      const payer = await tested.payer(eur(10_000))
      const { asked } = await payment(2_500, { ...payer, paymentMethodId: tested.unknownMethod })
      expect(await provider.authorize(asked)).to.include({
        kind: 'declined',
        code: 'payment_method_unknown',
      })
    })

    it('is not taken for another under the same key', async () => {
      const { asked, books } = await payment(2_500)
      await provider.authorize(asked)
      const error = await failureOf(provider.authorize({ ...asked, amount: eur(2_600) }))
      expect(error).to.be.instanceOf(ProviderRefusedRequestError).and.include({
        provider: provider.name,
        operation: 'authorize',
        code: 'idempotency_key_reused',
      })
      expect(await books()).to.deep.equal({ held: 2_500, captured: 0, refunded: 0 })
    })
  })

  describe('capture', () => {
    it('takes the money once, whoever asks, however often and under whatever key', async () => {
      const { capture, books } = await held(2_500)
      expect(await provider.capture(capture(2_500))).to.deep.equal({ kind: 'captured' })
      expect(await another.capture(capture(2_500))).to.deep.equal({ kind: 'captured' })
      expect(await provider.capture(capture(2_500, 'capture again'))).to.deep.equal({ kind: 'captured' })
      expect(await books()).to.deep.equal({ held: 0, captured: 2_500, refunded: 0 })
    })

    it('takes it once where several ask at once', async () => {
      const { capture, books } = await held(2_500)
      const answers = await Promise.all(
        [provider, another, provider].map((each) => untilKnown(() => each.capture(capture(2_500)))),
      )
      expect(answers).to.deep.equal(Array(3).fill({ kind: 'captured' }))
      expect(await books()).to.deep.equal({ held: 0, captured: 2_500, refunded: 0 })
    })

    it('can take less than is held, and lets the rest go', async () => {
      const { capture, books } = await held(2_500)
      expect(await provider.capture(capture(1_500))).to.deep.equal({ kind: 'captured' })
      expect(await books()).to.deep.equal({ held: 0, captured: 1_500, refunded: 0 })
      expect(await provider.capture(capture(1_000, 'the rest'))).to.include({
        kind: 'refused',
        code: 'already_captured',
      })
    })

    it('never takes more than is held', async () => {
      const { capture, books } = await held(2_500)
      const error = await failureOf(provider.capture(capture(2_501)))
      expect(error).to.be.instanceOf(ProviderRefusedRequestError).and.include({
        operation: 'capture',
        code: 'amount_exceeds_authorization',
      })
      expect(await books()).to.deep.equal({ held: 2_500, captured: 0, refunded: 0 })
    })

    it('needs an authorisation', async () => {
      const { capture } = await held(2_500)
      const { paymentId, books } = await payment(2_500)
      const { providerReference } = capture(2_500)
      const unknown = { ...capture(2_500, 'unknown'), paymentId, providerReference: `${providerReference}x` }
      const error = await failureOf(provider.capture(unknown))
      expect(error).to.be.instanceOf(ProviderRefusedRequestError).and.include({
        operation: 'capture',
        code: 'authorization_unknown',
      })
      expect(await books()).to.deep.equal({ held: 0, captured: 0, refunded: 0 })
    })
  })

  describe('void', () => {
    it('lets the money go, also when asked again; nothing can be captured then', async () => {
      const { capture, void: voided, books } = await held(2_500)
      expect(await provider.void(voided())).to.deep.equal({ kind: 'voided' })
      expect(await another.void(voided())).to.deep.equal({ kind: 'voided' })
      expect(await provider.void(voided('void again'))).to.deep.equal({ kind: 'voided' })
      expect(await provider.capture(capture(2_500))).to.include({ kind: 'refused', code: 'payment_voided' })
      expect(await books()).to.deep.equal({ held: 0, captured: 0, refunded: 0 })
    })

    it('is too late after a capture, and says so', async () => {
      const { void: voided, books } = await captured(2_500)
      expect(await provider.void(voided())).to.deep.equal({ kind: 'captured' })
      expect(await another.void(voided())).to.deep.equal({ kind: 'captured' })
      expect(await books()).to.deep.equal({ held: 0, captured: 2_500, refunded: 0 })
    })

    it('excludes a capture at the same time, whoever is first', async () => {
      for (let round = 0; round < 10; round += 1) {
        const { capture, void: voided, books } = await held(100)
        const capturing = (): Promise<unknown> => untilKnown(() => provider.capture(capture(100)))
        const voiding = (): Promise<unknown> => untilKnown(() => another.void(voided()))
        const isCaptureFirst = round % 2 === 0
        const both = await Promise.all(isCaptureFirst ? [capturing(), voiding()] : [voiding(), capturing()])
        const [taken, gone] = isCaptureFirst ? both : both.toReversed()
        const isCaptured = (await books()).captured === 100
        expect(await books()).to.deep.equal({ held: 0, captured: isCaptured ? 100 : 0, refunded: 0 })
        expect(taken).to.include({ kind: isCaptured ? 'captured' : 'refused' })
        expect(gone).to.deep.equal({ kind: isCaptured ? 'captured' : 'voided' })
      }
    })
  })

  describe('refund', () => {
    it('gives money back in parts, each once, whoever asks and under whatever key', async () => {
      const { refund, books } = await captured(2_500)
      const first = await provider.refund(refund('a', 1_000))
      expect(first.kind).to.equal('refunded')
      expect(first).to.have.property('providerReference').that.matches(/./)
      expect(await another.refund(refund('a', 1_000))).to.deep.equal(first)
      expect(await provider.refund(refund('a', 1_000, '2'))).to.deep.equal(first)
      expect(await books()).to.deep.equal({ held: 0, captured: 2_500, refunded: 1_000 })
      expect(await provider.refund(refund('b', 1_500))).to.include({ kind: 'refunded' })
      expect(await books()).to.deep.equal({ held: 0, captured: 2_500, refunded: 2_500 })
    })

    it('is one where the same is asked several times at once', async () => {
      const { refund, books } = await captured(2_500)
      const answers = await Promise.all(
        [provider, another, provider].map((each) => untilKnown(() => each.refund(refund('a', 1_000)))),
      )
      for (const answer of answers) expect(answer).to.deep.equal(answers[0])
      expect(await books()).to.deep.equal({ held: 0, captured: 2_500, refunded: 1_000 })
    })

    it('is not another one under the same id', async () => {
      const { refund, books } = await captured(2_500)
      await provider.refund(refund('a', 1_000))
      expect(await provider.refund(refund('a', 900, '2'))).to.include({
        kind: 'refused',
        code: 'refund_differs',
      })
      expect(await books()).to.deep.equal({ held: 0, captured: 2_500, refunded: 1_000 })
    })

    it('never gives more than was captured, also where several ask at once', async () => {
      const { refund, books } = await captured(2_500)
      const answers = await Promise.all(
        ['a', 'b', 'c'].map((id, index) =>
          untilKnown(() => (index === 1 ? another : provider).refund(refund(id, 1_500))),
        ),
      )
      const refused = answers.filter(({ kind }) => kind === 'refused')
      expect(refused).to.have.length(2)
      for (const answer of refused) expect(answer).to.include({ code: 'amount_exceeds_capture' })
      expect(await books()).to.deep.equal({ held: 0, captured: 2_500, refunded: 1_500 })
    })

    it('needs a capture', async () => {
      const { refund, books } = await held(2_500)
      expect(await provider.refund(refund('a', 1_000))).to.include({ kind: 'refused', code: 'not_captured' })
      expect(await books()).to.deep.equal({ held: 2_500, captured: 0, refunded: 0 })
    })
  })
}
