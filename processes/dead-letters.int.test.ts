import { expect } from 'chai'
import { pino } from 'pino'
import { deadLettersOf, type DeadLetter, type DeadLetters } from '../eventstore/dead-letters.ts'
import { StoreUnavailableError } from '../eventstore/errors.ts'
import { eventually } from '../test/support/eventually.ts'
import { processDeadLetters, type ProcessDeadLettersDeps } from './dead-letters.ts'
import { orderProcess, wakeUps } from './order-process.ts'
import { resumeOrder } from './resume.ts'
import { handleOrderEvent } from './runner.ts'
import type { ProcessTable } from './step.ts'
import { openShop, type TestShop } from './testing/shop.ts'

const group = 'orders-of-a-test'

describe('events of orders that could not be handled', () => {
  let shop: TestShop
  let letters: DeadLetters
  let stopConsuming: () => Promise<void>
  /** Orders that the process table has no bug with any more. */
  const mended = new Set<string>()
  const slept: number[] = []
  /** Whether the store can't be reached once an order was taken further. */
  let isCut = false

  const table: ProcessTable = (order) =>
    mended.has(order.orderId)
      ? orderProcess(order)
      : { name: 'broken', run: () => Promise.reject(new TypeError(`no ${order.orderId}`)) }

  before(async () => {
    shop = await openShop()
    const stopping = new AbortController()
    const deps = {
      ...shop.instance(),
      logger: pino({ level: 'silent' }),
      random: () => 0,
      sleep: (ms: number) => {
        slept.push(ms)
        return Promise.resolve()
      },
    }
    const consuming = shop.store.consumeGroup({
      ...{ group, eventTypes: wakeUps, concurrency: 16, messageTimeoutMs: 30_000 },
      handle: (event) => handleOrderEvent(deps, table, event, stopping.signal),
      signal: stopping.signal,
    })
    stopConsuming = async () => {
      stopping.abort()
      await consuming
    }
    const readStream = (stream: string) => shop.store.readStream(stream)
    const store: ProcessDeadLettersDeps['store'] = {
      groupsOf: (name) => shop.store.groupsOf(name),
      readParked: (name) => shop.store.readParked(name),
      settleParked: (name, number) =>
        isCut
          ? Promise.reject(new StoreUnavailableError('settle', new Error('cut')))
          : shop.store.settleParked(name, number),
    }
    letters = deadLettersOf(
      processDeadLetters({
        ...{ store, family: group },
        resume: (orderId) => resumeOrder({ ...deps, table, readStream }, orderId),
      }),
    )
  })
  after(async () => {
    await stopConsuming()
    await shop.stop()
  })

  const letterOf = async (orderId: string): Promise<DeadLetter | undefined> =>
    (await letters.list()).find(({ stream }) => stream === `order-${orderId}`)

  /** An order whose event is parked. */
  const parkedOrder = async (): Promise<{ readonly orderId: string; readonly letter: DeadLetter }> => {
    const orderId = await shop.place([await shop.stock(1)])
    await eventually(async () => (await letterOf(orderId)) !== undefined)
    const letter = await letterOf(orderId)
    if (letter === undefined) throw new Error('nothing is parked')
    return { orderId, letter }
  }

  it('are put aside with the cause after three more tries', async () => {
    slept.length = 0
    const { orderId, letter } = await parkedOrder()
    const { events } = await shop.store.readStream(`order-${orderId}`)
    expect(letter).to.deep.include({
      ...{
        source: { kind: 'process', name: group },
        cause: `Step broken of an order that is placed: TypeError: no ${orderId}`,
        retries: 3,
      },
      ...{ type: 'OrderPlaced', stream: `order-${orderId}`, revision: 0n, eventId: events[0]?.id },
    })
    expect(slept).to.deep.equal([1_000, 2_000, 4_000])
    expect(await letters.find(letter.id)).to.deep.equal(letter)
  })

  it('are replayed one by one, and stay where they are while they fail', async () => {
    const { orderId, letter } = await parkedOrder()
    const other = await parkedOrder()
    expect((await letters.replay(letter.id))?.outcome).to.deep.equal({
      kind: 'failed',
      reason: `Step broken of an order that is placed: TypeError: no ${orderId}`,
    })
    expect(await letters.find(letter.id)).to.deep.equal(letter)
    mended.add(orderId)
    expect((await letters.replay(letter.id))?.outcome).to.deep.equal({ kind: 'replayed' })
    expect(await shop.order(orderId)).to.include({ status: 'paid' })
    expect(await shop.order(other.orderId)).to.include({ status: 'placed' })
    expect(await letters.replay(letter.id)).to.equal(undefined)
    expect(await letters.find(other.letter.id)).to.deep.equal(other.letter)
  })

  it('are discarded: the order stays where it is', async () => {
    const { orderId, letter } = await parkedOrder()
    expect(await letters.discard(letter.id)).to.deep.equal(letter)
    expect(await letters.discard(letter.id)).to.equal(undefined)
    expect(await letterOf(orderId)).to.equal(undefined)
    expect(await shop.order(orderId)).to.include({ status: 'placed' })
  })

  it('are replayed all, oldest first; one that fails holds up no other, and nothing is done twice', async () => {
    const [first, second] = [await parkedOrder(), await parkedOrder()]
    mended.add(second.orderId)
    const replayed = await letters.replayAll(100)
    const outcomes = new Map(replayed.map(({ letter, outcome }) => [letter.id, outcome.kind]))
    expect([outcomes.get(first.letter.id), outcomes.get(second.letter.id)]).to.deep.equal([
      'failed',
      'replayed',
    ])
    mended.add(first.orderId)
    await letters.replayAll(100)
    expect([await letterOf(first.orderId), await letterOf(second.orderId)]).to.deep.equal([
      undefined,
      undefined,
    ])
    for (const { orderId } of [first, second]) {
      expect(await shop.order(orderId)).to.include({ status: 'paid' })
      expect((await shop.ledger.effects(orderId)).map(({ kind }) => kind)).to.deep.equal([
        'authorize',
        'capture',
      ])
    }
  })

  it('can be replayed once more where the answer was lost, or by two people at once: nothing is done twice', async () => {
    const { orderId, letter } = await parkedOrder()
    mended.add(orderId)
    isCut = true
    const lost = await letters.replay(letter.id).catch((error: unknown) => error)
    isCut = false
    expect(lost).to.be.instanceOf(StoreUnavailableError)
    expect(await letters.find(letter.id)).to.deep.equal(letter)
    await Promise.all([letters.replay(letter.id), letters.replay(letter.id)])
    expect(await letters.find(letter.id)).to.equal(undefined)
    expect((await shop.ledger.effects(orderId)).map(({ kind }) => kind)).to.deep.equal([
      'authorize',
      'capture',
    ])
  })

  it('are not there under an id that nobody gave', async () => {
    expect(await letters.find(`${group}.x`)).to.equal(undefined)
    expect(await letters.replay(`${group}.x`)).to.equal(undefined)
    expect(await letters.discard(`${group}.x`)).to.equal(undefined)
  })
})
