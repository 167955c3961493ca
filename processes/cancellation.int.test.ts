import { expect } from 'chai'
import { pino } from 'pino'
import { ulid } from 'ulid'
import { cancelOrder } from '../commands/cancel-order.ts'
import type { CommandContext } from '../commands/context.ts'
import { drive } from './driver.ts'
import { startProcesses } from './index.ts'
import { orderProcess, wakeUps } from './order-process.ts'
import { interleaved, type Moment } from './testing/interruptions.ts'
import { openShop, type TestShop } from './testing/shop.ts'

const customer = (): CommandContext => ({
  actor: { kind: 'customer', id: 'c1' },
  correlationId: ulid(),
  causationId: 'test',
  commandId: ulid(),
})

describe('cancelling an order', () => {
  let shop: TestShop

  before(async () => {
    shop = await openShop()
  })
  after(() => shop.stop())

  const cancel = async (orderId: string): Promise<void> => {
    await cancelOrder(shop.instance(), { orderId, by: 'customer', detail: null }, customer())
  }

  /** Each event of the order that wakes a process up, the newest first. */
  const deliverAll = async (orderId: string): Promise<void> => {
    const { events } = await shop.store.readStream(`order-${orderId}`)
    const wakingUp: readonly string[] = wakeUps
    for (const event of events.filter(({ type }) => wakingUp.includes(type)).reverse()) {
      expect(await drive(shop.instance(), orderProcess, orderId, event)).to.deep.equal({ kind: 'waiting' })
    }
  }

  /** Money taken is money given back, stock is where it was, and the order is cancelled. */
  const expectAllGivenBack = async (orderId: string, sku: string, when: string): Promise<void> => {
    expect(await shop.order(orderId), when).to.include({
      status: 'cancelled',
      reason: 'requested_by_customer',
    })
    expect(await shop.item(sku), when).to.include({ available: 3, reserved: 0 })
    const effects = await shop.ledger.effects(orderId)
    const kinds = effects.map(({ kind }) => kind)
    const lawful = [[], ['authorize', 'void'], ['authorize', 'capture', 'refund']]
    expect(lawful, `${when}: ${kinds.join(', ')}`).to.deep.include(kinds)
    expect((await shop.payment(orderId)).status, when).to.be.oneOf(['none', 'voided', 'refunded'])
  }

  for (const moment of ['before', 'after'] as Moment[]) {
    for (const thorough of [false, true]) {
      const what = thorough ? 'and carried out by another instance' : 'and left to be carried out'
      it(`ends in one state, asked for ${moment} any call of its checkout ${what}`, async () => {
        for (let callNumber = 1; ; callNumber += 1) {
          const sku = await shop.stock(3)
          const orderId = await shop.place([sku])
          const { events } = await shop.store.readStream(`order-${orderId}`)
          const placed = events[0]
          if (placed === undefined) throw new Error('no order')
          const interruption = interleaved(callNumber, moment, async () => {
            await cancel(orderId)
            if (thorough) await deliverAll(orderId)
          })
          const instance = shop.instance({
            store: interruption.store(shop.store),
            provider: interruption.provider(shop.simulator),
          })
          await drive(instance, orderProcess, orderId, placed)
          if (!interruption.reached()) break
          await deliverAll(orderId)
          await expectAllGivenBack(orderId, sku, `cancelled ${moment} call ${callNumber}`)
        }
      })
    }
  }

  it('ends in one state, whichever of the two is held up at any call while the other goes on', async function () {
    this.timeout(120_000)
    for (let checkoutAt = 1; ; checkoutAt += 1) {
      const [isCheckoutOver] = await heldUp(checkoutAt, 1)
      if (isCheckoutOver) break
      for (let cancelAt = 2; ; cancelAt += 1) {
        const [, isCancelOver] = await heldUp(checkoutAt, cancelAt)
        if (isCancelOver) break
      }
    }
  })

  /**
   * The checkout is held up before its `checkoutAt`-th call. The order is cancelled, and what follows is held up before its
   * `cancelAt`-th call until the checkout has gone on to its end. Tells whether either had fewer calls.
   */
  const heldUp = async (checkoutAt: number, cancelAt: number): Promise<[boolean, boolean]> => {
    const sku = await shop.stock(3)
    const orderId = await shop.place([sku])
    const placed = (await shop.store.readStream(`order-${orderId}`)).events[0]
    if (placed === undefined) throw new Error('no order')

    let goOn: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let arrive: () => void = () => undefined
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const pausing = interleaved(checkoutAt, 'before', () => {
      arrive()
      return gate
    })
    const running = drive(
      shop.instance({ store: pausing.store(shop.store), provider: pausing.provider(shop.simulator) }),
      orderProcess,
      orderId,
      placed,
    )
    await Promise.race([arrived, running])
    const isCheckoutOver = !pausing.reached()

    await cancel(orderId)
    const interrupted = interleaved(cancelAt, 'before', async () => {
      goOn()
      await running
    })
    const cause = (await shop.store.readStream(`order-${orderId}`)).events.findLast(({ type }) =>
      ['OrderCancellationStarted', 'RefundRequested'].includes(type),
    )
    if (cause === undefined) throw new Error('not cancelled')
    await drive(
      shop.instance({ store: interrupted.store(shop.store), provider: interrupted.provider(shop.simulator) }),
      orderProcess,
      orderId,
      cause,
    )
    goOn()
    await running
    await deliverAll(orderId)
    await expectAllGivenBack(orderId, sku, `held up at ${checkoutAt} and ${cancelAt}`)
    return [isCheckoutOver, !interrupted.reached()]
  }

  it('refunds a paid order and puts its goods back', async () => {
    const processes = startProcesses({
      ...shop.instance(),
      store: shop.store,
      logger: pino({ level: 'silent' }),
    })
    try {
      const sku = await shop.stock(3)
      const orderId = await shop.place([sku])
      await shop.settled(orderId)
      await cancel(orderId)
      await shop.closed(orderId)
      await expectAllGivenBack(orderId, sku, 'cancelled when paid')
      expect(await shop.types(`order-${orderId}`)).to.deep.equal([
        'OrderPlaced',
        'OrderReserved',
        'OrderPaid',
        'RefundRequested',
        'RefundSettled',
        'OrderCancelled',
      ])
    } finally {
      await processes.stop()
    }
  })
})
