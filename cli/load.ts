import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { DEMO_PASSWORD } from './demo-shop.ts'
import { readArguments, USAGE, type Arguments } from './load/arguments.ts'
import { checkLaws, readStocks } from './load/check.ts'
import { drive } from './load/drive.ts'
import { createMeters, type Meters } from './load/meters.ts'
import { report, type LoadResult } from './load/report.ts'
import { connectShop, type Session, type ShopClient, type StockView } from './load/shop-client.ts'
import { wishes } from './load/wishes.ts'
import { runProgram } from './start/program.ts'
import { StartError } from './start/start-error.ts'

interface Product {
  readonly id: string
  readonly sku: string
}

/** Of one product that an order may have at most, with room to spare. */
const MOST_OF_ONE = 3

const run = async (args: Arguments, shop: ShopClient, signal: AbortSignal): Promise<LoadResult> => {
  const { LOAD_CUSTOMER, LOAD_STAFF, LOAD_PASSWORD = DEMO_PASSWORD } = process.env
  const [first = '', ...more] = (LOAD_CUSTOMER ?? 'customer@demo.test').split(',')
  const customers: [Session, ...Session[]] = [await shop.signIn(first, LOAD_PASSWORD)]
  for (const email of more) customers.push(await shop.signIn(email, LOAD_PASSWORD))
  const staff = await shop.signIn(LOAD_STAFF ?? 'admin@demo.test', LOAD_PASSWORD)
  const [hot, ...others] = (await customers[0].get<{ items: Product[] }>('/products')).body.items
  if (hot === undefined) throw new StartError('The shop has no products.')
  const products = [hot, ...others]
  await stockUp(staff, products, args)
  const before = await readStocks(
    staff,
    products.map(({ sku }) => sku),
  )

  const drawn = wishes(args, [hot.id, ...others.map(({ id }) => id)])
  const warmedUp = await drive({
    ...{ customers, wishes: drawn, signal, forMs: args.warmUpMs },
    meters: createMeters(),
  })
  const meters = createMeters()
  const telling = tell(meters, args)
  const from = new Date()
  const placed = await drive({ customers, wishes: drawn, signal, forMs: args.durationMs, meters })
  telling.stop()
  const to = new Date(from.getTime() + args.durationMs)
  process.stderr.write('Looking at every order …\n')
  const findings = await checkLaws({ staff, placed: [...warmedUp, ...placed], before, from, to })
  return {
    asked: args,
    window: { from: from.getTime(), to: to.getTime() },
    measured: meters.read(),
    findings,
  }
}

/** Whatever is ordered has to be there: an order that falls short is another measurement. */
const stockUp = async (staff: Session, products: readonly Product[], args: Arguments): Promise<void> => {
  const orders = (args.rate * (args.durationMs + args.warmUpMs)) / 1_000
  const quantity = Math.ceil(orders * args.lines.most * MOST_OF_ONE) + 1_000
  const received = Math.min(quantity, 1_000_000)
  const skus = products.map(({ sku }) => sku)
  const before = await readStocks(staff, skus)
  for (const sku of skus) {
    const { status } = await staff.post(
      `/inventory/${sku}/receive`,
      { quantity: received, reference: 'load' },
      { 'idempotency-key': randomUUID() },
    )
    if (status >= 300) throw new StartError(`Stock of ${sku} could not be received: ${status}.`)
  }
  // commands are answered before read models show them, and what is there afterwards is held against what was there before
  for (const [sku, { onHand }] of before) {
    for (let isShown = false; !isShown;) {
      const { body } = await staff.get<StockView>(`/inventory/${sku}`)
      isShown = body.onHand >= onHand + received
      if (!isShown) await delay(20)
    }
  }
}

/** A line a second on a terminal, else one every ten seconds. */
const tell = (meters: Meters, { rate, durationMs }: Arguments): { readonly stop: () => void } => {
  const began = performance.now()
  const { isTTY } = process.stderr
  const timer = setInterval(
    () => {
      const { accepted, paid, ended, refused, mostWaiting } = meters.read()
      const seconds = (performance.now() - began) / 1_000
      const answered = accepted.count + paid.count + ended.count
      const failed = Object.values(refused).reduce((sum, count) => sum + count, 0)
      process.stderr.write(
        `${isTTY ? '\r\u001b[K' : ''}${seconds.toFixed(0)} of ${durationMs / 1_000} s: ${answered} of ${(rate * seconds).toFixed(0)} orders answered, ` +
          `202 in ${accepted.p95.toFixed(0)} ms (p95), paid in ${paid.p95.toFixed(0)} ms, ${failed} failed, ` +
          `${mostWaiting} waited at once${isTTY ? '' : '\n'}`,
      )
    },
    isTTY ? 1_000 : 10_000,
  )
  return {
    stop: () => {
      clearInterval(timer)
      if (isTTY) process.stderr.write('\n')
    },
  }
}

await runProgram(async (signal) => {
  const args = readArguments(process.argv.slice(2))
  if (args.help) {
    process.stdout.write(`${USAGE}\n`)
    return
  }
  const shop = connectShop(args.urls)
  try {
    const result = await run(args, shop, signal)
    process.stdout.write(args.json ? `${JSON.stringify(result)}\n` : `${report(result)}\n`)
    if (result.findings.broken.length > 0) throw new StartError('What has to hold does not hold.')
  } finally {
    await shop.close()
  }
})
