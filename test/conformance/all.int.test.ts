import {
  BACKWARDS,
  END,
  eventTypeFilter,
  excludeSystemEvents,
  START,
  streamNameFilter,
  type AllStreamSubscription,
  type Filter,
  type Position,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { all, event, events, freshName, places, useStore, watch, type Seen } from './support.ts'

const commitOf = (position: Position | undefined): bigint => position?.commit ?? -1n

describe('Reading $all', () => {
  const store = useStore()

  it('begins at a position, and gives ascending ones', async () => {
    const [one, two] = [freshName(), freshName()]
    const first = await store.client.appendToStream(one, events(2))
    await store.client.appendToStream(two, events(2))
    await store.client.appendToStream(one, event(2))
    // the position of an append is that of its last event
    const read = await all(store.client.readAll({ fromPosition: first.position ?? START, maxCount: 500 }))
    const positions = read.map(({ event: each }) => commitOf(each?.position))
    expect(positions).to.deep.equal([...positions].sort((a, b) => Number(a - b)))
    expect(new Set(positions).size).to.equal(positions.length)
    const own = read.filter(({ event: each }) => each?.streamId === one || each?.streamId === two)
    expect(own.map(({ event: each }) => `${String(each?.revision)}@${each?.streamId ?? ''}`)).to.deep.equal([
      `1@${one}`,
      `0@${two}`,
      `1@${two}`,
      `2@${one}`,
    ])
    expect(own.every(({ commitPosition, event: each }) => commitPosition === each?.position.commit)).to.equal(
      true,
    )
  })

  it('goes backwards from the end', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, events(3))
    const read = await places(
      store.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 200 }),
    )
    expect(read.filter((place) => place.endsWith(stream))).to.deep.equal([
      `2@${stream}`,
      `1@${stream}`,
      `0@${stream}`,
    ])
  })

  it('goes on backwards from where it stopped, without gap or double', async () => {
    await store.client.appendToStream(freshName(), events(20))
    const whole = await all(store.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 30 }))
    const from = whole[9]?.event?.position
    const rest = await all(
      store.client.readAll({ direction: BACKWARDS, fromPosition: from ?? END, maxCount: 20 }),
    )
    expect(rest.map(({ event: each }) => each?.id)).to.deep.equal(
      whole.slice(10).map(({ event: each }) => each?.id),
    )
  })
})

