import { expect } from 'chai'
import { type RecordingConsumer } from './testing/doubles.ts'
import { eventually } from './testing/eventually.ts'
import { failsWith, idOf, openWorld, parkedStream, type World } from './testing/world.ts'

describe('parked messages', () => {
  let world: World

  beforeEach(() => {
    world = openWorld()
  })

  afterEach(() => world.close())

  const park = async (count: number): Promise<RecordingConsumer> => {
    await world.append('s', count)
    await world.create('s', { maxRetryCount: 1 })
    const one = world.connect('s', 50)
    world.registry.group('s', 'g').nack(
      one.received.map(({ id }) => id),
      'park',
      'broken',
    )
    await eventually(() => world.registry.group('s', 'g').info().parkedMessageCount === count)
    one.log.length = 0
    one.received.length = 0
    return one
  }
  const parkedCount = (): number => world.registry.group('s', 'g').info().parkedMessageCount

  it('are replayed up to a number, then all', async () => {
    const one = await park(5)
    world.registry.replayParked('s', 'g', 2)
    expect(one.received.map(({ resolved }) => resolved.event?.revision)).to.deep.equal([0, 1])
    expect(one.received.map(({ original }) => original.stream)).to.deep.equal([parkedStream, parkedStream])
    expect(parkedCount()).to.equal(3)
    world.registry.replayParked('s', 'g', undefined)
    expect(one.received.map(({ resolved }) => resolved.event?.revision)).to.deep.equal([0, 1, 2, 3, 4])
    expect(parkedCount()).to.equal(0)
    await eventually(() => world.log.state(parkedStream).firstReadable === 5)
  })

  it('are parked again after the retries, which begin anew', async () => {
    const one = await park(1)
    world.registry.replayParked('s', 'g', undefined)
    const group = world.registry.group('s', 'g')
    group.nack([idOf(one, 0)], 'retry', '')
    group.nack([idOf(one, 1)], 'retry', '')
    await eventually(() => parkedCount() === 1)
    expect(one.received).to.have.length(2)
    expect(world.texts(parkedStream)).to.deep.equal(['0@s'])
  })

  it('go out in pages: more than the buffer holds are not read at once', async () => {
    await world.append('s', 40)
    await world.create('s', { historyBufferSize: 10, readBatchSize: 2 })
    const one = world.connect('s', 50)
    world.registry.group('s', 'g').nack(
      one.received.map(({ id }) => id),
      'park',
      '',
    )
    await eventually(() => parkedCount() === 40)
    world.registry.group('s', 'g').remove(one)
    world.registry.replayParked('s', 'g', undefined)
    const { retryBufferCount, status } = world.registry.group('s', 'g').info()
    expect({ retryBufferCount, status }).to.deep.equal({
      retryBufferCount: 10,
      status: 'ReplayingParkedMessages, Live',
    })
    const two = world.connect('s', 3)
    await world.ackAll('s', two, 40)
    expect(two.received.map(({ resolved }) => resolved.event?.revision)).to.deep.equal(
      Array.from({ length: 40 }, (_, n) => n),
    )
    expect(parkedCount()).to.equal(0)
  })

  it('that were replayed and not answered are parked again when the group stops', async () => {
    const one = await park(3)
    world.registry.replayParked('s', 'g', undefined)
    world.registry.group('s', 'g').ack([idOf(one, 1)])
    await world.restart()
    expect(parkedCount()).to.equal(2)
    expect(world.texts(parkedStream)).to.deep.equal(['0@s', '2@s'])
  })

  it('survive a restart', async () => {
    await park(3)
    await world.restart()
    expect(parkedCount()).to.equal(3)
  })

  it('cannot be replayed up to a negative number', async () => {
    await park(1)
    const error = await failsWith(() => {
      world.registry.replayParked('s', 'g', -1)
    }, 'persistent-subscription-failed')
    expect(error.reason).to.equal('Cannot stop replaying parked message at a negative version.')
    world.registry.replayParked('s', 'g', 0)
    expect(parkedCount()).to.equal(1)
  })
})
