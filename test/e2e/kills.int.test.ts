import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import type { Kind } from '../../cli/load/arguments.ts'
import { checkLaws, readStocks } from '../../cli/load/check.ts'
import type { Placed } from '../../cli/load/drive.ts'
import { connectShop, type Session, type ShopClient } from '../../cli/load/shop-client.ts'
import { seededRandom } from '../../platform/seeded-random.ts'
import { eventually } from '../support/eventually.ts'
import { isRunning } from '../support/processes.ts'
import { startShop, type RunningShop } from '../support/running-shop.ts'
import { freePort } from '../support/servers.ts'
import { VICTIMS, victimsIn } from '../support/victims.ts'
import { shippingAddress } from './shopper.ts'
import { runProgram } from '../support/program.ts'

/** The long form: `KILLS=200 npx mocha test/e2e/kills.int.test.ts`; `KILLS_SEED=2` kills at other instants. */
const KILLS = Number(process.env['KILLS'] ?? VICTIMS.length)
const SEED = Number(process.env['KILLS_SEED'] ?? 1)
const BUYERS = 6
/** How long a victim lives at most once orders come in. */
const LONGEST_LIFE_MS = 1_500
/** For a start, and what it has to make up for, on a machine with other things to do. */
const PATIENCE = { withinMs: 60_000 }

const KINDS: readonly Kind[] = ['paid', 'paid', 'declined', 'paid', 'cancelled']

/** What a shopper does whom nobody answers, or whom the shop asks to come again: the same once more, under the same key. */
const untilAnswered = <Body>(ask: () => ReturnType<Session['post']>): Promise<Body> =>
  eventually(async () => {
    const { status, body } = await ask()
    if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`)
    return body as Body
  }, PATIENCE)

describe(`a process of the whole program is killed while orders come in, ${KILLS} times`, function () {
  this.timeout((KILLS * 30 + 180) * 1_000)
  let dataDir: string
  let env: Readonly<Record<string, string>>
  let shop: RunningShop
  let client: ShopClient

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'orderstream-kills-'))
    const [api, node, postgres] = await Promise.all([freePort(), freePort(), freePort()])
    env = { PORT: String(api), EVENTSTORE_PORT: String(node), POSTGRES_PORT: String(postgres) }
    shop = await startShop(dataDir, env)
    client = connectShop([new URL(shop.url).origin])
  })
  after(async () => {
    await client.close()
    await shop.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  const place = async (customer: Session, kind: Kind, productId: string, key: string): Promise<Placed> => {
    const paymentMethodId = kind === 'declined' ? 'sim_decline' : 'sim_approve'
    const wish = { items: [{ productId, quantity: 1 }], shippingAddress, paymentMethodId }
    const { id } = await untilAnswered<{ id: string }>(() =>
      customer.post('/orders', wish, { 'idempotency-key': key }),
    )
    if (kind === 'cancelled')
      await untilAnswered(() =>
        customer.post(`/orders/${id}/cancel`, {}, { 'idempotency-key': `${key}-cancel` }),
      )
    return { id, kind }
  }

  it('loses no order that was acknowledged, charges nobody twice, oversells nothing; its books are right', async () => {
    const random = seededRandom(SEED)
    const customer = await client.signIn('customer@demo.test', 'orderstream-demo')
    const staff = await client.signIn('admin@demo.test', 'orderstream-demo')
    const { body: catalogue } = await staff.get<{ items: { id: string; sku: string }[] }>('/products')
    const products = catalogue.items.slice(0, 5)
    // whatever is ordered has to be there: an order that falls short is none that can be cancelled
    const skus = products.map(({ sku }) => sku)
    const wished = { quantity: 1_000 * KILLS, reference: 'kills' }
    for (const sku of skus)
      await untilAnswered(() =>
        staff.post(`/inventory/${sku}/receive`, wished, { 'idempotency-key': `${sku}-receive` }),
      )
    const before = await eventually(async () => {
      const stocks = await readStocks(staff, skus)
      return [...stocks.values()].every(({ onHand }) => onHand >= wished.quantity) && stocks
    }, PATIENCE)
    const from = new Date()

    const placed: Placed[] = []
    let isOpen = true
    const buy = async (buyer: number): Promise<void> => {
      for (let number = 0; isOpen; number += 1) {
        const kind = KINDS[number % KINDS.length] ?? 'paid'
        const product = products[(buyer + number) % products.length]?.id ?? ''
        placed.push(await place(customer, kind, product, `buyer-${buyer}-${number}`))
      }
    }
    const buyers = Promise.all(Array.from({ length: BUYERS }, (_, buyer) => buy(buyer)))

    for (let kill = 0; kill < KILLS; kill += 1) {
      const acknowledged = placed.length
      await eventually(() => placed.length > acknowledged + BUYERS, PATIENCE)
      // an instant that nothing in the program decides
      await delay(random() * LONGEST_LIFE_MS)
      const kind = VICTIMS[kill % VICTIMS.length] ?? 'Postgres'
      const victims = victimsIn(shop.pid, kind)
      const victim = victims[Math.floor(random() * victims.length)]
      if (victim === undefined) throw new Error(`There is no process that is ${kind}`)
      for (const one of kind === 'all of them' ? victims : [victim])
        if (isRunning(one)) process.kill(one, 'SIGKILL')
      // Postgres sees to its own backends; the end of any other process is the end of all, and somebody starts the program again
      if (kind === 'a backend of Postgres') continue
      await eventually(() => !isRunning(shop.pid), PATIENCE).catch((cause: unknown) => {
        throw new Error(`It did not end when ${kind} was killed (kill ${kill}):\n${shop.output()}`, { cause })
      })
      shop = await startShop(dataDir, env)
    }
    isOpen = false
    await buyers

    expect(new Set(placed.map(({ id }) => id)).size, 'orders').to.equal(placed.length)
    const { broken, ended } = await checkLaws({ staff, placed, before, from, to: new Date() })
    expect(broken, JSON.stringify(ended)).to.deep.equal([])
    const servers = { ESDB_URL: '', DATABASE_URL: '', ...env, DATA_DIR: dataDir }
    const { code, output, errors } = await runProgram('cli/audit.ts', ['verify'], servers)
    expect(code, `${output}${errors}`).to.equal(0)
    // an order that nobody knows of would be one that was made twice
    expect(output).to.match(new RegExp(`: ${placed.length.toLocaleString('en')} orders, `))
  })
})
