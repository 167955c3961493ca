import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { signIn, type Client, type ProductView } from '../test/e2e/client.ts'
import { startShop } from '../test/support/running-shop.ts'
import { benchFolder } from './measure/bench-folder.ts'
import { resultText, type Figure } from './measure/result.ts'

// 1,000 buyers at once for a product of which there are half as many, beside the same load spread over the whole catalogue. Everything
// runs on this one machine: API, processes, projections, event store node, Postgres and this driver.

const { values } = parseArgs({
  options: { buyers: { type: 'string', default: '1000' }, json: { type: 'boolean', default: false } },
})
const BUYERS = Number(values.buyers)
const IN_STOCK = Math.floor(BUYERS / 2)

interface Run {
  readonly seconds: number
  readonly paid: number
  readonly cancelled: number
  readonly other: number
}

const buyAll = async (
  customer: Client,
  productOf: (buyer: number) => ProductView,
  key: string,
): Promise<Run> => {
  const began = performance.now()
  const answers = await Promise.all(
    Array.from({ length: BUYERS }, (_, buyer) =>
      customer.placeOrder(
        { items: [{ productId: productOf(buyer).id, quantity: 1 }], paymentMethodId: 'sim_approve' },
        `${key}-${buyer}`,
        { Prefer: 'wait=60' },
      ),
    ),
  )
  const seconds = (performance.now() - began) / 1_000
  const count = (status: string): number => answers.filter(({ body }) => body.status === status).length
  const [paid, cancelled] = [count('paid'), count('cancelled')]
  return { seconds, paid, cancelled, other: BUYERS - paid - cancelled }
}

const rateOf = (name: string, { seconds, paid, cancelled, other }: Run): Figure => ({
  ...{ name: `settled, ${name}`, value: BUYERS / seconds, unit: '/s' },
  note: `${paid} paid, ${cancelled} cancelled${other > 0 ? `, ${other} NOT SETTLED` : ''}`,
})

const dataDir = await benchFolder()
const shop = await startShop(dataDir)
try {
  const customer = await signIn(shop.url, 'customer@demo.test')
  const admin = await signIn(shop.url, 'admin@demo.test')
  const products = await customer.products()
  const [hot, ...others] = products
  if (hot === undefined) throw new Error('the demo shop is empty')
  const adjust = async (sku: string, delta: number): Promise<void> => {
    const status = await admin.adjustStock(sku, delta, `stock-${sku}`)
    if (status >= 300) throw new Error(`the stock of ${sku} could not be adjusted: ${status}`)
  }
  for (const { sku } of others) await adjust(sku, BUYERS)
  const { available } = await admin.stock(hot.sku)
  await adjust(hot.sku, IN_STOCK - available)

  const at = (buyer: number): ProductView => others[buyer % others.length] ?? hot
  await buyAll(customer, at, 'warm-up')
  const spread = await buyAll(customer, at, 'spread')
  const crowd = await buyAll(customer, () => hot, 'hot')
  const left = await admin.stock(hot.sku)

  const figures: Figure[] = [
    rateOf('load spread over all products', spread),
    rateOf('all for one product', crowd),
    { name: 'hot ÷ spread', value: spread.seconds / crowd.seconds, unit: '×', bar: { atLeast: 0.7 } },
    { name: 'sold', value: crowd.paid, unit: '', bar: { exactly: IN_STOCK }, note: `of ${IN_STOCK}` },
    { name: 'left on the shelf', value: left.onHand, unit: '', bar: { exactly: 0 } },
    { name: 'left reserved', value: left.reserved, unit: '', bar: { exactly: 0 } },
  ]
  process.stdout.write(
    `${resultText({ title: `Hot product: ${BUYERS} buyers at once`, figures }, values.json)}\n`,
  )
} finally {
  await shop.stop()
  await rm(dataDir, { recursive: true, force: true })
}
