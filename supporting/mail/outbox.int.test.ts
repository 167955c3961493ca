import { expect } from 'chai'
import { pino } from 'pino'
import { eventually } from '../../test/support/eventually.ts'
import type { ShopDatabase } from '../testing/shop-database.ts'
import { createShopDatabase } from '../testing/shop-database.ts'
import type { Mail, MailDeliveryOptions } from './outbox.ts'
import { postMail, startMailDelivery } from './outbox.ts'

describe('outgoing mails', () => {
  let shop: ShopDatabase
  const logger = pino({ level: 'silent' })
  const mail: Mail = { to: 'ada@shop.test', subject: 'Hello', body: 'Hello Ada' }

  beforeEach(async () => {
    shop = await createShopDatabase()
  })
  afterEach(() => shop.stop())

  const waiting = async (): Promise<number> => {
    const { rows } = await shop.pool.query<{ count: number }>(
      'select count(*)::int as count from shop.outgoing_mails',
    )
    return rows[0]?.count ?? 0
  }
  const deliver = async (
    options: Omit<MailDeliveryOptions, 'pool' | 'logger'>,
    until: () => Promise<boolean>,
    instances = 1,
  ): Promise<void> => {
    const running = Array.from({ length: instances }, () =>
      startMailDelivery({ pool: shop.pool, logger, pollMs: 5, ...options }),
    )
    try {
      await eventually(until)
    } finally {
      await Promise.all(running.map(({ stop }) => stop()))
    }
  }
  const allGone = async (): Promise<boolean> => (await waiting()) === 0

  it('are sent once each, by however many instances', async () => {
    const sent: Mail[] = []
    for (let count = 0; count < 30; count += 1) await postMail(shop.pool, { ...mail, subject: String(count) })
    await deliver(
      {
        send: ({ to, subject, body }) => {
          sent.push({ to, subject, body })
          return Promise.resolve()
        },
      },
      allGone,
      4,
    )

    expect(sent.map(({ subject }) => Number(subject)).sort((a, b) => a - b)).to.deep.equal(
      Array.from({ length: 30 }, (_, index) => index),
    )
    expect(sent[0]).to.deep.include({ to: mail.to, body: mail.body })
  })

  it('are tried again where they were not taken, as the same mail', async () => {
    const ids: string[] = []
    await postMail(shop.pool, mail)
    await deliver(
      {
        retryDelaysMs: [1, 1],
        send: ({ id }) => {
          ids.push(id)
          return ids.length < 3 ? Promise.reject(new Error('later')) : Promise.resolve()
        },
      },
      allGone,
    )

    expect(ids).to.have.length(3)
    expect(new Set(ids)).to.have.property('size', 1)
  })

  it('are given up in the end', async () => {
    let attempts = 0
    await postMail(shop.pool, mail)
    await deliver(
      {
        retryDelaysMs: [1, 1],
        send: () => {
          attempts += 1
          return Promise.reject(new Error('never'))
        },
      },
      allGone,
    )

    expect(attempts).to.equal(3)
  })

  it('are tried by another one where who had them in hand is gone', async () => {
    await postMail(shop.pool, mail)
    // what one leaves behind that was killed while it sent
    await shop.pool.query(`update shop.outgoing_mails set attempts = 1, due_at = now() + interval '30 ms'`)
    let sent = 0
    await deliver(
      {
        send: () => {
          sent += 1
          return Promise.resolve()
        },
      },
      allGone,
    )

    expect(sent).to.equal(1)
  })

  it('to nobody are dropped', async () => {
    let sent = 0
    await postMail(shop.pool, { ...mail, to: '' })
    await deliver(
      {
        send: () => {
          sent += 1
          return Promise.resolve()
        },
      },
      allGone,
    )

    expect(sent).to.equal(0)
  })
})
