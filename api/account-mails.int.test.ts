import { expect } from 'chai'
import { pino } from 'pino'
import { smtpMail } from '../gateways/mail/smtp.ts'
import { startSmtpServer, type Received } from '../gateways/mail/testing/smtp-server.ts'
import { startMailDelivery } from '../supporting/mail/outbox.ts'
import { eventually } from '../test/support/eventually.ts'
import { PASSWORD, startShopApi, type Answer, type ShopApi } from './testing/shop-api.ts'

describe('mails about accounts, through a real SMTP server', function () {
  this.timeout(90_000)
  let shop: ShopApi
  let smtp: Awaited<ReturnType<typeof startSmtpServer>>
  let delivery: ReturnType<typeof startMailDelivery>
  before(async () => {
    ;[shop, smtp] = await Promise.all([startShopApi(), startSmtpServer()])
    delivery = startMailDelivery({
      ...{ pool: shop.pool, logger: pino({ level: 'silent' }), pollMs: 20 },
      send: smtpMail({ url: smtp.url, from: 'Shop <shop@shop.test>' }),
    })
  })
  after(async () => {
    await delivery.stop()
    await smtp.stop()
    await shop.stop()
  })

  const post = <Body>(path: string, body: object): Promise<Answer<Body>> =>
    shop.call<Body>({ method: 'POST', url: `/api/v1/auth/${path}`, body })
  const email = 'ada.lovelace@example.com'
  const mail = (number: number): Promise<Received> => eventually(() => Promise.resolve(smtp.received[number]))
  /** Lines that are too long for SMTP are folded (RFC 2045, section 6.7). */
  const tokenIn = ({ text }: Received): string =>
    /token=([\w-]+)/.exec(text.replaceAll('=\r\n', '').replaceAll('=3D', '='))?.[1] ?? ''

  it('confirm an address, give a new password, and tell that it was changed', async () => {
    await post('register', { email, password: PASSWORD, name: 'Ada' })
    const confirming = await mail(0)
    expect(confirming.to).to.deep.equal([email])
    expect(confirming.text)
      .to.match(/^From: Shop <shop@shop\.test>\r$/m)
      .and.match(/^Subject: Confirm your e-mail address\r$/m)
    expect((await post('login', { email, password: PASSWORD })).status).to.equal(401)
    expect((await post('verify-email', { token: tokenIn(confirming) })).status).to.equal(204)
    const session = await post<{ refreshToken: string }>('login', { email, password: PASSWORD })
    expect(session.status).to.equal(200)

    // nobody has this address: the mail is dropped, and the next one is Ada's
    await post('forgot-password', { email: 'nobody@example.com' })
    await post('forgot-password', { email })
    const choosing = await mail(1)
    expect(choosing.to).to.deep.equal([email])
    const reset = { token: tokenIn(choosing), password: 'another password' }
    expect((await post('reset-password', reset)).status).to.equal(204)
    expect((await post('reset-password', reset)).status, 'once').to.equal(422)
    expect((await mail(2)).text).to.match(/^Subject: Your password was changed\r$/m)

    const { refreshToken } = session.body
    expect((await post('refresh', { refreshToken })).status, 'its sessions are over').to.equal(401)
    expect((await post('login', { email, password: PASSWORD })).status).to.equal(401)
    expect((await post('login', { email, password: 'another password' })).status).to.equal(200)
  })
})
