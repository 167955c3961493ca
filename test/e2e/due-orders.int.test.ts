import { expect } from 'chai'
import { pino } from 'pino'
import { cancelOrder } from '../../commands/cancel-order.ts'
import type { CommandContext } from '../../commands/context.ts'
import type { PlaceOrderDeps } from '../../commands/place-order.ts'
import { moveOrder, type OrderMove } from '../../commands/move-order.ts'
import { reportPayment } from '../../commands/report-payment.ts'
import type { PlacedOrder } from '../../domain/order/state.ts'
import { StoreUnavailableError } from '../../eventstore/errors.ts'
import { carryOut, keepDeadlines } from '../../processes/deadlines.ts'
import { createSimulator } from '../../gateways/payments/simulator.ts'
import { drive } from '../../processes/driver.ts'
import { orderProcess, wakeUps } from '../../processes/order-process.ts'
import { keepSweeping } from '../../processes/sweep.ts'
import {
  crashing,
  interleaved,
  unanswered,
  type Interruptible,
  type Moment,
} from '../../processes/testing/interruptions.ts'
import { openShop, type TestShop } from '../../processes/testing/shop.ts'
import { deadlinesProjection } from '../../projections/deadlines/projection.ts'
import { deadlineBook } from '../../projections/deadlines/queries.ts'
import { deadlinesTable } from '../../projections/deadlines/tables.ts'
import { startProjections } from '../../projections/index.ts'
import { viewOf } from '../../projections/read-schema.ts'
import { sagasProjection } from '../../projections/sagas/projection.ts'
import { standingOrders } from '../../projections/sagas/queries.ts'
import { sagasTable } from '../../projections/sagas/tables.ts'
import { eventually } from '../support/eventually.ts'

const logger = pino({ level: 'silent' })
const DAYS = 24 * 60
const MOMENTS: readonly Moment[] = ['before', 'after']
const calm: Pick<Interruptible, 'store' | 'provider' | 'pool'> = {
  ...{ store: (same) => same, provider: (same) => same, pool: (same) => same },
}
const outsider = (kind: 'customer' | 'staff' | 'service', commandId: string): CommandContext => ({
  ...{ actor: { kind, id: 'someone' }, correlationId: 'c', causationId: 'c', commandId },
})

