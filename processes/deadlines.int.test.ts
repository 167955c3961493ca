import { expect } from 'chai'
import { pino } from 'pino'
import { moveOrder, type OrderMove } from '../commands/move-order.ts'
import type { CommandContext } from '../commands/context.ts'
import { eventually } from '../test/support/eventually.ts'
import { StoreUnavailableError } from '../eventstore/errors.ts'
import { carryOut, keepDeadlines, type Deadline, type DeadlineOutcome } from './deadlines.ts'
import { startProcesses } from './index.ts'
import { openShop, type TestShop } from './testing/shop.ts'

const minutes = (count: number): Date => new Date(Date.now() + count * 60_000)

const deadline = (orderId: string, kind: Deadline['kind']): Deadline => ({
  orderId,
  kind,
  causationId: 'event',
  correlationId: 'request',
})

const staff: CommandContext = {
  actor: { kind: 'staff', id: 's1' },
  correlationId: 'c',
  causationId: 'c',
  commandId: 'c',
}

describe('deadlines', () => {
  let shop: TestShop
  let processes: { readonly stop: () => Promise<void> }

  before(async () => {
    shop = await openShop()
    processes = startProcesses({ ...shop.instance(), store: shop.store, logger: pino({ level: 'silent' }) })
  })
  after(async () => {
    await processes.stop()
    await shop.stop()
  })

  const reservedOrder = async (sku: string): Promise<string> => {
    const orderId = await shop.place([sku], null)
    await eventually(async () => (await shop.order(orderId)).status === 'reserved')
    return orderId
  }

  const deliveredOrder = async (): Promise<string> => {
    const sku = await shop.stock(1)
    const orderId = await shop.place([sku])
    await shop.settled(orderId)
    const moves: OrderMove[] = [
      {
        type: 'DispatchShipment',
        orderId,
        shipmentId: 's1',
        carrier: 'Post',
        trackingNumber: 'T1',
        lines: [{ sku, quantity: 1 }],
      },
      { type: 'DeliverShipment', orderId, shipmentId: 's1' },
    ]
    for (const move of moves) {
      const outcome = await moveOrder(shop.instance(), move, {
        ...staff,
        commandId: `${orderId}/${move.type}`,
      })
      expect(outcome.accepted, move.type).to.equal(true)
    }
    return orderId
  }

  it('end an order that nobody has paid for, and give its stock back', async () => {
    const sku = await shop.stock(2)
    const orderId = await reservedOrder(sku)
    const late = shop.instance({ now: () => minutes(16) })
    await carryOut(late, deadline(orderId, 'payment'))
    await shop.closed(orderId)
    expect(await shop.order(orderId)).to.include({ status: 'expired', reason: 'expired' })
    expect(await shop.item(sku)).to.include({ available: 2, reserved: 0 })
    expect(await shop.types(`order-${orderId}`)).to.deep.equal([
      'OrderPlaced',
      'OrderReserved',
      'OrderCancellationStarted',
      'OrderExpired',
    ])
  })

  it('do nothing before their time', async () => {
    const orderId = await reservedOrder(await shop.stock(1))
    await carryOut(shop.instance({ now: () => minutes(14) }), deadline(orderId, 'payment'))
    expect(await shop.order(orderId)).to.include({ status: 'reserved', cancelling: null })
  })

  it('do nothing where they are out of date', async () => {
    const orderId = await shop.place([await shop.stock(1)])
    await shop.settled(orderId)
    const late = shop.instance({ now: () => minutes(60 * 24 * 30) })
    await carryOut(late, deadline(orderId, 'payment'))
    await carryOut(late, deadline(orderId, 'completion'))
    expect(await shop.types(`order-${orderId}`)).to.deep.equal(['OrderPlaced', 'OrderReserved', 'OrderPaid'])
  })

  it('complete an order that was delivered, once', async () => {
    const orderId = await deliveredOrder()
    for (let time = 1; time <= 2; time += 1) await carryOut(shop.instance(), deadline(orderId, 'completion'))
    expect((await shop.types(`order-${orderId}`)).slice(-3)).to.deep.equal([
      'ShipmentDispatched',
      'ShipmentDelivered',
      'OrderCompleted',
    ])
  })

  it('are kept all the time, also after a failure, until the instance stops', async () => {
    const [orderId, other] = [await reservedOrder(await shop.stock(1)), 'an order that can not be read']
    const stopping = new AbortController()
    const pauses: number[] = []
    const told: [string, DeadlineOutcome][] = []
    const written: string[] = []
    const answers = [
      () => Promise.reject(new Error('the database is away')),
      () => Promise.resolve([deadline(other, 'payment'), deadline(orderId, 'payment')]),
      () => Promise.resolve([deadline(orderId, 'payment')]),
      () => Promise.resolve([]),
    ]
    const late = shop.instance({ now: () => minutes(16) })
    await keepDeadlines(
      {
        ...late,
        handler: {
          handle: late.handler.handle,
          load: (aggregate, id, revision) =>
            id === other
              ? Promise.reject(new StoreUnavailableError('read', new Error('away')))
              : late.handler.load(aggregate, id, revision),
        },
        book: {
          take: () => answers.shift()?.() ?? Promise.resolve([]),
          strike: (done) => Promise.resolve(void written.push(`strike ${done.orderId}`)),
          release: (failed) => Promise.resolve(void written.push(`release ${failed.orderId}`)),
        },
        onDeadline: (one, outcome) => told.push([one.orderId, outcome]),
        logger: pino({ level: 'silent' }),
        sleep: (ms) => {
          pauses.push(ms)
          if (pauses.length === 4) stopping.abort()
          return Promise.resolve()
        },
      },
      stopping.signal,
    )
    expect(pauses).to.deep.equal([1_000, 1_000, 1_000, 1_000])
    expect(told).to.have.deep.members([
      [other, 'failed'],
      [orderId, 'kept'],
      [orderId, 'stale'],
    ])
    expect(written).to.have.members([`release ${other}`, `strike ${orderId}`, `strike ${orderId}`])
    await shop.closed(orderId)
    expect(await shop.order(orderId)).to.include({ status: 'expired' })
  })

  it('are taken at once where there are more than are taken at a time', async () => {
    const stopping = new AbortController()
    const steps: string[] = []
    const full = Array.from({ length: 100 }, (_, index) => deadline(`nobody-${index}`, 'payment'))
    await keepDeadlines(
      {
        ...shop.instance(),
        book: {
          take: (_now, limit) => {
            steps.push(`take ${limit}`)
            return Promise.resolve(steps.length === 1 ? full : [])
          },
          strike: () => Promise.resolve(),
          release: () => Promise.resolve(),
        },
        logger: pino({ level: 'silent' }),
        sleep: () => {
          steps.push('sleep')
          stopping.abort()
          return Promise.resolve()
        },
      },
      stopping.signal,
    )
    expect(steps).to.deep.equal(['take 100', 'take 100', 'sleep'])
  })
})
