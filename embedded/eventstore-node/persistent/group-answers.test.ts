import { expect } from 'chai'
import type { NodeLog } from '../log/log.ts'
import type { AppendResult } from '../log/types.ts'
import { BookkeepingError } from './errors.ts'
import { eventually } from './testing/eventually.ts'
import { checkpointStream, idOf, openWorld, parkedStream, type World } from './testing/world.ts'

describe('answers of consumers', () => {
  let world: World

  beforeEach(() => {
    world = openWorld()
  })

  afterEach(() => world.close())

  beforeEach(async () => {
    await world.append('s', 3)
    await world.create('s', { maxRetryCount: 2 })
  })

  it('ack, skip and stop end a message; ids that nobody holds are ignored', async () => {
    const one = world.connect('s')
    const group = world.registry.group('s', 'g')
    group.ack([idOf(one, 0), 'ffffffff-ffff-ffff-ffff-ffffffffffff'])
    group.nack([idOf(one, 1)], 'skip', 'no use')
    group.nack([idOf(one, 2)], 'stop', 'enough')
    expect(group.info()).to.include({
      outstandingMessagesCount: 0,
      parkedMessageCount: 0,
      retryBufferCount: 0,
    })
    await world.append('s', 1)
    await eventually(() => one.log.length === 4)
    expect(one.log).to.deep.equal(['0@s', '1@s', '2@s', '3@s'])
  })

  for (const action of ['retry', 'unknown'] as const) {
    it(`${action} delivers again, at most as often as the group allows, then it is parked`, async () => {
      const one = world.connect('s', 1)
      for (let delivery = 0; delivery < 3; delivery++)
        world.registry.group('s', 'g').nack([idOf(one, delivery)], action, 'later')
      await eventually(() => world.registry.group('s', 'g').info().parkedMessageCount === 1)
      expect(one.log).to.deep.equal(['0@s', '0@s retry 1', '0@s retry 2', '1@s'])
      const [link] = world.log.readForwards(parkedStream, 0, 1)
      expect(link?.type).to.equal('$>')
      expect(Buffer.from(link?.data ?? []).toString()).to.equal('0@s')
      const metadata: unknown = JSON.parse(Buffer.from(link?.metadata ?? []).toString())
      expect(metadata).to.deep.equal({
        added: '1970-01-01T00:16:40+00:00',
        reason: 'Reached retry count of 2',
      })
    })
  }

  it('park parks with the reason that the consumer gave', async () => {
    const one = world.connect('s')
    world.registry.group('s', 'g').nack([idOf(one, 1), idOf(one, 2)], 'park', 'broken')
    await eventually(() => world.registry.group('s', 'g').info().parkedMessageCount === 2)
    expect(world.texts(parkedStream)).to.deep.equal(['1@s', '2@s'])
    const [link] = world.log.readForwards(parkedStream, 0, 1)
    expect(JSON.parse(Buffer.from(link?.metadata ?? []).toString())).to.deep.equal({
      added: '1970-01-01T00:16:40+00:00',
      reason: "Client explicitly NAK'ed message.\nbroken",
      subscriptionEventNumber: 1,
    })
  })

  it('a message that nobody answers goes out again after its time; the slot is free again', () => {
    const one = world.connect('s', 2)
    world.clock.advance(29_000)
    expect(one.log).to.deep.equal(['0@s', '1@s'])
    world.clock.advance(1_000)
    expect(one.log).to.deep.equal(['0@s', '1@s', '0@s retry 1', '1@s retry 1'])
    world.clock.advance(30_000)
    world.clock.advance(30_000)
    expect(one.log.slice(-1)).to.deep.equal(['2@s'])
  })

  it('what a lost consumer held goes to another, however often it was retried', async () => {
    for (let loss = 0; loss < 4; loss++) {
      const lost = world.connect('s', 2)
      expect(lost.received).to.have.length(2)
      world.registry.group('s', 'g').remove(lost)
    }
    const heir = world.connect('s')
    expect(heir.log).to.deep.equal(['0@s retry 4', '1@s retry 4', '2@s'])
    world.registry.group('s', 'g').nack([idOf(heir, 0)], 'retry', 'once more')
    await eventually(() => world.registry.group('s', 'g').info().parkedMessageCount === 1)
  })

  it('keeps a message that could not be parked, and parks it as soon as the log takes it', async () => {
    let failures = 2
    const failing: NodeLog = {
      ...world.log,
      get end() {
        return world.log.end
      },
      get lastPosition() {
        return world.log.lastPosition
      },
      append: (...args): Promise<AppendResult> =>
        args[0] === parkedStream && failures-- > 0
          ? Promise.reject(new Error('disk full'))
          : world.log.append(...args),
    }
    await world.restart(undefined, failing)
    const one = world.connect('s')
    world.registry.group('s', 'g').nack([idOf(one, 0)], 'park', 'broken')
    await eventually(() => world.reported.length === 1)
    expect(world.reported[0]).to.be.instanceOf(BookkeepingError).and.have.property('stream', parkedStream)
    world.registry.group('s', 'g').ack([idOf(one, 1), idOf(one, 2)])
    world.clock.advance(1_000)
    await eventually(() => world.reported.length === 2)
    world.clock.advance(1_000)
    await eventually(() => world.texts(parkedStream).length === 1)
    expect(
      world.texts(checkpointStream),
      'no checkpoint may pass a message that is not parked',
    ).to.deep.equal([])
  })
})
