import { expect } from 'chai'
import { ulid } from 'ulid'
import {
  ProviderRefusedRequestError,
  ProviderUnavailableError,
  type AuthorizationRequest,
  type CaptureRequest,
  type PaymentProvider,
  type RefundRequest,
} from './provider.ts'
import { resilient } from './resilient.ts'
import { simulatorMethods } from './simulator-methods.ts'
import { createSimulator } from './simulator.ts'
import { failureOf } from './testing/scripted-provider.ts'
import { simulatorBooks, type SimulatorBooks } from './testing/simulator.ts'
import { withFaults } from './with-faults.ts'

const amount = { amount: 2_500, currency: 'EUR' }
const cardDeclined = { kind: 'declined', code: 'card_declined', message: 'The card was declined.' }

describe('the simulator', () => {
  let books: SimulatorBooks
  let delays: number[]
  let time: number
  let simulator: PaymentProvider

  before(async () => {
    books = await simulatorBooks()
  })
  after(() => books.stop())
  beforeEach(() => {
    delays = []
    time = Date.parse('2026-01-01T12:00:00.000Z')
    simulator = instance()
  })

  const instance = (): PaymentProvider =>
    createSimulator(books.ledger, {
      slowMs: 1_500,
      lateMs: 5_000,
      webhookMs: 2_000,
      clock: { now: () => new Date(time) },
      delay: (ms) => {
        delays.push(ms)
        return Promise.resolve()
      },
    })

  const authorization = (paymentMethodId: string): AuthorizationRequest => {
    const paymentId = ulid()
    return {
      paymentId,
      paymentMethodId,
      amount,
      customerId: 'c1',
      idempotencyKey: `${paymentId}/authorize`,
    }
  }
  const capture = ({ paymentId }: AuthorizationRequest): CaptureRequest => ({
    paymentId,
    amount,
    providerReference: `sim_${paymentId}`,
    idempotencyKey: `${paymentId}/capture`,
  })
  const refund = (request: AuthorizationRequest, refundId: string, attempt: number): RefundRequest => ({
    ...capture(request),
    refundId,
    amount: { ...amount, amount: 1_000 },
    idempotencyKey: `${request.paymentId}/refund/${refundId}/${attempt}`,
  })
  const captured = async (paymentMethodId: string): Promise<AuthorizationRequest> => {
    const request = authorization(paymentMethodId)
    await simulator.authorize(request)
    await simulator.capture(capture(request))
    return request
  }
  const kinds = async ({ paymentId }: AuthorizationRequest): Promise<string[]> =>
    (await books.ledger.effects(paymentId)).map(({ kind }) => kind)

  it('has eleven methods', () => {
    expect([...simulatorMethods.keys()]).to.deep.equal([
      'sim_approve',
      'sim_decline',
      'sim_insufficient_funds',
      'sim_slow',
      'sim_timeout_then_approved',
      'sim_timeout_then_declined',
      'sim_fail_capture',
      'sim_fail_refund_once',
      'sim_fail_refund',
      'sim_fail_refund_later',
      'sim_webhook_approve',
      'sim_webhook_decline',
    ])
  })

  it('sim_approve and sim_decline answer at once', async () => {
    const approved = authorization('sim_approve')
    expect(await simulator.authorize(approved)).to.deep.equal({
      kind: 'authorized',
      providerReference: `sim_${approved.paymentId}`,
    })
    const declined = authorization('sim_decline')
    expect(await simulator.authorize(declined)).to.deep.equal(cardDeclined)
    expect(await kinds(declined)).to.deep.equal([])
    expect(delays).to.deep.equal([])
  })

  it('sim_insufficient_funds says so', async () => {
    expect(await simulator.authorize(authorization('sim_insufficient_funds'))).to.deep.equal({
      kind: 'declined',
      code: 'insufficient_funds',
      message: 'The card does not have enough funds.',
    })
  })

  it('sim_slow takes its time', async () => {
    expect(await simulator.authorize(authorization('sim_slow'))).to.include({ kind: 'authorized' })
    expect(delays).to.deep.equal([1_500])
  })

  it('sim_timeout_then_approved has done it before the answer comes too late', async () => {
    const request = authorization('sim_timeout_then_approved')
    let seen: string[] | undefined
    const late = createSimulator(books.ledger, {
      delay: async () => {
        seen = await kinds(request)
      },
    })
    expect(await late.authorize(request)).to.include({ kind: 'authorized' })
    expect(seen).to.deep.equal(['authorize'])
    expect(await simulator.authorize(request)).to.include({ kind: 'authorized' })
    expect(delays).to.deep.equal([])
    expect(await kinds(request)).to.deep.equal(['authorize'])
  })

  it('sim_timeout_then_declined is late once, too', async () => {
    const request = authorization('sim_timeout_then_declined')
    expect(await simulator.authorize(request)).to.deep.equal(cardDeclined)
    expect(delays).to.deep.equal([5_000])
    expect(await simulator.authorize(request)).to.deep.equal(cardDeclined)
    expect(delays).to.deep.equal([5_000])
    expect(await kinds(request)).to.deep.equal([])
  })

  it('is answered late by the time limit, and asked again by the key', async () => {
    const waiting = createSimulator(books.ledger, { delay: () => new Promise(() => undefined) })
    const provider = resilient(waiting, {
      limitMs: 500,
      retries: { most: 4, baseMs: 1, capMs: 1 },
      breaker: { failures: 5, windowMs: 60_000, openMs: 30_000 },
    })
    const approved = authorization('sim_timeout_then_approved')
    expect(await provider.authorize(approved)).to.include({ kind: 'authorized' })
    expect(await kinds(approved)).to.deep.equal(['authorize'])
    expect(await provider.authorize(authorization('sim_timeout_then_declined'))).to.deep.equal(cardDeclined)
  })

  it('sim_fail_capture holds the money, refuses to take it, and lets it go', async () => {
    const request = authorization('sim_fail_capture')
    expect(await simulator.authorize(request)).to.include({ kind: 'authorized' })
    for (const provider of [simulator, instance()]) {
      expect(await provider.capture(capture(request))).to.deep.equal({
        kind: 'refused',
        code: 'capture_failed',
        message: 'The card can not be charged.',
      })
    }
    expect(
      await simulator.void({ ...capture(request), idempotencyKey: `${request.paymentId}/void` }),
    ).to.deep.equal({ kind: 'voided' })
    expect(await kinds(request)).to.deep.equal(['authorize', 'void'])
  })

  it('sim_fail_refund_once refuses the first key of each refund for good, and takes another', async () => {
    const request = await captured('sim_fail_refund_once')
    for (const refundId of ['a', 'b']) {
      for (const provider of [simulator, instance()]) {
        expect(await provider.refund(refund(request, refundId, 1))).to.deep.equal({
          kind: 'refused',
          code: 'refund_failed',
          message: 'The refund could not be made.',
        })
      }
      expect(await simulator.refund(refund(request, refundId, 2))).to.deep.equal({
        kind: 'refunded',
        providerReference: `sim_${refundId}`,
      })
      expect(await simulator.refund(refund(request, refundId, 1))).to.include({ kind: 'refused' })
    }
    expect(await kinds(request)).to.deep.equal(['authorize', 'capture', 'refund', 'refund'])
  })

  it('sim_fail_refund refuses every key', async () => {
    const request = await captured('sim_fail_refund')
    for (const attempt of [1, 2, 3]) {
      expect(await simulator.refund(refund(request, 'a', attempt))).to.include({
        kind: 'refused',
        code: 'refund_failed',
      })
    }
    expect(await kinds(request)).to.deep.equal(['authorize', 'capture'])
  })

  it('sim_fail_refund_later makes a refund, of which the money comes back later; another key takes it', async () => {
    const request = await captured('sim_fail_refund_later')
    const made = { kind: 'refunded', providerReference: 'sim_a' }
    expect(await simulator.refund(refund(request, 'a', 1))).to.deep.equal(made)
    time += 1_999
    expect(await instance().refund(refund(request, 'a', 1))).to.deep.equal(made)
    expect(await instance().refund(refund(request, 'a', 2))).to.deep.equal(made)
    time += 1
    expect(await instance().refund(refund(request, 'a', 1))).to.include({
      kind: 'refused',
      code: 'refund_failed',
    })
    expect(await kinds(request)).to.deep.equal(['authorize', 'capture'])
    expect(await instance().refund(refund(request, 'a', 2))).to.deep.equal(made)
    time += 10_000
    expect(await instance().refund(refund(request, 'a', 2))).to.deep.equal(made)
    expect(await kinds(request)).to.deep.equal(['authorize', 'capture', 'refund'])
  })

  it('sim_webhook_approve is pending until its time has come', async () => {
    const request = authorization('sim_webhook_approve')
    const pending = { kind: 'pending', providerReference: `sim_${request.paymentId}`, redirectUrl: null }
    expect(await simulator.authorize(request)).to.deep.equal(pending)
    time += 1_999
    expect(await instance().authorize(request)).to.deep.equal(pending)
    expect(await failureOf(simulator.capture(capture(request))))
      .to.be.instanceOf(ProviderRefusedRequestError)
      .and.include({ code: 'authorization_pending' })
    time += 1
    expect(await simulator.authorize(request)).to.deep.equal({
      kind: 'authorized',
      providerReference: `sim_${request.paymentId}`,
    })
    expect(await simulator.capture(capture(request))).to.deep.equal({ kind: 'captured' })
    expect(await kinds(request)).to.deep.equal(['authorize', 'capture'])
  })

  it('sim_webhook_decline, too, and holds nothing', async () => {
    const request = authorization('sim_webhook_decline')
    expect(await simulator.authorize(request)).to.include({ kind: 'pending' })
    time += 2_000
    expect(await simulator.authorize(request)).to.deep.equal(cardDeclined)
    expect(await kinds(request)).to.deep.equal([])
  })

  it('lets go what is pending; nothing can be captured then', async () => {
    const request = authorization('sim_webhook_approve')
    await simulator.authorize(request)
    const asked = { ...capture(request), idempotencyKey: `${request.paymentId}/void` }
    expect(await simulator.void(asked)).to.deep.equal({ kind: 'voided' })
    time += 10_000
    expect(await simulator.capture(capture(request))).to.include({ kind: 'refused', code: 'payment_voided' })
  })

  it('does not take the key of another payment', async () => {
    const first = authorization('sim_approve')
    await simulator.authorize(first)
    const second = { ...authorization('sim_approve'), idempotencyKey: first.idempotencyKey }
    expect(await failureOf(simulator.authorize(second)))
      .to.be.instanceOf(ProviderRefusedRequestError)
      .and.include({ operation: 'authorize', code: 'idempotency_key_reused' })
  })

  it('holds the money of a payment once, not again under another key', async () => {
    const request = authorization('sim_approve')
    await simulator.authorize(request)
    expect(await failureOf(simulator.authorize({ ...request, idempotencyKey: `${request.paymentId}/2` })))
      .to.be.instanceOf(ProviderRefusedRequestError)
      .and.include({ code: 'payment_already_authorized' })
  })

  it('does not look at its books between a hold and its capture, and does what another instance did between count', async () => {
    let looks = 0
    const entries: typeof books.ledger.entries = (paymentId) => {
      looks += 1
      return books.ledger.entries(paymentId)
    }
    const watched = createSimulator({ ...books.ledger, entries })
    const alone = authorization('sim_approve')
    await watched.authorize(alone)
    expect(await watched.capture(capture(alone))).to.deep.equal({ kind: 'captured' })
    expect(looks).to.equal(0)

    const voided = authorization('sim_approve')
    await watched.authorize(voided)
    await simulator.void({ ...capture(voided), idempotencyKey: `${voided.paymentId}/void` })
    expect(await watched.capture(capture(voided))).to.include({ kind: 'refused', code: 'payment_voided' })

    const taken = authorization('sim_approve')
    await watched.authorize(taken)
    await simulator.capture(capture(taken))
    expect(await watched.capture(capture(taken))).to.deep.equal({ kind: 'captured' })
    expect(await kinds(taken)).to.deep.equal(['authorize', 'capture'])

    // refused by what it remembers, where another one has made it possible
    const refunded = authorization('sim_approve')
    await watched.authorize(refunded)
    await simulator.capture(capture(refunded))
    expect(await watched.refund(refund(refunded, 'a', 1))).to.include({ kind: 'refunded' })
  })

  it('is away where its books are', async () => {
    const { ledger, stop } = await simulatorBooks()
    await stop()
    const error = await failureOf(createSimulator(ledger).authorize(authorization('sim_approve')))
    expect(error)
      .to.be.instanceOf(ProviderUnavailableError)
      .and.include({ provider: 'simulator', operation: 'authorize' })
  })

  it('opens its books in many instances at once', async () => {
    const other = await simulatorBooks()
    try {
      await Promise.all(Array.from({ length: 5 }, other.reopen))
    } finally {
      await other.stop()
    }
  })

  it('has done each payment once, on however bad a line', async () => {
    const line = { rate: 0.5, latencyMs: 0 }
    const instances = [1, 2, 3].map((seed) => withFaults(instance(), { ...line, seed }))
    const known = async <Result>(call: (provider: PaymentProvider) => Promise<Result>): Promise<Result> => {
      for (let attempt = 0; ; attempt += 1) {
        const provider = instances[attempt % instances.length]
        if (provider === undefined) throw new Error('there is none')
        try {
          return await call(provider)
        } catch (error) {
          if (!(error instanceof ProviderUnavailableError) || attempt > 100) throw error
        }
      }
    }
    await Promise.all(
      Array.from({ length: 25 }, async (_, index) => {
        const request = authorization(index % 5 === 0 ? 'sim_decline' : 'sim_approve')
        const answers = await Promise.all([1, 2].map(() => known(({ authorize }) => authorize(request))))
        expect(answers[0]).to.deep.equal(answers[1])
        if (answers[0]?.kind !== 'authorized') return
        await Promise.all([1, 2].map(() => known((provider) => provider.capture(capture(request)))))
        await Promise.all([1, 2].map(() => known((provider) => provider.refund(refund(request, 'a', 1)))))
        expect(await kinds(request)).to.deep.equal(['authorize', 'capture', 'refund'])
      }),
    )
  })
})
