import { dirname } from 'node:path'
import { expect } from 'chai'
import { startStripeServer, type StripeServer } from '../../gateways/payments/testing/stripe-server.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryDataDir } from '../support/orderstream.ts'
import { processTree, startShop, type RunningShop } from '../support/running-shop.ts'
import { startRedis, type TestServer } from '../support/servers.ts'
import { startTcpGate, type TcpGate } from '../support/tcp-gate.ts'
import { dataOf, type OrderView, type StockView } from './client.ts'
import { shippingAddress, signedIn, type Shopper } from './shopper.ts'
import { commandOf } from '../support/processes.ts'

/** How long each of them is away. `OUTAGE_SECONDS=60` is the long form, which also tells its figures. */
const AWAY_SECONDS = Number(process.env['OUTAGE_SECONDS'] ?? 3)
const IS_LONG = process.env['OUTAGE_SECONDS'] !== undefined
const AWAY_MS = AWAY_SECONDS * 1_000
/** An order each so many milliseconds, all the time. */
const EVERY_MS = 200
/** What all has to be caught up within once it is back; only the long form, on a machine with nothing else to do, holds it to that. */
const CAUGHT_UP_MS = IS_LONG ? 30_000 : 60_000
/** Whoever waits longer than this has got no answer. */
const PATIENCE_MS = 40_000

interface Attempt {
  readonly key: string
  /** undefined: no answer. */
  readonly status: number | undefined
  readonly id: string | undefined
  readonly tookMs: number
}

/** Ids of the processes of a running shop in whose command line `what` is, with all that they have started. */
const processesOf = (shop: RunningShop, what: RegExp): number[] =>
  processTree(shop.pid)
    .filter((pid) => what.test(commandOf(pid)))
    .flatMap((pid) => processTree(pid))

/** They neither run nor end: whoever speaks to them gets no answer. */
const freeze = (pids: readonly number[]): (() => void) => {
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  return () => {
    for (const pid of pids) process.kill(pid, 'SIGCONT')
  }
}

/**
 * Whoever looks after hundreds of orders all at once keeps shop and provider so busy that payments are late, and what is measured is
 * that.
 */
const fewAtOnce = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = []
  const left = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  return results
}