describe('Subscribing to $all', () => {
  const store = useStore()

  /** Events of one's own streams only are written down: others may be written at the same time. */
  function subscribe(
    fromPosition: Position | typeof START | typeof END,
    prefix: string,
    filter?: Filter,
  ): { subscription: AllStreamSubscription; seen: Seen; checkpoints: Position[] } {
    const checkpoints: Position[] = []
    const subscription = store.client.subscribeToAll({
      fromPosition,
      ...(filter === undefined
        ? {}
        : {
            filter: {
              ...filter,
              checkpointReached: (_: unknown, position: Position) => void checkpoints.push(position),
            },
          }),
    })
    const seen = watch(subscription)
    subscription.on('data', ({ event: each }) => {
      if (each?.streamId.startsWith(prefix) === true) seen.see(`${String(each.revision)}@${each.streamId}`)
    })
    return { subscription, seen, checkpoints }
  }

  it('goes on behind a position, and is live then', async () => {
    const stream = freshName()
    const { position } = await store.client.appendToStream(stream, events(2))
    await store.client.appendToStream(stream, events(2, 2))
    const { subscription, seen } = subscribe(position ?? START, stream)
    await seen.until('caughtUp')
    await store.client.appendToStream(stream, event(4))
    await seen.until(`4@${stream}`)
    expect(seen.things).to.deep.equal([
      'confirmation',
      `2@${stream}`,
      `3@${stream}`,
      'caughtUp',
      `4@${stream}`,
    ])
    await subscription.unsubscribe()
  })

  it('begins at the end', async () => {
    const stream = freshName()
    await store.client.appendToStream(stream, event(0))
    const { subscription, seen } = subscribe(END, stream)
    await seen.until('caughtUp')
    await store.client.appendToStream(stream, event(1))
    await seen.until(`1@${stream}`)
    expect(seen.things).to.deep.equal(['confirmation', 'caughtUp', `1@${stream}`])
    await subscription.unsubscribe()
  })

  const category = freshName('filtered').replaceAll('-', '')
  const filters: Readonly<Record<string, Filter>> = {
    'prefixes of stream names': streamNameFilter({ prefixes: ['nothing-', `${category}-`] }),
    'a regular expression on stream names': streamNameFilter({ regex: `^${category}-(one|two)$` }),
    'prefixes of event types': eventTypeFilter({ prefixes: [`${category}.`] }),
    'a regular expression on event types': eventTypeFilter({ regex: `^${category}\\.[A-Z]` }),
  }

  for (const [what, filter] of Object.entries(filters)) {
    it(`gives only what ${what} let through, from the past and live`, async () => {
      const typed = (n: number) => ({ ...event(n), type: `${category}.Tested` })
      const run = Object.keys(filters).indexOf(what)
      const { position } = await store.client.appendToStream(freshName('other'), event(0))
      const [one, two] = [`${category}-one`, `${category}-two`]
      await store.client.appendToStream(one, typed(run))
      await store.client.appendToStream(freshName('other'), event(0))
      const { subscription, seen } = subscribe(position ?? START, '', filter)
      await seen.until('caughtUp')
      await store.client.appendToStream(freshName('other'), event(0))
      await store.client.appendToStream(two, typed(run))
      await seen.until(`${run}@${two}`)
      expect(seen.things).to.deep.equal(['confirmation', `${run}@${one}`, 'caughtUp', `${run}@${two}`])
      await subscription.unsubscribe()
    })
  }

  it('leaves out system events', async () => {
    const stream = freshName()
    const { position } = await store.client.appendToStream(stream, event(0))
    await store.client.setStreamMetadata(stream, { custom: 1 })
    await store.client.appendToStream(stream, event(1))
    const { subscription, seen } = subscribe(position ?? START, '', excludeSystemEvents())
    await seen.until(`1@${stream}`)
    expect(seen.things.some((thing) => thing.includes('$$'))).to.equal(false)
    await subscription.unsubscribe()
  })

  it('reports how far it has looked, so that a quiet filter can go on from there', async () => {
    const { position: start } = await store.client.appendToStream(freshName(), event(0))
    const { position: end } = await store.client.appendToStream(freshName(), events(200))
    const filter = {
      ...streamNameFilter({ prefixes: [freshName('nothing')] }),
      maxSearchWindow: 10,
      checkpointInterval: 2,
    }
    const { subscription, seen, checkpoints } = subscribe(start ?? START, '', filter)
    await seen.until('caughtUp')
    expect(seen.things).to.deep.equal(['confirmation', 'caughtUp'])
    expect(checkpoints.length).to.be.at.least(9)
    const commits = checkpoints.map(commitOf)
    expect(commits).to.deep.equal([...commits].sort((a, b) => Number(a - b)))
    expect(Number(commits[0])).to.be.above(Number(commitOf(start)))

    // live: with an interval of one event each is reported
    await subscription.unsubscribe()
    const live = subscribe(END, '', { ...filter, maxSearchWindow: 1, checkpointInterval: 1 })
    await live.seen.until('caughtUp')
    const { position: later } = await store.client.appendToStream(freshName(), event(0))
    while (!live.checkpoints.some((each) => commitOf(each) >= commitOf(later))) {
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(live.checkpoints.map(commitOf).every((commit) => commit > commitOf(end))).to.equal(true)
    await live.subscription.unsubscribe()
  })

  it('has neither gap nor double while others append, from any position in between', async () => {
    const prefix = freshName('crowd')
    const { position: start } = await store.client.appendToStream(`${prefix}-0`, event(0))
    const writers = Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let n = 0; n < 30; n++)
          await store.client.appendToStream(`${prefix}-${writer + 1}`, events(2, n * 2))
      }),
    )
    const { subscription, seen } = subscribe(start ?? START, prefix)
    await writers
    const { nextExpectedRevision } = await store.client.appendToStream(`${prefix}-0`, event(1))
    await seen.until(`${String(nextExpectedRevision)}@${prefix}-0`)
    const found = seen.things.filter((thing) => thing.includes(prefix))
    expect(found).to.have.length(8 * 60 + 1)
    expect(new Set(found).size).to.equal(found.length)
    const read = await places(store.client.readAll({ fromPosition: start ?? START }))
    expect(found).to.deep.equal(read.filter((place) => place.includes(prefix)).slice(1))
    await subscription.unsubscribe()
  })

  it('fails where the filter is no regular expression', async () => {
    const { seen } = subscribe(START, '', streamNameFilter({ regex: '(' }))
    while (seen.things.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(seen.things[0]).to.match(/^error /)
  })
})
