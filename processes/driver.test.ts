import { expect } from 'chai'
import { UnexpectedRejectionError } from '../commands/unexpected-rejection.ts'
import { ContractViolationError } from '../eventstore/errors.ts'
import type { ParkedMessage } from '../eventstore/parked-messages.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import { processDeadLetters } from './dead-letters.ts'
import { drive } from './driver.ts'
import { moveOn } from './move-on.ts'
import { orderProcess } from './order-process.ts'
import { compensate, done, type AtStep, type ProcessTable, type Step } from './step.ts'
import { eur, prepare } from './testing/memory-books.ts'
import { begun, cancel, openMemoryShop, orderId, place, proceed, wakeUpsIn } from './testing/memory-shop.ts'

describe('the driver', () => {
  it('waits for an order that is not there', async () => {
    const shop = openMemoryShop()
    await prepare(shop.store, shop.now, begun)
    await place('sim_approve')(shop, shop.instance())
    const [cause] = wakeUpsIn(shop.store)
    const driven = await drive(shop.instance(), orderProcess, 'nobody', cause as StoredEvent)
    expect(driven).to.deep.equal({ kind: 'waiting' })
    expect(shop.store.events('order-nobody')).to.deep.equal([])
  })

  it('writes down why an order is taken back where a step asks for it, and goes on from there', async () => {
    const shop = openMemoryShop()
    await prepare(shop.store, shop.now, begun)
    await place('sim_approve')(shop, shop.instance())
    const [cause] = wakeUpsIn(shop.store) as [StoredEvent]
    const entered: AtStep[] = []
    const shortfalls = [{ sku: 'A', requested: 1, available: 0 }]
    const failing: Step = {
      name: 'failing',
      run: () => Promise.resolve(compensate('out_of_stock', 'none left', shortfalls)),
    }
    const table: ProcessTable = (order) =>
      order.status === 'placed' && order.cancelling === null ? failing : orderProcess(order)
    const driven = await drive(shop.instance(), table, orderId, cause, (at) => entered.push(at))
    expect(driven).to.deep.equal({ kind: 'waiting' })
    const [, started, ...more] = shop.store.events(`order-${orderId}`)
    expect(started?.type).to.equal('OrderCancellationStarted')
    expect(started?.data).to.deep.include({ reason: 'out_of_stock', detail: 'none left', shortfalls })
    expect(started?.metadata).to.deep.include({
      actor: { kind: 'system', id: 'failing' },
      $causationId: cause.id,
      commandId: `${orderId}/failing/cancel/order`,
    })
    expect(more.map(({ type }) => type)).to.deep.equal(['OrderCancelled'])
    expect(entered).to.deep.equal([
      { step: 'failing', status: 'placed' },
      { step: 'compensate', status: 'placed' },
    ])
  })

  it('does not hide that an order could not be moved on for a reason that nobody expects', async () => {
    const shop = openMemoryShop()
    await prepare(shop.store, shop.now, begun)
    await place('sim_approve')(shop, shop.instance())
    const [cause] = wakeUpsIn(shop.store) as [StoredEvent]
    const command = { type: 'SettleRefund', orderId, refundId: 'r', amount: eur(1), at: '' } as const
    const table: ProcessTable = () => ({
      name: 'wrong',
      run: async (deps, _order, context) => {
        await moveOn(deps, command, context)
        return done
      },
    })
    const failure = await drive(shop.instance(), table, orderId, cause).catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(UnexpectedRejectionError)
  })

  it('waits for a refund that is on its way at the provider', async () => {
    const shop = openMemoryShop()
    await prepare(shop.store, shop.now, begun)
    for (const part of [place('sim_approve'), proceed, cancel]) await part(shop, shop.instance())
    const slow = shop.instance({
      store: (same) => same,
      provider: (same) => ({
        ...same,
        refund: () => Promise.resolve({ kind: 'pending', providerReference: 're_1' }),
      }),
    })
    expect(await proceed(shop, slow)).to.deep.equal({ kind: 'waiting' })
    const types = (): (string | undefined)[] => shop.store.events(`order-${orderId}`).map(({ type }) => type)
    expect(types().at(-1)).to.equal('RefundRequested')
    await proceed(shop, shop.instance())
    expect(types().at(-1)).to.equal('OrderCancelled')
  })
})

describe('dead letters of orders that can not be read', () => {
  const message: ParkedMessage = {
    ...{ id: 'link', number: 0n, parkedAt: new Date(0), reason: 'boom', retries: 3 },
    ...{ stream: 'order-o1', revision: 0n, event: undefined },
  }
  const source = (resume: () => Promise<undefined>) =>
    processDeadLetters({
      store: {
        groupsOf: () => Promise.resolve(['group']),
        readParked: () => Promise.resolve([message]),
        settleParked: () => Promise.reject(new Error('it is not settled')),
      },
      family: 'orders',
      resume,
    })
  const replay = async (resume: () => Promise<undefined>) => {
    const { list, replay: again } = source(resume)
    const [letter] = await list()
    if (letter === undefined) throw new Error('nothing is parked')
    return again(letter)
  }

  it('stay, where the contract of an event is broken, or there is no order', async () => {
    const broken = new ContractViolationError('OrderPlaced', 'no customer')
    expect(await replay(() => Promise.reject(broken))).to.deep.equal({
      kind: 'failed',
      reason: `ContractViolationError: ${broken.message}`,
    })
    expect(await replay(() => Promise.resolve(undefined))).to.deep.equal({
      kind: 'failed',
      reason: 'There are no events in order-o1',
    })
  })

  it('are told as they are where something else fails', async () => {
    const failure = await replay(() => Promise.reject(new TypeError('boom'))).catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(TypeError)
  })
})
