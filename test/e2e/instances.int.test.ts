import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { EventStoreDBClient } from '@eventstore/db-client'
import { expect } from 'chai'
import { ORDER_GROUP } from '../../processes/index.ts'
import { openShop, type TestShop } from '../../processes/testing/shop.ts'
import { eventually } from '../support/eventually.ts'

const ORDERS = 150
const SKUS = 10
/** Of a group that the test makes; one that is there already has its own. */
const MESSAGE_TIMEOUT_MS = 2_000
/** What a machine with other things to do may take longer. */
const MARGIN_MS = 8_000

interface Instance {
  readonly process: ChildProcess
  readonly paying: ReadonlySet<string>
  readonly settled: ReadonlySet<string>
}

const startInstance = ({ servers }: TestShop): Instance => {
  const script = fileURLToPath(new URL('process-instance.ts', import.meta.url))
  const args = ['--import', 'tsx', script, servers.eventStore, servers.database, String(MESSAGE_TIMEOUT_MS)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = { paying: new Set<string>(), settled: new Set<string>() }
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [what, orderId] = line.split(' ')
    if (orderId !== undefined && (what === 'paying' || what === 'settled')) said[what].add(orderId)
  })
  return { process: child, ...said }
}

const end = async ({ process: child }: Instance, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.kill(signal)
  await closed
}

describe('three instances of the process managers, one of them killed under load', function () {
  this.timeout(60_000)
  let shop: TestShop
  let admin: EventStoreDBClient
  let instances: Instance[] = []

  before(async () => {
    shop = await openShop()
    admin = EventStoreDBClient.connectionString(shop.servers.eventStore)
    instances = [startInstance(shop), startInstance(shop), startInstance(shop)]
  })
  after(async () => {
    await Promise.all(instances.map((instance) => end(instance, 'SIGTERM')))
    await admin.dispose()
    await shop.stop()
  })

  it('share the work; what the dead one had in hand is taken up within the message time-out, each effect once', async () => {
    const skus = await Promise.all(Array.from({ length: SKUS }, () => shop.stock(ORDERS)))
    const { settings } = await eventually(
      async () => {
        const info = await admin.getPersistentSubscriptionToAllInfo(ORDER_GROUP)
        return info.connections.length === 3 && info
      },
      { withinMs: 30_000 },
    )
    const [victim, ...survivors] = instances
    if (victim === undefined) throw new Error('There is no instance')

    const placing = Promise.all(
      Array.from({ length: ORDERS }, (_, index) => shop.place([skus[index % SKUS] ?? ''], 'sim_slow')),
    )
    // in the middle: it has done its share, and is about to be given money
    const open = (): string[] => [...victim.paying].filter((orderId) => !victim.settled.has(orderId))
    await eventually(() => victim.settled.size >= 5 && open().length >= 3, { withinMs: 30_000 })
    await end(victim, 'SIGKILL')
    // by now all that it ever said was heard
    const inHand = open()
    expect(inHand).not.to.deep.equal([])
    const orderIds = await placing
    const doneBefore = new Set(instances.flatMap(({ settled }) => [...settled])).size
    expect(doneBefore).to.be.lessThan(ORDERS)

    const orders = await Promise.all(orderIds.map((orderId) => shop.settled(orderId)))
    expect(new Set(orders.map(({ status }) => status))).to.deep.equal(new Set(['paid']))
    for (const orderId of orderIds) {
      const effects = (await shop.ledger.effects(orderId)).map(({ kind }) => kind)
      expect(effects, orderId).to.deep.equal(['authorize', 'capture'])
    }
    for (const sku of skus) {
      const sold = ORDERS / SKUS
      expect(await shop.item(sku)).to.include({ available: ORDERS - sold, reserved: 0 })
    }

    // nothing stood still for longer
    const longest = Math.max(...(await Promise.all(orderIds.map((orderId) => longestPause(shop, orderId)))))
    expect(longest).to.be.at.most(settings.messageTimeout + MARGIN_MS)
    // the survivors have taken up what was in hand, and all three had a share
    await eventually(() => inHand.every((id) => survivors.some(({ settled }) => settled.has(id))))
    for (const { settled } of instances) expect(settled.size).to.be.greaterThan(0)
  })
})

/** Milliseconds between two events of an order, its payment included. */
const longestPause = async ({ store }: TestShop, orderId: string): Promise<number> => {
  const slices = await Promise.all(
    [`order-${orderId}`, `payment-${orderId}`].map((id) => store.readStream(id)),
  )
  const times = slices
    .flatMap(({ events }) => events.map(({ created }) => created.getTime()))
    .toSorted((a, b) => a - b)
  return Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? time)))
}
