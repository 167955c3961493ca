import { END, START, type ReadRevision } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, events, freshName, useStore, watchStream } from './support.ts'

describe('Subscribing to a stream', () => {
  const store = useStore()
  const subscribe = (stream: string, fromRevision: ReadRevision) => {
    const subscription = store.client.subscribeToStream(stream, { fromRevision })
    return { subscription, seen: watchStream(subscription) }
  }

  it('gives what is there, then caughtUp, then what comes', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(3))
    const { subscription, seen } = subscribe(stream, START)
    await seen.until('caughtUp')
    await store.client.appendToStream(stream, event(3))
    await seen.until('3')
    expect(seen.things).to.deep.equal(['confirmation', '0', '1', '2', 'caughtUp', '3'])
    await subscription.unsubscribe()
  })

  it('begins behind a revision', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(4))
    const { subscription, seen } = subscribe(stream, 1n)
    await seen.until('caughtUp')
    await store.client.appendToStream(stream, event(4))
    await seen.until('4')
    expect(seen.things).to.deep.equal(['confirmation', '2', '3', 'caughtUp', '4'])
    await subscription.unsubscribe()
  })

  it('begins at the end', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(5))
    const { subscription, seen } = subscribe(stream, END)
    await seen.until('caughtUp')
    await store.client.appendToStream(stream, event(5))
    await seen.until('5')
    expect(seen.things).to.deep.equal(['confirmation', 'caughtUp', '5'])
    await subscription.unsubscribe()
  })

  it('waits for a stream that is not there yet', async () => {
    const stream = freshName()
    const { subscription, seen } = subscribe(stream, START)
    await seen.until('confirmation')
    await store.client.appendToStream(stream, event(0))
    await seen.until('caughtUp')
    expect(seen.things).to.deep.equal(['confirmation', '0', 'caughtUp'])
    await subscription.unsubscribe()
  })

  it('gives nothing before the revision that it begins behind', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(2))
    const { subscription, seen } = subscribe(stream, 3n)
    await seen.until('caughtUp')
    await store.client.appendToStream(stream, events(4, 2))
    await seen.until('5')
    expect(seen.things).to.deep.equal(['confirmation', 'caughtUp', '4', '5'])
    await subscription.unsubscribe()
  })

  it('fails on a tombstoned stream', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, event(0))
    await store.client.tombstoneStream(stream)
    const { seen } = subscribe(stream, START)
    await seen.until('error stream-deleted')
    expect(seen.things).to.deep.equal(['error stream-deleted'])
  })

  it('has neither gap nor double while others append', async () => {
    const stream = freshName()
    const count = 600
    const append = async (): Promise<void> => {
      for (let n = 0; n < count / 30; n++) await store.client.appendToStream(stream, events(3, n * 3))
    }
    const appends = Promise.all(Array.from({ length: 10 }, append))
    const subscriptions = Array.from({ length: 5 }, () => subscribe(stream, START))
    await appends
    const expected = [...Array(count).keys()].map(String)
    for (const { subscription, seen } of subscriptions) {
      await seen.until(String(count - 1))
      expect(seen.things.filter((thing) => /^\d+$/.test(thing))).to.deep.equal(expected)
      await subscription.unsubscribe()
    }
  })

  it('holds events back for a consumer that is slow, and loses none', async () => {
    const stream = freshName()
    const subscription = store.client.subscribeToStream(stream, { fromRevision: START })
    await store.client.appendToStream(stream, event(0))
    const seen: number[] = []
    const padded = (n: number) => ({ ...event(n), data: { n, pad: 'x'.repeat(8000) } })
    for await (const { event: each } of subscription) {
      seen.push(Number(each?.revision))
      if (seen.length === 1) {
        // what is appended while nobody reads is more than fits between server and client
        for (let n = 0; n < 10; n++)
          await store.client.appendToStream(
            stream,
            Array.from({ length: 100 }, () => padded(n)),
          )
      }
      if (seen.length === 1001) break
    }
    expect(seen).to.deep.equal([...Array(1001).keys()])
  })
})
