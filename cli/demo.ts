import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs, styleText } from 'node:util'

// A client of the API and nothing else: what it does, any shop front can do.

const USAGE = `Usage: npm run demo [-- --url http://127.0.0.1:3000]

Signs in to a running Orderstream as a demo customer and places three orders: one that is paid,
one for more than there is, and one whose card is declined.
`

const CUSTOMER = { email: 'customer@demo.test', password: 'orderstream-demo' }

const SHIPPING_ADDRESS = {
  name: 'Casey Customer',
  line1: 'Invalidenstraße 116',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
}

/** How long an order may take to settle, in milliseconds. */
const PATIENCE_MS = 20_000

interface Money {
  readonly amount: number
  readonly currency: string
}
interface Product {
  readonly id: string
  readonly sku: string
  readonly name: string
  readonly price: Money
  readonly available: number
}
interface Progress {
  readonly status: string
  readonly history: readonly { readonly status: string; readonly at: string }[]
}
interface Order extends Progress {
  readonly id: string
  readonly totals: { readonly total: Money }
  readonly cancellation: {
    readonly reason: string
    readonly shortfalls: readonly {
      readonly sku: string
      readonly requested: number
      readonly available: number
    }[]
  } | null
}
interface AuditedEvent {
  readonly type: string
  readonly stream: string
  readonly revision: string
  readonly position: string
}
interface Stock {
  readonly onHand: number
  readonly reserved: number
  readonly available: number
}

/** The demo can't go on. The message is one sentence for the person who started it. */
class DemoError extends Error {
  override readonly name = 'DemoError'
}

/** The API said no. */
class RefusedError extends DemoError {
  readonly status: number

  constructor(what: string, status: number, reason: string) {
    super(`${what} was answered with ${status}: ${reason}.`)
    this.status = status
  }
}

const isColourful = process.stdout.isTTY && !process.env['NO_COLOR']
const style = (format: Parameters<typeof styleText>[0], text: string): string =>
  isColourful ? styleText(format, text) : text

const print = (text = ''): void => {
  process.stdout.write(`${text}\n`)
}
const heading = (text: string): void => {
  print(`\n${style('bold', text)}`)
}

interface Api {
  get<Body>(path: string, headers?: Record<string, string>): Promise<Body>
  post<Body>(path: string, body: object, headers?: Record<string, string>): Promise<Body>
}

