import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from '../support/eventually.ts'
import { startShop, type RunningShop } from '../support/running-shop.ts'
import { signIn, type Answer, type Client, type ProductView, type StockView, type Wish } from './client.ts'

const ORDERS = 50
const SETTLED = ['paid', 'cancelled']

/** One in five is declined. */
const isDeclined = (index: number): boolean => index % 5 === 0

/** Two products each, one piece of each. */
const wishes = (products: readonly ProductView[]): Wish[] =>
  Array.from({ length: ORDERS }, (_, index) => ({
    items: [index, index + 1].flatMap((at) => {
      const product = products[at % products.length]
      return product === undefined ? [] : [{ productId: product.id, quantity: 1 }]
    }),
    paymentMethodId: isDeclined(index) ? 'sim_decline' : 'sim_approve',
  }))

describe('the whole program, killed in the middle of 50 orders', function () {
  this.timeout(150_000)
  let dataDir: string
  let shop: RunningShop | undefined

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'orderstream-e2e-'))
  })
  after(async () => {
    await shop?.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  const stockOf = (client: Client, products: readonly ProductView[]): Promise<StockView[]> =>
    Promise.all(products.map(({ sku }) => client.stock(sku)))

  it('settles every acknowledged order after a new start, loses no stock and takes no money twice', async () => {
    shop = await startShop(dataDir)
    const first = await signIn(shop.url, 'customer@demo.test')
    const products = (await first.products()).slice(0, 5)
    const stockBefore = await stockOf(await signIn(shop.url, 'admin@demo.test'), products)

    const wanted = wishes(products)
    const acknowledged = new Map<number, string>()
    await new Promise<void>((resolve) => {
      for (const [index, wish] of wanted.entries()) {
        first.placeOrder(wish, `order-${index}`).then(
          ({ body }) => {
            acknowledged.set(index, body.id)
            if (acknowledged.size === ORDERS / 2) resolve()
          },
          () => undefined, // killed before it could answer: that is what is tested
        )
      }
    })
    await shop.killAll()

    shop = await startShop(dataDir)
    const customer = await signIn(shop.url, 'customer@demo.test')
    const admin = await signIn(shop.url, 'admin@demo.test')

    // whoever got no answer asks again with the same key: each of the 50 wishes is one order
    const askAgain = (wish: Wish, index: number): Promise<Answer> =>
      eventually(
        async () => {
          const answer = await customer.placeOrder(wish, `order-${index}`)
          return answer.status === 409 ? undefined : answer
        },
        { withinMs: 60_000 },
      )
    const answers = await Promise.all(wanted.map(askAgain))
    for (const { status } of answers) expect(status).to.be.oneOf([201, 202])
    const ids = answers.map(({ body }) => body.id)
    expect(new Set(ids).size).to.equal(ORDERS)
    for (const [index, id] of acknowledged) expect(ids[index]).to.equal(id)

    const orders = await eventually(
      async () => {
        const seen = await Promise.all(ids.map((id) => customer.order(id)))
        return seen.every(({ status }) => SETTLED.includes(status)) ? seen : undefined
      },
      { withinMs: 60_000 },
    )
    for (const [index, order] of orders.entries()) {
      const captures = (await customer.eventTypes(order.id)).filter((type) => type === 'PaymentCaptured')
      const { status, payment, totals } = order
      expect(
        { status, payment: payment.status, captured: payment.captured.amount, captures },
        order.id,
      ).to.deep.equal(
        isDeclined(index)
          ? { status: 'cancelled', payment: 'declined', captured: 0, captures: [] }
          : {
              status: 'paid',
              payment: 'captured',
              captured: totals.total.amount,
              captures: ['PaymentCaptured'],
            },
      )
    }
    expect((await customer.orders()).map(({ id }) => id)).to.have.members(ids)

    const soldOf = ({ id }: ProductView): number =>
      wanted.filter(
        ({ items }, index) => !isDeclined(index) && items.some(({ productId }) => productId === id),
      ).length
    const expected = products.map((product, index) => {
      const left = (stockBefore[index]?.onHand ?? 0) - soldOf(product)
      return { sku: product.sku, onHand: left, available: left, reserved: 0 }
    })
    const stockAfter = await stockOf(admin, products)
    expect(
      stockAfter.map(({ sku, onHand, available, reserved }) => ({ sku, onHand, available, reserved })),
    ).to.deep.equal(expected)
  })
})
