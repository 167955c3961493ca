import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import type { SubscriptionItem } from '../eventstore/types.ts'
import { inBatches, type Batch, type BatchLimits } from './batches.ts'
import { createEventLog } from './testing/event-log.ts'

const log = createEventLog()
const event = (): SubscriptionItem => ({ kind: 'event', event: log.append('a-1', { type: 'One', data: {} }) })
const caughtUp: SubscriptionItem = { kind: 'caught_up' }
/** A wait that no test sits out. */
const LONG = 60_000
const patient: BatchLimits = { maxEvents: 3, lingerMs: LONG, busyLingerMs: LONG, catchUpLingerMs: LONG }

const all = async (source: AsyncIterable<SubscriptionItem>, limits = patient): Promise<Batch[]> => {
  const batches: Batch[] = []
  for await (const batch of inBatches(source, limits)) batches.push(batch)
  return batches
}
const sizes = (batches: readonly Batch[]): number[] => batches.map(({ items }) => items.length)

describe('batches of a subscription', () => {
  it('are closed when they are full', async () => {
    const source = (async function* () {
      for (let count = 0; count < 7; count += 1) yield await Promise.resolve(event())
    })()
    expect(sizes(await all(source))).to.deep.equal([3, 3, 1])
  })

  it('are closed when their first event has waited long enough', async () => {
    let arrived: (() => void) | undefined
    const more = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const source = (async function* () {
      yield event()
      await more
      yield event()
    })()
    const batches: Batch[] = []
    for await (const batch of inBatches(source, { ...patient, catchUpLingerMs: 5 })) {
      batches.push(batch)
      arrived?.()
    }
    expect(sizes(batches)).to.deep.equal([1, 1])
  })

  it('are closed at once when the subscription has caught up', async () => {
    const source = (async function* () {
      yield event()
      yield caughtUp
      await new Promise(() => undefined)
    })()
    for await (const batch of inBatches(source, patient)) {
      expect(batch).to.include({ caughtUp: true, position: batch.items[0]?.event.position })
      break
    }
  })

  /** Sizes of the batches of an event, one that comes once that was worked on for `workMs`, and one that comes `laterMs` later. */
  const sizesAfterWork = async (workMs: number, laterMs: number): Promise<number[]> => {
    let worked: (() => void) | undefined
    const first = new Promise<void>((resolve) => {
      worked = resolve
    })
    const source = (async function* () {
      yield event()
      yield caughtUp
      await first
      yield event()
      await delay(laterMs)
      yield event()
    })()
    const batches: Batch[] = []
    const limits = { maxEvents: 100, lingerMs: 0, busyLingerMs: LONG, catchUpLingerMs: LONG }
    for await (const batch of inBatches(source, limits)) {
      batches.push(batch)
      if (batches.length === 1) await delay(workMs)
      worked?.()
    }
    return sizes(batches)
  }

  it('wait the longer for others, the longer the last one was worked on', async () => {
    expect(await sizesAfterWork(200, 20)).to.deep.equal([1, 2])
  })

  it('do not wait where they are worked on in no time', async () => {
    expect(await sizesAfterWork(0, 200)).to.deep.equal([1, 1, 1])
  })

  it('say that the subscription has caught up also where an event follows', async () => {
    const source = (async function* () {
      yield event()
      yield caughtUp
      yield caughtUp
      yield await Promise.resolve(event())
    })()
    const batches: Batch[] = []
    for await (const batch of inBatches(source, patient)) {
      batches.push(batch)
      // the rest arrives meanwhile
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(batches.map(({ caughtUp: isCaughtUp, items }) => [isCaughtUp, items.length])).to.deep.equal([
      [true, 1],
      [true, 1],
    ])
  })

  it('have the position of a checkpoint that stands after the last event', async () => {
    const position = { commit: 10n ** 19n, prepare: 10n ** 19n }
    const source = (async function* () {
      yield event()
      yield await Promise.resolve<SubscriptionItem>({ kind: 'checkpoint', position })
    })()
    const [batch] = await all(source)
    expect(batch?.position).to.equal(position)
    expect(batch?.items).to.have.length(1)
  })

  it('hold the subscription back while nobody takes them', async () => {
    let given = 0
    const source = (async function* () {
      for (; given < 100; given += 1) yield await Promise.resolve(event())
    })()
    const batches = inBatches(source, patient)
    await batches.next()
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    expect(given).to.be.within(3, 7)
    await batches.return()
  })

  it('end with the error of the subscription, after what came before', async () => {
    const source = (async function* () {
      yield event()
      await Promise.reject(new Error('the connection was lost'))
    })()
    const batches: Batch[] = []
    let error: unknown
    try {
      for await (const batch of inBatches(source, patient)) batches.push(batch)
    } catch (thrown) {
      error = thrown
    }
    expect(sizes(batches)).to.deep.equal([1])
    expect(error).to.be.instanceOf(Error).with.property('message', 'the connection was lost')
  })
})