describe('what looks for orders that are due, at each call that leaves its process', function () {
  this.timeout(120_000)
  let shop: TestShop
  let projections: { readonly stop: () => Promise<void> }

  before(async () => {
    shop = await openShop()
    projections = await startProjections({
      ...{ store: shop.store, pool: shop.pool, logger, projections: [deadlinesProjection, sagasProjection] },
    })
  })
  after(async () => {
    await projections.stop()
    await shop.stop()
  })

  type Through = Pick<Interruptible, 'store' | 'provider' | 'pool'>
  const instance = (minutes: number, through: Through = calm): PlaceOrderDeps => {
    const now = (): Date => new Date(Date.now() + minutes * 60_000)
    const provider = through.provider(createSimulator(shop.ledger, { clock: { now } }))
    return shop.instance({ now, store: through.store(shop.store), provider })
  }

  /** One look at what is due, by an instance of its own whose clock is ahead. A process that ends in it says nothing any more. */
  type Look = (minutes: number, through?: Through) => Promise<void>
  const lookAtDeadlines: Look = async (minutes, through = calm) => {
    const looked = new AbortController()
    const sleep = (): Promise<void> => {
      looked.abort()
      return Promise.resolve()
    }
    const book = deadlineBook(through.pool(shop.pool))
    await keepDeadlines({ ...instance(minutes, through), book, logger, sleep }, looked.signal)
  }
  const sweep: Look = async (minutes, through = calm) => {
    const looked = new AbortController()
    const store = through.store(shop.store)
    await keepSweeping(
      {
        ...{ ...instance(minutes, through), table: orderProcess, logger, random: () => 0 },
        standing: standingOrders(through.pool(shop.pool)),
        readStream: (stream) => store.readStream(stream),
        // the pause between two looks is the longest
        sleep: (ms) => {
          if (ms >= 30_000) looked.abort()
          return Promise.resolve()
        },
      },
      looked.signal,
    )
  }

  /** Each event that wakes the order's process up, twice, the newest first. */
  const deliverAll = async (orderId: string, minutes: number): Promise<void> => {
    const { events } = await shop.store.readStream(`order-${orderId}`)
    const causes = events.filter(({ type }) => wakeUps.some((known) => known === type)).reverse()
    for (const cause of [...causes, ...causes]) {
      const result = await drive(instance(minutes), orderProcess, orderId, cause)
      expect(result).to.deep.equal({ kind: 'waiting' })
    }
  }
  const placed = async (skus: readonly string[], method: string | null): Promise<string> => {
    const orderId = await shop.place(skus, method)
    await deliverAll(orderId, 0)
    return orderId
  }
  const cancel = (orderId: string): Promise<unknown> =>
    cancelOrder(instance(0), { orderId, by: 'customer', detail: null }, outsider('customer', `${orderId}/no`))
  const delivered = async (sku: string): Promise<string> => {
    const orderId = await placed([sku], 'sim_approve')
    const parcel = { shipmentId: 's', carrier: 'Post', trackingNumber: 'T', lines: [{ sku, quantity: 1 }] }
    const moves: OrderMove[] = [
      { type: 'DispatchShipment', orderId, ...parcel },
      { type: 'DeliverShipment', orderId, shipmentId: 's' },
    ]
    for (const move of moves) {
      const outcome = await moveOrder(instance(0), move, outsider('staff', `${orderId}/${move.type}`))
      expect(outcome.accepted, move.type).to.equal(true)
    }
    return orderId
  }

  interface Case {
    readonly look: Look
    /** Minutes from now, when it is looked. */
    readonly at: number
    /** Of one of which `sku` is in stock. */
    readonly prepare: (sku: string) => Promise<string>
    readonly events: readonly string[]
    readonly effects: readonly string[]
    readonly available: number
    /** As many calls as one undisturbed look makes. */
    readonly calls: number
  }
  const reserved = ['OrderPlaced', 'OrderReserved']
  const expired = [...reserved, 'OrderCancellationStarted', 'OrderExpired']
  const paid = [...reserved, 'OrderPaid']
  const cases: Readonly<Record<string, Case>> = {
    'the deadline of an order that nobody has paid for': {
      ...{ look: lookAtDeadlines, at: 16, prepare: (sku) => placed([sku], null), calls: 4 },
      ...{ events: expired, effects: [], available: 1 },
    },
    'the deadline of an order whose payment is in flight': {
      ...{ look: lookAtDeadlines, at: 16, prepare: (sku) => placed([sku], 'sim_webhook_approve'), calls: 4 },
      ...{ events: expired, effects: ['authorize', 'void'], available: 1 },
    },
    'the deadline of an order that was delivered': {
      ...{ look: lookAtDeadlines, at: 14 * DAYS + 1, prepare: delivered, calls: 4 },
      events: [...paid, 'FulfilmentStarted', 'ShipmentDispatched', 'ShipmentDelivered', 'OrderCompleted'],
      ...{ effects: ['authorize', 'capture'], available: 0 },
    },
    'the sweep, of an order whose first wake-up got lost': {
      ...{ look: sweep, at: 5, prepare: (sku) => shop.place([sku]), calls: 13 },
      ...{ events: paid, effects: ['authorize', 'capture'], available: 0 },
    },
    'the sweep, of an order that is being cancelled': {
      prepare: async (sku) => {
        const orderId = await placed([sku], null)
        await cancel(orderId)
        return orderId
      },
      ...{ look: sweep, at: 5, events: [...expired.slice(0, 3), 'OrderCancelled'], effects: [] },
      ...{ available: 1, calls: 8 },
    },
    'the sweep, of an order whose refund stands still': {
      prepare: async (sku) => {
        const orderId = await placed([sku], 'sim_approve')
        await cancel(orderId)
        return orderId
      },
      ...{ look: sweep, at: 5, events: [...paid, 'RefundRequested', 'RefundSettled', 'OrderCancelled'] },
      ...{ effects: ['authorize', 'capture', 'refund'], available: 1, calls: 9 },
    },
  }

  /** Orders that a read model lists as due, and up to which event it knows them. */
  const listed = async (look: Look, minutes: number): Promise<string[]> => {
    const [from, due] =
      look === sweep
        ? [viewOf(sagasProjection, sagasTable), 'sweep_at']
        : [viewOf(deadlinesProjection, deadlinesTable), 'due_at']
    const { rows } = await shop.pool.query<{ order_id: string; revision: string }>(
      `SELECT order_id, revision FROM ${from} WHERE ${due} <= $1 ORDER BY order_id`,
      [new Date(Date.now() + minutes * 60_000)],
    )
    return rows.map(({ order_id, revision }) => `${order_id}@${revision}`)
  }
  /** Waits until the read model lists these orders, as they stand now, and no other. */
  const areDue = async (look: Look, minutes: number, ...orderIds: readonly string[]): Promise<void> => {
    const expected = await Promise.all(
      orderIds.map(async (id) => `${id}@${(await shop.types(`order-${id}`)).length - 1}`),
    )
    await eventually(async () => (await listed(look, minutes)).join() === expected.sort().join())
  }
  /** What an instance that is gone had in hand is free again. What was struck off stays so. */
  const leasesEnd = (): Promise<unknown> =>
    shop.pool.query(
      `UPDATE projections.claims SET until = clock_timestamp() WHERE until < clock_timestamp() + interval '2 hours'`,
    )

  /** Another instance takes up what is left, and everything that happened is told again: then the end is always the same. */
  const comesToItsEnd = async (one: Case, orderId: string, sku: string, when: string): Promise<void> => {
    await leasesEnd()
    await one.look(one.at)
    await deliverAll(orderId, one.at)
    await areDue(one.look, one.at)
    await one.look(one.at)
    const about = { orderId, causationId: 'again', correlationId: 'c' }
    for (const kind of ['payment', 'completion'] as const) {
      expect(await carryOut(instance(30 * DAYS), { ...about, kind }), `${when}, ${kind}`).to.equal(false)
    }
    expect(await shop.types(`order-${orderId}`), when).to.deep.equal(one.events)
    expect(await shop.item(sku), when).to.include({ available: one.available, reserved: 0 })
    const effects = (await shop.ledger.effects(orderId)).map(({ kind }) => kind)
    expect(effects, when).to.deep.equal(one.effects)
  }

  const everyCall = async (
    one: Case,
    interrupt: (call: number, orderId: string) => Interruptible,
  ): Promise<void> => {
    for (let call = 1; ; call += 1) {
      const sku = await shop.stock(1)
      const orderId = await one.prepare(sku)
      await areDue(one.look, one.at, orderId)
      const interruption = interrupt(call, orderId)
      await one.look(one.at, interruption)
      const isReached = interruption.reached()
      await comesToItsEnd(one, orderId, sku, `call ${call}`)
      if (isReached) continue
      expect(call - 1, 'calls of one look').to.equal(one.calls)
      return
    }
  }

  for (const [name, one] of Object.entries(cases)) {
    for (const moment of MOMENTS) {
      it(`${name}: the process ends ${moment} it takes effect`, () =>
        everyCall(one, (call) => crashing(call, moment)))
      it(`${name}: no answer comes, ${moment} it takes effect`, () =>
        everyCall(one, (call) => unanswered(call, moment)))
      it(`${name}: another instance looks, ${moment} it takes effect`, () =>
        everyCall(one, (call, orderId) =>
          interleaved(call, moment, async () => {
            await one.look(one.at)
            await deliverAll(orderId, 0)
          }),
        ))
    }
  }

  /** What may happen to an order just when its time to pay is over. */
  const meanwhile: Readonly<Record<string, (orderId: string) => Promise<unknown>>> = {
    'its customer cancels it': cancel,
    'its provider reports that it holds the money': async (orderId) => {
      const { totals } = (await shop.order(orderId)) as PlacedOrder
      const result = {
        kind: 'authorized',
        amount: totals.total,
        providerReference: `sim_${orderId}`,
      } as const
      const report = { paymentId: orderId, reportId: 'r', result }
      await reportPayment(instance(1), report, outsider('service', `${orderId}/webhook`))
    },
  }
  const lawful = {
    cancelled: ['authorize', 'void'],
    expired: ['authorize', 'void'],
    paid: ['authorize', 'capture'],
  }
  for (const [what, happens] of Object.entries(meanwhile)) {
    for (const moment of MOMENTS) {
      it(`the deadline of an order: ${what}, ${moment} it takes effect; whoever is first decides`, async () => {
        const ends = new Set<string>()
        for (let call = 1; ; call += 1) {
          const sku = await shop.stock(1)
          const orderId = await placed([sku], 'sim_webhook_approve')
          await areDue(lookAtDeadlines, 16, orderId)
          const interruption = interleaved(call, moment, async () => {
            await happens(orderId)
            await deliverAll(orderId, 1)
          })
          await lookAtDeadlines(16, interruption)
          if (!interruption.reached()) break
          await deliverAll(orderId, 16)
          const { status } = await shop.order(orderId)
          const effects = (await shop.ledger.effects(orderId)).map(({ kind }) => kind)
          expect(effects, `${status} after call ${call}`).to.deep.equal(lawful[status as keyof typeof lawful])
          const available = status === 'paid' ? 0 : 1
          expect(await shop.item(sku), status).to.include({ available, reserved: 0 })
          ends.add(status)
        }
        // both came first at some call
        expect(ends.size).to.equal(2)
        expect([...ends]).to.include('expired')
      })
    }
  }

  for (const moment of MOMENTS) {
    it(`a deadline that can't be carried out, beside one that can: the process ends ${moment} it takes effect`, async () => {
      for (let call = 1; ; call += 1) {
        const skus = [await shop.stock(1), await shop.stock(1)]
        const orderIds = await Promise.all(skus.map((sku) => placed([sku], null)))
        const [hidden = '', open = ''] = orderIds
        await areDue(lookAtDeadlines, 16, ...orderIds)
        const crash = crashing(call, moment)
        await lookAtDeadlines(16, {
          ...crash,
          store: (store) =>
            crash.store({
              ...store,
              readStream: (...args: Parameters<typeof store.readStream>) =>
                args[0] === `order-${hidden}`
                  ? Promise.reject(new StoreUnavailableError('read', new Error('away')))
                  : store.readStream(...args),
            }),
        })
        expect(await shop.types(`order-${hidden}`)).to.deep.equal(reserved)
        if (!crash.reached()) expect(await shop.types(`order-${open}`)).to.include('OrderCancellationStarted')
        await leasesEnd()
        await lookAtDeadlines(16)
        for (const [index, orderId] of orderIds.entries()) {
          await deliverAll(orderId, 16)
          expect(await shop.types(`order-${orderId}`), `call ${call}`).to.deep.equal(expired)
          expect(await shop.item(skus[index] ?? '')).to.include({ available: 1, reserved: 0 })
        }
        await areDue(lookAtDeadlines, 16)
        if (crash.reached()) continue
        // it takes both, reads both, writes one and strikes it off, gives the other one back
        expect(call - 1).to.equal(6)
        return
      }
    })
  }
})
