import { expect } from 'chai'
import { ulid } from 'ulid'
import { startShopApi } from '../api/testing/shop-api.ts'
import type { ShopApi } from '../api/testing/shop-api.ts'
import { createAccount } from '../supporting/accounts/accounts.ts'
import { cheapPasswords } from '../supporting/testing/shop-database.ts'
import { freePort } from '../test/support/servers.ts'
import { runProgram, type Ended } from '../test/support/program.ts'

const demo = (...args: string[]): Promise<Ended> => runProgram('cli/demo.ts', args)

describe('the demo', () => {
  let shop: ShopApi
  let url: string

  before(async () => {
    shop = await startShopApi()
    url = await shop.app.listen({ port: 0, host: '127.0.0.1' })
  })
  after(() => shop.stop())

  it('says so where there is no demo account', async () => {
    const { code, output, errors } = await demo('--url', url)

    expect({ code, output }).to.deep.equal({ code: 1, output: '' })
    expect(errors).to.match(/^customer@demo\.test can't sign in at http.+\n$/)
  })

  it('shows an order that is paid, one that is out of stock and one whose card is declined', async () => {
    const createdAt = new Date()
    await createAccount(shop.pool, await cheapPasswords(), {
      ...{ id: ulid(), email: 'customer@demo.test', name: 'Casey', password: 'orderstream-demo' },
      ...{ roles: ['customer'], emailVerifiedAt: createdAt, createdAt },
    })
    const product = await shop.product(7, { name: 'Kettle' })
    const { code, output, errors } = await demo('--url', url)

    expect({ code, errors }).to.deep.equal({ code: 0, errors: '' })
    const words = output.replaceAll(/\s+/g, ' ')
    expect(words).to.match(/Kettle €10\.00 7 in stock/)
    expect(words).to.match(/1 × Kettle, €17\.73 .* 0 ms placed \d+ ms reserved \d+ ms paid/)
    expect(words).to.match(
      /OrderPlaced order-\w+@0 .* PaymentCaptured payment-\w+@\d+ OrderPaid order-\w+@\d+/,
    )
    expect(words).to.contain(`out_of_stock: 7 of ${product.sku} were asked for, 6 were there`)
    expect(words).to.match(
      /before 6 on hand, 0 reserved, 6 available .* 0 ms placed \d+ ms reserved \d+ ms cancelled after 6 on hand, 0 reserved, 6 available/,
    )
  })

  it('says so in one sentence where nothing answers', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`
    const { code, errors } = await demo('--url', nowhere)

    expect(code).to.equal(1)
    expect(errors).to.equal(`Nothing answers at ${nowhere}: start it with "npm start" in another terminal.\n`)
  })

  it('refuses what it does not understand', async () => {
    for (const args of [['--url', 'nowhere'], ['--port', '1'], ['again']]) {
      const { code, errors } = await demo(...args)
      expect(code, args.join(' ')).to.equal(1)
      expect(errors, args.join(' ')).to.match(/^[^\n]+\n$/)
    }
  })
})
