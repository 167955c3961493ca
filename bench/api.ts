import { fork } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startShop } from '../test/support/running-shop.ts'
import type { Fired, Volley } from './api/fire.ts'
import { lawsFigure } from './checkout/figures.ts'
import { runLoad } from './checkout/load.ts'
import { benchFolder } from './measure/bench-folder.ts'
import { resultText, type Figure } from './measure/result.ts'
import { customerId, orderId } from './projections/history.ts'
import { percentile } from './projections/percentile.ts'
import { writeHistory } from './projections/write-history.ts'

// How long the API takes for what is asked most, in a shop with many orders. The requests come from a process of their own; everything
// runs on this one machine. With --data DIR the shop is made there once, and used again the next time: making it takes minutes.

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '4' },
    /** POST /orders a second: half of the 200 that are to be held. */
    rate: { type: 'string', default: '100' },
    /** Seconds in which they come before it is measured how long they take. */
    'warm-up': { type: 'string', default: '15' },
    data: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const ORDERS = Number(values.orders)
const PASSWORD = 'orderstream-demo'

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

const call = async (url: string, method: string, token?: string, body?: object): Promise<Answer> => {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

const itemsOf = ({ body }: Answer): readonly Record<string, string>[] =>
  body['items'] as readonly Record<string, string>[]

const measure = async (api: string): Promise<Figure[]> => {
  const gun = fork('bench/api/fire.ts', [], { execArgv: ['--import', 'tsx'] })
  await once(gun, 'message')
  const signIn = async (email: string): Promise<string> => {
    const { status, body } = await call(`${api}/auth/login`, 'POST', undefined, { email, password: PASSWORD })
    if (status !== 200) throw new Error(`${email} could not sign in: ${status}`)
    return String(body['accessToken'])
  }
  const [admin, customer] = [await signIn('admin@demo.test'), await signIn('customer@demo.test')]

  // the last order is the last that the read models come to
  const last = `${api}/orders/${orderId(ORDERS - 1)}/status`
  while ((await call(last, 'GET', admin)).body['status'] !== 'paid') await delay(500)

  const products = itemsOf(await call(`${api}/products?limit=20`, 'GET'))
  for (const { sku } of products) {
    const delivery = { quantity: 100_000, reference: 'for the benchmark' }
    await call(`${api}/inventory/${sku}/receive`, 'POST', admin, delivery)
  }
  await call(`${api}/cart`, 'DELETE', customer).catch(() => undefined)
  await call(`${api}/cart/items`, 'POST', customer, { productId: products[0]?.['id'], quantity: 2 })

  const orderPaths = Array.from(
    { length: 2_000 },
    () => `/api/v1/orders/${orderId(Math.floor(Math.random() * ORDERS))}`,
  )
  const page = itemsOf(await call(`${api}/orders?limit=1`, 'GET', admin))
  if (page.length === 0) throw new Error('There are no orders to ask for')
  const as = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })
  const volley = (name: string, paths: readonly string[], headers: Record<string, string>): Volley => ({
    ...{ name, paths, headers, url: new URL(api).origin },
    ...{ connections: Number(values.connections), seconds: Number(values.seconds) },
  })
  const shots: readonly { readonly volley: Volley; readonly status: number; readonly bar?: Figure['bar'] }[] =
    [
      { volley: volley('one order', orderPaths, as(admin)), status: 200, bar: { below: 10 } },
      {
        volley: volley('a page of 20 orders', ['/api/v1/orders?limit=20'], as(admin)),
        ...{ status: 200, bar: { below: 25 } },
      },
      {
        volley: volley(
          'a page of paid orders, by customer',
          Array.from(
            { length: 500 },
            (_, n) => `/api/v1/orders?limit=20&status=paid&customerId=${customerId(n)}`,
          ),
          as(admin),
        ),
        ...{ status: 200, bar: { below: 25 } },
      },
      {
        volley: volley(
          'one product',
          products.map(({ id }) => `/api/v1/products/${id}`),
          {},
        ),
        status: 200,
      },
      {
        volley: volley(
          'a search',
          ['coffee', 'grind', 'kettel', 'mug'].map((q) => `/api/v1/products?q=${q}`),
          {},
        ),
        status: 200,
      },
      { volley: volley('a cart', ['/api/v1/cart'], as(customer)), status: 200 },
    ]
  const figures: Figure[] = []
  const tell = (
    name: string,
    times: readonly number[],
    seconds: number,
    note: string,
    bar?: Figure['bar'],
  ): void => {
    const ms = (percent: number, limit?: Figure['bar']): Figure => ({
      ...{ name: `${name}, p${percent}`, value: percentile(times, percent), unit: 'ms' },
      ...(limit && { bar: limit }),
    })
    figures.push(ms(50), ms(95, bar), ms(99))
    figures.push({ name: `${name}, rate`, value: times.length / seconds, unit: '/s', note })
  }
  // one after another: more at once for one account are refused, as guesses of its password would be
  const signInTimes: number[] = []
  const began = performance.now()
  while (performance.now() - began < Number(values.seconds) * 1_000) {
    const at = performance.now()
    await signIn('customer@demo.test')
    signInTimes.push(performance.now() - at)
  }
  tell('sign-in', signInTimes, (performance.now() - began) / 1_000, 'one after another')
  try {
    for (const { volley: shot, status, bar } of shots) {
      // what nobody has asked for yet is not what is measured
      await fired(gun, { ...shot, seconds: 1 })
      const { times, seconds, statuses } = await fired(gun, shot)
      const others = Object.entries(statuses).filter(([each]) => each !== String(status))
      if (others.length > 0 || times.length === 0) {
        throw new Error(`${shot.name}: ${status} was expected, and ${JSON.stringify(statuses)} came`)
      }
      const note = `${times.length.toLocaleString('en')} requests over ${shot.connections} connections`
      tell(shot.name, times, seconds, note, bar)
    }
  } finally {
    gun.kill()
  }
  return [...figures, ...(await placing(new URL(api).origin))]
}

