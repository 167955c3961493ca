import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from '../support/eventually.ts'
import { startShop, type RunningShop } from '../support/running-shop.ts'
import { signIn, type Client } from './client.ts'

const settledStatus = (customer: Client, orderId: string): Promise<string> =>
  eventually(
    async () => {
      const { status } = await customer.order(orderId)
      return (status === 'paid' || status === 'cancelled') && status
    },
    { withinMs: 60_000 },
  )

describe('200 buyers for a product of which there are 50', function () {
  this.timeout(120_000)
  let dataDir: string
  let shop: RunningShop

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'orderstream-race-'))
    shop = await startShop(dataDir)
  })
  after(async () => {
    await shop.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('sells 50, refuses 150, and leaves nothing behind', async () => {
    const customer = await signIn(shop.url, 'customer@demo.test')
    const admin = await signIn(shop.url, 'admin@demo.test')
    const [product] = await customer.products()
    if (product === undefined) throw new Error('the demo shop is empty')
    const { available } = await admin.stock(product.sku)
    expect(await admin.adjustStock(product.sku, 50 - available, 'fifty')).to.be.within(200, 299)

    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, buyer) =>
        customer.placeOrder(
          { items: [{ productId: product.id, quantity: 1 }], paymentMethodId: 'sim_approve' },
          `buyer-${buyer}`,
          { Prefer: 'wait=30' },
        ),
      ),
    )
    // on a busy machine some are answered before they are settled
    const statuses = await Promise.all(answers.map(({ body }) => settledStatus(customer, body.id)))
    expect(statuses.filter((status) => status === 'paid')).to.have.length(50)
    expect(statuses.filter((status) => status === 'cancelled')).to.have.length(150)
    expect(await admin.stock(product.sku)).to.deep.include({ onHand: 0, available: 0, reserved: 0 })
  })
})