describe(`something that the shop stands on is away for ${AWAY_SECONDS} s, under load`, function () {
  this.timeout(60_000 + 2 * AWAY_MS + 2 * CAUGHT_UP_MS)
  let stripe: StripeServer
  let stripeGate: TcpGate
  let redis: TestServer | undefined
  let redisGate: TcpGate | undefined
  let data: Awaited<ReturnType<typeof temporaryDataDir>>
  let shop: RunningShop
  let customer: Shopper
  let admin: Shopper
  let product: { readonly id: string; readonly sku: string }

  before(async () => {
    stripe = await startStripeServer()
    stripeGate = await startTcpGate(stripe.api.port)
    redis = await startRedis()
    if (redis !== undefined) redisGate = await startTcpGate(Number(new URL(redis.url).port))
    data = await temporaryDataDir()
    shop = await startShop(dirname(data.path), {
      PAYMENT_PROVIDERS: 'stripe,wallet',
      STRIPE_SECRET_KEY: stripe.secretKey,
      STRIPE_WEBHOOK_SECRET: 'whsec_for_tests_only',
      STRIPE_API_URL: `http://127.0.0.1:${stripeGate.port}`,
      ...(redisGate && { REDIS_URL: `redis://127.0.0.1:${redisGate.port}` }),
    })
    customer = await signedIn(shop.url, 'customer@demo.test')
    admin = await signedIn(shop.url, 'admin@demo.test')
    const { items } = dataOf(
      await admin.api.GET('/api/v1/products', { params: { query: { limit: 1, inStock: 'true' } } }),
    )
    const [first] = items
    if (first === undefined) throw new Error('The demo shop is empty')
    product = first
    const body = { quantity: 10_000, reference: 'for the test' }
    dataOf(await admin.api.POST('/api/v1/inventory/{sku}/receive', { params: ofProduct(), body }))
    await eventually(async () => (await stock()).onHand >= body.quantity)
  })

  after(async () => {
    await shop.stop()
    await Promise.all([stripeGate.stop(), redisGate?.stop()])
    await Promise.all([stripe.stop(), redis?.stop(), data.remove()])
  })

  const ofProduct = () => ({ path: { sku: product.sku } })
  const stock = async (): Promise<StockView> =>
    dataOf(await admin.api.GET('/api/v1/inventory/{sku}', { params: ofProduct() }))

  const place = async (key: string): Promise<Attempt> => {
    const begun = performance.now()
    const attempt = (status?: number, id?: string): Attempt => ({
      ...{ key, status, id, tookMs: Math.round(performance.now() - begun) },
    })
    try {
      const { response, data } = await customer.api.POST('/api/v1/orders', {
        params: { header: { 'Idempotency-Key': key } },
        body: {
          ...{ items: [{ productId: product.id, quantity: 1 }], shippingAddress },
          paymentMethodId: 'pm_card_visa',
        },
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      return attempt(response.status, data?.id)
    } catch {
      return attempt()
    }
  }

  const away: Readonly<Record<string, () => (() => void) | undefined>> = {
    'the event store': () => freeze(processesOf(shop, /eventstore-node/)),
    Postgres: () => freeze(processesOf(shop, /bin\/postgres -D/)),
    'the payment provider': () => {
      stripeGate.close()
      return stripeGate.open
    },
    Redis: () => {
      redisGate?.close()
      return redisGate?.open
    },
  }
  for (const [name, takeAway] of Object.entries(away)) {
    it(`${name}: answers are errors or 202, and all is caught up soon after its return`, async function () {
      if (name === 'Redis' && redis === undefined) return this.skip()
      const before = await stock()
      const attempts: Promise<Attempt>[] = []
      const load = setInterval(() => {
        attempts.push(place(`${name.replaceAll(' ', '-')}-${attempts.length}`))
      }, EVERY_MS)
      const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
      let bringBack: (() => void) | undefined
      try {
        // load before, meanwhile and after: it is what is tested, not a wait for something
        await pause(AWAY_MS / 3)
        bringBack = takeAway()
        await pause(AWAY_MS)
      } finally {
        bringBack?.()
      }
      const backAt = performance.now()
      await pause(AWAY_MS / 3)
      clearInterval(load)
      const answered = await Promise.all(attempts)
      const isTaken = ({ status }: Attempt): boolean => status === 202 || status === 201
      for (const { key, status } of answered) {
        expect(
          status === undefined || isTaken({ status } as Attempt) || status >= 429,
          `${key}: ${status}`,
        ).to.equal(true)
      }

      // whoever got no order asks again with the same key, and all of them are paid
      const known = await fewAtOnce(answered, async ({ key, id }) => {
        const again = await eventually(
          async () => {
            const answer = await place(key)
            return answer.status !== undefined && answer.status < 300 && answer.id
          },
          { withinMs: CAUGHT_UP_MS },
        )
        // an order that was acknowledged is the one that is there
        if (id !== undefined && answered.some((each) => each.id === id && isTaken(each)))
          expect(again).to.equal(id)
        return again
      })
      const orders = await fewAtOnce(known, async (id): Promise<[string, OrderView]> => [
        id,
        await customer.until(id, 'paid', 'cancelled', 'expired'),
      ])
      const caughtUpMs = Math.round(performance.now() - backAt)
      expect(new Set(orders.map(([id]) => id)).size).to.equal(answered.length)
      expect(new Set(orders.map(([, { status }]) => status))).to.deep.equal(new Set(['paid']))
      for (const [id] of orders) {
        const intents = [...stripe.books.intents.values()].filter(
          ({ metadata }) => metadata['paymentId'] === id,
        )
        expect(
          intents.filter(({ status }) => status === 'succeeded'),
          id,
        ).to.have.length(1)
      }
      const left = before.onHand - orders.length
      await admin.untilStock(product.sku, left)
      expect(caughtUpMs, 'milliseconds until all was caught up').to.be.at.most(CAUGHT_UP_MS)

      const counts = answered.map(({ status }) => String(status ?? 'no answer'))
      const slowest = Math.max(...answered.map(({ tookMs }) => tookMs))
      const tally = [...new Set(counts)]
        .sort()
        .map((one) => `${counts.filter((each) => each === one).length} × ${one}`)
      if (IS_LONG) {
        process.stdout.write(
          `\n${name} away for ${AWAY_SECONDS} s: ${answered.length} orders wanted, answered ${tally.join(', ')}; ` +
            `slowest answer ${slowest} ms; all paid ${caughtUpMs} ms after its return\n`,
        )
      }
    })
  }
})