/** By the driver of `npm run load`: orders come at random, and autocannon sends those of a second at its beginning. */
const placing = async (origin: string): Promise<Figure[]> => {
  const { measured, findings } = await runLoad(origin, [
    ...['--rate', values.rate, '--duration', `${values.seconds}s`, '--warm-up', `${values['warm-up']}s`],
    ...['--lines', '1-1', '--mix', 'paid=100'],
  ]).result
  const { p50, p95, p99 } = measured.accepted
  const name = `POST /orders at ${values.rate}/s`
  return [
    { name: `${name}, p50`, value: p50, unit: 'ms' },
    { name: `${name}, p95`, value: p95, unit: 'ms', bar: { below: 50 } },
    { name: `${name}, p99`, value: p99, unit: 'ms' },
    lawsFigure(findings),
  ]
}

const fired = async (gun: ReturnType<typeof fork>, volley: Volley): Promise<Fired> => {
  gun.send(volley)
  const [result] = (await once(gun, 'message')) as [Fired]
  return result
}

const dataDir = values.data === undefined ? await benchFolder() : resolve(values.data)
try {
  const marker = join(dataDir, `history-of-${ORDERS}`)
  if (!(await exists(marker))) {
    if (await exists(join(dataDir, 'eventstore'))) throw new Error(`${dataDir} holds another shop`)
    await mkdir(dataDir, { recursive: true })
    await writeHistory(dataDir, 0, ORDERS)
    await writeFile(marker, '')
  }
  const shop = await startShop(dataDir)
  try {
    const title = `The API, with ${ORDERS.toLocaleString('en')} orders in the shop`
    process.stdout.write(`${resultText({ title, figures: await measure(shop.url) }, values.json)}\n`)
  } finally {
    await shop.stop()
  }
} finally {
  if (values.data === undefined) await rm(dataDir, { recursive: true, force: true })
}
