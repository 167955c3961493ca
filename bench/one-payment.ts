import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { createClient } from '../client/index.ts'
import { signIn } from '../test/e2e/client.ts'
import { eventually } from '../test/support/eventually.ts'
import { startShop } from '../test/support/running-shop.ts'
import { percentile } from './projections/percentile.ts'
import { benchFolder } from './measure/bench-folder.ts'
import { resultText } from './measure/result.ts'

// One order paid ten times at once, again and again: one payment, ten equal answers.

const { values } = parseArgs({
  options: { orders: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
})
const ORDERS = Number(values.orders)
const AT_ONCE = 10

interface Found {
  readonly payments: number
  /** That are not equal. */
  readonly answers: number
  /** Until all were answered. */
  readonly ms: number
}

const shippingAddress = {
  name: 'Casey Customer',
  line1: 'Invalidenstraße 116',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
}

const dataDir = await benchFolder()
const shop = await startShop(dataDir)
try {
  const baseUrl = new URL(shop.url).origin
  const login = await createClient({ baseUrl }).POST('/api/v1/auth/login', {
    body: { email: 'customer@demo.test', password: 'orderstream-demo' },
  })
  const api = createClient({ baseUrl, accessToken: () => login.data?.accessToken ?? '' })
  const [product] = await (await signIn(shop.url, 'customer@demo.test')).products()
  if (product === undefined) throw new Error('the demo shop is empty')

  const payTenTimes = async (order: number): Promise<Found> => {
    const { data: placed } = await api.POST('/api/v1/orders', {
      params: { header: { 'Idempotency-Key': `order-${order}` } },
      body: { items: [{ productId: product.id, quantity: 1 }], shippingAddress },
    })
    if (placed === undefined) throw new Error(`order ${order} was not placed`)
    const params = { path: { id: placed.id } }
    const amount = await eventually(async () => {
      const { data } = await api.GET('/api/v1/orders/{id}', { params })
      return data?.status === 'reserved' && data.totals.total
    })
    const began = performance.now()
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, time) => {
        const { response, data, error } = await api.POST('/api/v1/payments/preauth', {
          params: { header: { 'Idempotency-Key': `pay-${order}-${time}` } },
          body: { orderId: placed.id, amount, paymentMethodId: 'sim_approve' },
        })
        return JSON.stringify([response.status, data ?? error])
      }),
    )
    const ms = performance.now() - began
    await eventually(async () => (await api.GET('/api/v1/orders/{id}', { params })).data?.status === 'paid')
    const { data } = await api.GET('/api/v1/payments', { params: { query: { orderId: placed.id } } })
    return { payments: data?.items.length ?? 0, answers: new Set(answers).size, ms }
  }

  const found: Found[] = []
  for (let order = 0; order < ORDERS; order += 1) found.push(await payTenTimes(order))
  const most = (of: (one: Found) => number): number => Math.max(...found.map(of))
  const figures = [
    {
      name: 'payments of an order, at most',
      value: most(({ payments }) => payments),
      unit: '',
      bar: { exactly: 1 },
    },
    {
      name: 'different answers, at most',
      value: most(({ answers }) => answers),
      unit: '',
      bar: { exactly: 1 },
    },
    {
      ...{
        name: 'until all ten are answered, p50',
        value: percentile(
          found.map(({ ms }) => ms),
          50,
        ),
        unit: 'ms',
      },
      note: `${ORDERS} orders, each paid ${AT_ONCE} times at once`,
    },
  ]
  process.stdout.write(`${resultText({ title: 'One order paid ten times at once', figures }, values.json)}\n`)
} finally {
  await shop.stop()
  await rm(dataDir, { recursive: true, force: true })
}
