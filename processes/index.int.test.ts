import { expect } from 'chai'
import { pino } from 'pino'
import { deadLettersOf } from '../eventstore/dead-letters.ts'
import { intercept } from '../gateways/payments/intercept.ts'
import { ProviderUnavailableError } from '../gateways/payments/provider.ts'
import { eventually } from '../test/support/eventually.ts'
import type { Deadline } from './deadlines.ts'
import {
  ORDER_GROUP,
  orderDeadLetters,
  resumeByHand,
  startDeadlines,
  startProcesses,
  startSweep,
  type Running,
} from './index.ts'
import { openShop, type TestShop } from './testing/shop.ts'

describe('what goes on in a shop by itself', () => {
  let shop: TestShop
  let running: Running | undefined
  const logger = pino({ level: 'silent' })

  before(async () => {
    shop = await openShop()
  })
  afterEach(async () => {
    await running?.stop()
    running = undefined
  })
  after(() => shop.stop())

  const resume = (orderId: string) => resumeByHand({ ...shop.instance(), store: shop.store }, orderId)

  it('tells what became of each wake-up', async () => {
    const orderId = await shop.place([await shop.stock(1)])
    const settled: string[] = []
    running = startProcesses({
      ...{ ...shop.instance(), store: shop.store, logger, concurrency: 2, messageTimeoutMs: 5_000 },
      onSettled: ({ stream, type }, verdict) => settled.push(`${type} of ${stream}: ${verdict.kind}`),
    })
    expect(await shop.settled(orderId)).to.include({ status: 'paid' })
    await eventually(() => settled.includes(`OrderPlaced of order-${orderId}: done`))
    expect(await shop.store.groupsOf('order-processes')).to.deep.equal([ORDER_GROUP])
  })

  it('has many orders wait for a provider that is away, without a warning, and ends their pauses when it stops', async () => {
    const warnings: string[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning.message)
    process.on('warning', onWarning)
    try {
      const sku = await shop.stock(30)
      const asked = new Set<string>()
      const away = intercept(shop.simulator, (operation, { idempotencyKey }) => {
        asked.add(idempotencyKey)
        return Promise.reject(new ProviderUnavailableError('simulator', operation, new Error('away'), 60_000))
      })
      running = startProcesses({ ...shop.instance({ provider: away }), store: shop.store, logger })
      await Promise.all(Array.from({ length: 30 }, () => shop.place([sku])))
      await eventually(() => asked.size === 30)
      // a pause is 20 s at most, and it is not waited for
      await running.stop()
      running = undefined
      expect(warnings).to.deep.equal([])
    } finally {
      process.off('warning', onWarning)
    }
  })

  it('carries out deadlines that are due until it is stopped, and takes no more than the book lends', async () => {
    const orderId = await shop.place([await shop.stock(1)], null)
    expect(await resume(orderId)).to.deep.equal({ kind: 'moved', status: 'reserved' })
    const struck: Deadline[] = []
    const due: Deadline[] = [{ orderId, kind: 'payment', causationId: 'cause', correlationId: 'c' }]
    running = startDeadlines({
      ...shop.instance({ now: () => new Date(Date.now() + 20 * 60_000) }),
      logger,
      book: {
        take: () => Promise.resolve(due.splice(0)),
        strike: (deadline) => Promise.resolve(void struck.push(deadline)),
        release: () => Promise.reject(new Error('nothing is released')),
      },
    })
    await eventually(() => struck.length === 1)
    expect(await resume(orderId)).to.deep.equal({ kind: 'moved', status: 'expired' })
  })

  it('takes up orders that stand still', async () => {
    const orderId = await shop.place([await shop.stock(1)])
    const found: number[] = []
    const standing = [{ orderId, step: 'reserve', since: new Date(0) }]
    running = startSweep({
      ...{ ...shop.instance(), store: shop.store, logger },
      standing: { take: () => Promise.resolve(standing.splice(0)) },
      onSwept: (result) => found.push(result.found.length),
    })
    expect(await shop.settled(orderId)).to.include({ status: 'paid' })
    await eventually(() => found.length === 1)
    expect(found).to.deep.equal([1])
  })

  it('takes no order up that is not there, and leaves one that waits for somebody', async () => {
    expect(await resume('nobody')).to.equal(undefined)
    const orderId = await shop.place([await shop.stock(1)], null)
    await resume(orderId)
    expect(await resume(orderId)).to.deep.equal({ kind: 'waiting', status: 'reserved' })
  })

  it('has dead letters where something was parked, also in a group of an older version', async () => {
    const letters = deadLettersOf(orderDeadLetters({ store: shop.store, resume }))
    expect(await letters.list()).to.deep.equal([])
    const orderId = await shop.place([await shop.stock(1)])
    const stopping = new AbortController()
    const consuming = shop.store.consumeGroup({
      ...{ group: 'order-processes', eventTypes: ['OrderPlaced'], concurrency: 16 },
      messageTimeoutMs: 5_000,
      handle: ({ stream }) =>
        Promise.resolve(
          stream === `order-${orderId}` ? { kind: 'park', reason: 'boom', retries: 3 } : { kind: 'done' },
        ),
      signal: stopping.signal,
    })
    const letter = await eventually(async () => (await letters.list())[0])
    stopping.abort()
    await consuming
    expect(letter).to.deep.include({ source: { kind: 'process', name: 'order-processes' }, cause: 'boom' })
    expect((await letters.replay(letter.id))?.outcome).to.deep.equal({ kind: 'replayed' })
    expect(await shop.order(orderId)).to.include({ status: 'paid' })
    expect(await letters.list()).to.deep.equal([])
  })
})