/** @throws DemoError where the API is not there, or says no */
const apiAt = (url: string, token?: string): Api => {
  const send = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<unknown> => {
    const request = {
      method,
      headers: {
        ...headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }
    const answer = await fetch(`${url}/api/v1${path}`, request).catch((cause: unknown) => {
      throw new DemoError(`Nothing answers at ${url}: start it with "npm start" in another terminal.`, {
        cause,
      })
    })
    const json: unknown = await answer.json().catch((cause: unknown) => {
      throw new DemoError(`What answers at ${url} is not Orderstream: give its address with --url.`, {
        cause,
      })
    })
    if (answer.ok) return json
    const { title, detail } = json as { title?: string; detail?: string }
    throw new RefusedError(`${method} ${path}`, answer.status, detail ?? title ?? 'no reason given')
  }
  // what comes back has the shape that the published document says
  return {
    get: async <Body>(path: string, headers = {}) => (await send('GET', path, headers)) as Body,
    post: async <Body>(path: string, body: object, headers = {}) =>
      (await send('POST', path, headers, body)) as Body,
  }
}

const money = ({ amount, currency }: Money): string =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(amount / 100)

const place = async (
  api: Api,
  product: Product,
  quantity: number,
  paymentMethodId: string,
): Promise<Order> => {
  const items = [{ productId: product.id, quantity }]
  const body = { items, shippingAddress: SHIPPING_ADDRESS, paymentMethodId }
  const placed = await api.post<Order>('/orders', body, { 'idempotency-key': randomUUID() })
  print(
    `  ${quantity} × ${product.name}, ${money(placed.totals.total)} with shipping and tax, by ${paymentMethodId}`,
  )
  return placed
}

const SETTLED: ReadonlySet<string> = new Set(['paid', 'cancelled', 'expired'])

/** Prints each status as it comes, with the time since the order was placed. @throws DemoError where it takes too long */
const watch = async (api: Api, { id }: Order): Promise<void> => {
  const deadline = performance.now() + PATIENCE_MS
  let shown = 0
  while (performance.now() < deadline) {
    const { status, history } = await api.get<Progress>(`/orders/${id}/status`)
    for (const step of history.slice(shown)) {
      const ms = Date.parse(step.at) - Date.parse(history[0]?.at ?? step.at)
      print(`  ${style('dim', `${String(ms).padStart(5)} ms`)}  ${colour(step.status)}`)
    }
    shown = history.length
    if (SETTLED.has(status)) return
    await delay(25)
  }
  throw new DemoError(`The order ${id} has not settled within ${PATIENCE_MS / 1000} s.`)
}

const colour = (status: string): string =>
  style(status === 'paid' ? 'green' : status === 'cancelled' ? 'yellow' : 'cyan', status)

/** The audit trail; `$all` position of its last event. */
const trail = async (
  api: Api,
  { id }: Order,
): Promise<{ items: readonly AuditedEvent[]; position: string }> => {
  const { items } = await api.get<{ items: AuditedEvent[] }>(`/orders/${id}/events`)
  return { items, position: items.at(-1)?.position ?? '0/0' }
}

/** Stock as it is once everything up to `position` has been taken into account. */
const stock = (api: Api, { sku }: Product, position: string): Promise<Stock> =>
  api.get<Stock>(`/inventory/${sku}`, { 'if-position-reached': position })

const showStock = (when: string, { onHand, reserved, available }: Stock): void => {
  print(`  ${style('dim', when.padEnd(7))} ${onHand} on hand, ${reserved} reserved, ${available} available`)
}

const signIn = async (url: string): Promise<Api> => {
  const { accessToken } = await apiAt(url)
    .post<{ accessToken: string }>('/auth/login', CUSTOMER)
    .catch((cause: unknown) => {
      if (!(cause instanceof RefusedError) || cause.status !== 401) throw cause
      throw new DemoError(
        `${CUSTOMER.email} can't sign in at ${url}: demo accounts exist on the embedded default only.`,
        {
          cause,
        },
      )
    })
  return apiAt(url, accessToken)
}

const demo = async (url: string): Promise<void> => {
  const api = await signIn(url)
  print(`Signed in to ${url} as ${CUSTOMER.email}`)

  heading('What there is')
  const { items: products } = await api.get<{ items: Product[] }>('/products?limit=100')
  for (const { name, price, available } of products.slice(0, 6)) {
    print(`  ${name.padEnd(34)} ${money(price).padStart(10)} ${style('dim', `${available} in stock`)}`)
  }
  if (products.length > 6) print(style('dim', `  … and ${products.length - 6} more`))
  const [product] = products
    .filter(({ available }) => available >= 2)
    .sort((a, b) => a.available - b.available)
  if (product === undefined) throw new DemoError('Everything is sold out: start over with a new DATA_DIR.')

  heading('An order')
  const paid = await place(api, product, 1, 'sim_approve')
  await watch(api, paid)

  heading('What the event store knows of it')
  const events = await trail(api, paid)
  for (const { type, stream, revision } of events.items) {
    print(`  ${type.padEnd(20)} ${style('dim', `${stream}@${revision}`)}`)
  }

  heading('An order for more than there is')
  const before = await stock(api, product, events.position)
  const tooMuch = await place(api, product, before.available + 1, 'sim_approve')
  await watch(api, tooMuch)
  const { cancellation } = await api.get<Order>(`/orders/${tooMuch.id}`)
  for (const { sku, requested, available } of cancellation?.shortfalls ?? []) {
    print(`  ${cancellation?.reason ?? ''}: ${requested} of ${sku} were asked for, ${available} were there`)
  }

  heading('An order whose card is declined')
  showStock('before', await stock(api, product, (await trail(api, tooMuch)).position))
  const declined = await place(api, product, 1, 'sim_decline')
  await watch(api, declined)
  showStock('after', await stock(api, product, (await trail(api, declined)).position))
  print(`\nAll of it again, event by event: ${url}/docs`)
}

const urlFrom = (args: readonly string[], { HOST, PORT }: NodeJS.ProcessEnv): string => {
  const { values } = parseArgs({ args: [...args], options: { url: { type: 'string' } } })
  const listening = HOST === '0.0.0.0' || HOST === '::' ? undefined : HOST
  const url = values.url ?? `http://${listening || '127.0.0.1'}:${PORT || '3000'}`
  if (URL.canParse(url)) return url.replace(/\/+$/, '')
  throw new DemoError(`--url is ${url}, but it has to be an address such as http://127.0.0.1:3000.`)
}

// whoever has read enough closes the pipe
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const main = async (): Promise<void> => {
  const args = process.argv.slice(2)
  if (args.includes('--help')) process.stdout.write(USAGE)
  else await demo(urlFrom(args, process.env))
}

try {
  await main()
} catch (error) {
  const isUsage =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  if (!(error instanceof DemoError) && !isUsage) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
