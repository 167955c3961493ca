import { expect } from 'chai'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { pino } from 'pino'
import { ulid } from 'ulid'
import { eventually } from '../../test/support/eventually.ts'
import type { AuthorizationRequest } from './provider.ts'
import { createSimulatorVerifier, type WebhookMessage } from './simulator-verifier.ts'
import {
  deliverDueWebhooks,
  postWebhooks,
  startSimulatorWebhooks,
  WebhookNotTakenError,
  type SimulatorWebhooks,
} from './simulator-webhooks.ts'
import { createSimulator } from './simulator.ts'
import { failureOf } from './testing/scripted-provider.ts'
import { simulatorBooks, type SimulatorBooks } from './testing/simulator.ts'
import type { WebhookVerdict } from './webhook.ts'

const secret = 'a secret'

describe('webhooks of the simulator, delivered', () => {
  let books: SimulatorBooks
  let time: number
  const clock = { now: () => new Date(time) }

  beforeEach(async () => {
    books = await simulatorBooks()
    time = Date.parse('2026-01-01T12:00:00.000Z')
  })
  afterEach(() => books.stop())

  const begin = async (paymentMethodId: string): Promise<AuthorizationRequest> => {
    const paymentId = ulid()
    const request = {
      paymentId,
      paymentMethodId,
      customerId: 'c1',
      amount: { amount: 100, currency: 'EUR' },
      idempotencyKey: `${paymentId}/authorize`,
    }
    expect(await createSimulator(books.ledger, { clock, webhookMs: 2_000 }).authorize(request)).to.include({
      kind: 'pending',
    })
    return request
  }
  const read = ({ body, headers }: WebhookMessage): WebhookVerdict =>
    createSimulatorVerifier([secret], { clock }).verify(Buffer.from(body), headers)

  const inbox = (): { readonly taken: WebhookMessage[]; readonly options: SimulatorWebhooks } => {
    const taken: WebhookMessage[] = []
    return {
      taken,
      options: {
        ledger: books.ledger,
        secret,
        clock,
        logger: pino({ level: 'silent' }),
        deliver: (message) => {
          taken.push(message)
          return Promise.resolve()
        },
      },
    }
  }

  it('come when the payment is settled, once, and are genuine', async () => {
    const { taken, options } = inbox()
    const { paymentId } = await begin('sim_webhook_approve')
    time += 1_999
    await deliverDueWebhooks(options)
    expect(taken).to.deep.equal([])
    time += 1
    await deliverDueWebhooks(options)
    await deliverDueWebhooks(options)
    expect(taken.map(read)).to.deep.equal([
      {
        kind: 'event',
        event: {
          provider: 'simulator',
          eventId: `evt_${paymentId}/authorize`,
          occurredAt: new Date('2026-01-01T12:00:02.000Z'),
          paymentId,
          news: {
            kind: 'authorized',
            amount: { amount: 100, currency: 'EUR' },
            providerReference: `sim_${paymentId}`,
          },
        },
      },
    ])
  })

  it('tell a decline', async () => {
    const { taken, options } = inbox()
    await begin('sim_webhook_decline')
    time += 2_000
    await deliverDueWebhooks(options)
    expect(taken.map(read)).to.have.nested.property('[0].event.news').that.deep.equals({
      kind: 'declined',
      code: 'card_declined',
      message: 'The card was declined.',
    })
  })

  it('tell of each refund whose money has come back, also of a later one', async () => {
    const { taken, options } = inbox()
    const simulator = createSimulator(books.ledger, { clock, webhookMs: 2_000 })
    const paymentId = ulid()
    const amount = { amount: 100, currency: 'EUR' }
    const providerReference = `sim_${paymentId}`
    const about = { paymentId, amount, providerReference }
    await simulator.authorize({
      ...{ ...about, customerId: 'c1', paymentMethodId: 'sim_fail_refund_later' },
      idempotencyKey: `${paymentId}/authorize`,
    })
    await simulator.capture({ ...about, idempotencyKey: `${paymentId}/capture` })
    const refund = (refundId: string): Promise<unknown> =>
      simulator.refund({
        ...{ ...about, refundId, amount: { ...amount, amount: 40 } },
        idempotencyKey: `${paymentId}/refund/${refundId}/1`,
      })
    await refund('a')
    time += 1_000
    await refund('b')
    time += 1_500
    // the first is told together with the second
    await deliverDueWebhooks(options)
    expect(taken).to.deep.equal([])
    time += 500
    await deliverDueWebhooks(options)
    await deliverDueWebhooks(options)
    const events = taken.map(read).map((verdict) => (verdict.kind === 'event' ? verdict.event : undefined))
    expect(events.map((event) => [event?.eventId, event?.occurredAt.toISOString()])).to.deep.equal([
      [`evt_${paymentId}/refund/a/1`, '2026-01-01T12:00:02.000Z'],
      [`evt_${paymentId}/refund/b/1`, '2026-01-01T12:00:03.000Z'],
    ])
    expect(events[0]?.news).to.deep.equal({
      ...{ kind: 'refund_failed', refundId: 'a', code: 'refund_failed' },
      message: 'The refund could not be made.',
    })
  })

  it('are not lost where something new is to be told while one is brought', async () => {
    const { paymentId } = await begin('sim_webhook_approve')
    time += 2_000
    const [due] = await books.ledger.takeDueWebhooks(clock.now(), 1)
    if (due === undefined) throw new Error('nothing is due')
    const [held] = await books.ledger.entries(paymentId)
    if (held === undefined) throw new Error('nothing is held')
    const refund = {
      ...held,
      operation: 'refund',
      outcome: 'done',
      refundId: 'r',
      idempotencyKey: 'r/1',
    } as const
    await books.ledger.append(paymentId, 1, { ...refund, settlesAt: clock.now() })
    await books.ledger.webhookDelivered(due)
    expect(await books.ledger.takeDueWebhooks(clock.now(), 1)).to.deep.equal([{ paymentId, attempt: 1 }])
  })

  it('do not come for what was voided meanwhile', async () => {
    const { taken, options } = inbox()
    const { paymentId } = await begin('sim_webhook_approve')
    const providerReference = `sim_${paymentId}`
    await createSimulator(books.ledger).void({ idempotencyKey: 'v', paymentId, providerReference })
    time += 2_000
    await deliverDueWebhooks(options)
    time += 3_600_000
    await deliverDueWebhooks(options)
    expect(taken).to.deep.equal([])
  })

  it('come again after 1, 2, 4 seconds … until they are taken, signed anew, with the same id', async () => {
    const { taken, options } = inbox()
    await begin('sim_webhook_approve')
    time += 2_000
    const refused: WebhookMessage[] = []
    const refusing: SimulatorWebhooks = {
      ...options,
      deliver: (message) => {
        refused.push(message)
        return Promise.reject(new Error('not now'))
      },
    }
    for (const [attempt, seconds] of [1, 2, 4].entries()) {
      await deliverDueWebhooks(refusing)
      expect(refused).to.have.length(attempt + 1)
      time += seconds * 1_000 - 1
      await deliverDueWebhooks(refusing)
      expect(refused).to.have.length(attempt + 1)
      time += 1
    }
    await deliverDueWebhooks(options)
    expect(taken.map(read)).to.have.nested.property('[0].kind', 'event')
    const ids = [...refused, ...taken].map(({ body }) => (JSON.parse(body) as { id: string }).id)
    expect(new Set(ids)).to.have.property('size', 1)
    expect(taken[0]?.headers).not.to.deep.equal(refused[0]?.headers)
    time += 3_600_000
    await deliverDueWebhooks(options)
    expect(taken).to.have.length(1)
  })

  it('are given up after 15 attempts', async () => {
    const { options } = inbox()
    await begin('sim_webhook_approve')
    let attempts = 0
    const deliver = (): Promise<never> => {
      attempts += 1
      return Promise.reject(new Error('never'))
    }
    for (let round = 0; round < 20; round += 1) {
      time += 3_600_000
      await deliverDueWebhooks({ ...options, deliver })
    }
    expect(attempts).to.equal(15)
  })

  it('come once, however many instances send', async () => {
    const { taken, options } = inbox()
    const payments = await Promise.all(Array.from({ length: 30 }, () => begin('sim_webhook_approve')))
    const ids = payments.map(({ paymentId }) => paymentId).toSorted()
    const ledgers = await Promise.all(Array.from({ length: 4 }, () => books.reopen()))
    for (let round = 0; round < 10; round += 1) {
      time += 3_600_000
      const due = await Promise.all(ledgers.map((ledger) => ledger.takeDueWebhooks(clock.now(), 30)))
      expect(due.flatMap((each) => each.map(({ paymentId }) => paymentId)).toSorted()).to.deep.equal(ids)
    }
    time += 3_600_000
    const instances = ledgers.map((ledger) => ({ ...options, ledger }))
    while ((await Promise.all(instances.map(deliverDueWebhooks))).some((isMore) => isMore));
    const told = taken.map((message) => {
      const verdict = read(message)
      return verdict.kind === 'event' ? verdict.event.paymentId : verdict.kind
    })
    expect(told.toSorted()).to.deep.equal(ids)
  })

  describe('over HTTP', () => {
    let server: Server
    let url: string
    let bodies: string[]
    let statuses: number[]

    beforeEach(async () => {
      bodies = []
      statuses = []
      server = createServer((request, response) => {
        let body = ''
        request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
        request.on('end', () => {
          const verdict = createSimulatorVerifier([secret], { clock }).verify(
            Buffer.from(body),
            request.headers,
          )
          bodies.push(verdict.kind)
          response.writeHead(statuses.shift() ?? 204).end()
        })
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('It has no port')
      url = `http://127.0.0.1:${address.port}/webhooks/simulator`
    })
    afterEach(async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    })

    it('are sent by themselves, again where they are refused, until that is stopped', async () => {
      const { options } = inbox()
      statuses.push(503)
      await begin('sim_webhook_approve')
      time += 2_000
      const sending = startSimulatorWebhooks({ ...options, deliver: postWebhooks(url), everyMs: 5 })
      await eventually(() => bodies.length === 1)
      time += 1_000
      await eventually(() => bodies.length === 2)
      expect(bodies).to.deep.equal(['event', 'event'])
      await sending.stop()
    })

    it('are not taken by an answer other than 2xx, a redirect among them', async () => {
      for (const status of [302, 400, 500]) {
        statuses.push(status)
        const error = await failureOf(postWebhooks(url)({ body: '{}', headers: {} }))
        if (status !== 302) expect(error).to.be.instanceOf(WebhookNotTakenError).and.include({ status, url })
      }
    })

    it('go on where the books can not be read for a while', async () => {
      const { options, taken } = inbox()
      await begin('sim_webhook_approve')
      time += 2_000
      let isAway = true
      const ledger = {
        ...books.ledger,
        takeDueWebhooks: (...args: Parameters<typeof books.ledger.takeDueWebhooks>) => {
          const wasAway = isAway
          isAway = false
          return wasAway ? Promise.reject(new Error('away')) : books.ledger.takeDueWebhooks(...args)
        },
      }
      const sending = startSimulatorWebhooks({ ...options, ledger, everyMs: 5 })
      await eventually(() => taken.length === 1)
      await sending.stop()
    })
  })
})
