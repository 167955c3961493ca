import { expect } from 'chai'
import { startShopApi } from '../testing/shop-api.ts'

describe('the inbox page', () => {
  it('shows mails as the text that they are', async () => {
    const mail = {
      at: '2025-11-21T09:00:00.000Z',
      to: 'ada@shop.test',
      subject: 'A & B',
      body: '<script>alert(1)</script>',
    }
    const shop = await startShopApi((deps) => ({ ...deps, inbox: () => Promise.resolve([mail]) }))
    try {
      const { statusCode, headers, body } = await shop.app.inject({ url: '/inbox' })
      expect(statusCode).to.equal(200)
      expect(headers['content-type']).to.equal('text/html; charset=utf-8')
      expect(headers['content-security-policy']).to.match(/^default-src 'none'/)
      expect(body).to.contain('A &amp; B').and.contain('&lt;script&gt;').and.not.contain('<script>')
    } finally {
      await shop.stop()
    }
  })

  it('is not there where mails are sent', async () => {
    const shop = await startShopApi()
    try {
      expect((await shop.app.inject({ url: '/inbox' })).statusCode).to.equal(404)
    } finally {
      await shop.stop()
    }
  })
})
