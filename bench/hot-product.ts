import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { signIn, type Client, type ProductView } from '../test/e2e/client.ts'
import { startShop } from '../test/support/running-shop.ts'

// 1,000 buyers at once for a product of which there are 500, beside the same load spread over the whole catalogue. Everything
// runs on this one machine: API, processes, projections, event store node, Postgres and this driver.

const BUYERS = 1_000
const IN_STOCK = 500

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

const line = (name: string, { seconds, paid, cancelled, other }: Run): string =>
  [
    name.padEnd(8),
    `${(BUYERS / seconds).toFixed(0).padStart(6)} settled/s`,
    `${seconds.toFixed(1).padStart(7)} s`,
    `${paid} paid, ${cancelled} cancelled${other > 0 ? `, ${other} NOT SETTLED` : ''}`,
  ].join('  ')

const dataDir = await mkdtemp(join(tmpdir(), 'orderstream-bench-'))
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

  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  process.stdout.write(
    [
      `Hot product: ${BUYERS} buyers at once`,
      `${new Date().toISOString()}  ${commit}  ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
      '',
      line('spread', spread),
      line('hot', crowd),
      '',
      `hot ÷ spread          ${(spread.seconds / crowd.seconds).toFixed(2)}`,
      `sold of ${IN_STOCK}           ${crowd.paid}`,
      `left on the shelf     ${left.onHand} on hand, ${left.available} available, ${left.reserved} reserved`,
      '',
    ].join('\n'),
  )
} finally {
  await shop.stop()
  await rm(dataDir, { recursive: true, force: true })
}
