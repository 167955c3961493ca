import { expect } from 'chai'
import { allStream, fromEnd } from './settings.ts'
import { eventually } from './testing/eventually.ts'
import { checkpointStream, idOf, openWorld, type World } from './testing/world.ts'

describe('checkpoints of groups', () => {
  let world: World

  beforeEach(() => {
    world = openWorld()
  })

  afterEach(() => world.close())

  it('are written after the maximum count, and resume there', async () => {
    await world.append('s', 12)
    await world.create('s', { minCheckpointCount: 2, maxCheckpointCount: 5 })
    const one = world.connect('s', 20)
    world.registry.group('s', 'g').ack(one.received.slice(0, 7).map(({ id }) => id))
    await eventually(() => world.texts(checkpointStream).length === 1)
    expect(world.texts(checkpointStream)).to.deep.equal(['"6"'])
    await world.restart()
    expect(world.connect('s', 20).log).to.deep.equal(['7@s', '8@s', '9@s', '10@s', '11@s'])
    expect(world.registry.group('s', 'g').info().lastCheckpointedEventPosition).to.equal('6')
  })

  it('are written on the clock after the minimum count, never past an unanswered message', async () => {
    await world.append('s', 8)
    await world.create('s', { minCheckpointCount: 2 })
    const one = world.connect('s')
    const group = world.registry.group('s', 'g')
    group.ack([0, 1, 3, 4, 5].map((index) => idOf(one, index)))
    expect(world.texts(checkpointStream)).to.deep.equal([])
    world.clock.advance(1_000)
    await eventually(() => group.info().lastCheckpointedEventPosition === '1')
    group.ack([idOf(one, 2)])
    world.clock.advance(1_000)
    expect(group.info().lastCheckpointedEventPosition).to.equal('1')
    world.clock.advance(1_000)
    await eventually(() => group.info().lastCheckpointedEventPosition === '5')
    expect(world.texts(checkpointStream)).to.deep.equal(['"1"', '"5"'])
  })

  it('of $all move on with events that the filter leaves out', async () => {
    await world.append('other', 20)
    await world.create(allStream, { maxCheckpointCount: 15 }, { on: 'stream', regex: '', prefixes: ['a-'] })
    const stream = '$persistentsubscription-$all::g-checkpoint'
    const { events } = world.log.readAllForwards(0, 100)
    await eventually(() => world.texts(stream).length === 1)
    expect(world.texts(stream)).to.deep.equal([
      `"C:${events[19]?.position ?? -1}/P:${events[19]?.position ?? -1}"`,
    ])
    await world.append('other', 30)
    await eventually(() => world.texts(stream).length >= 2)
    await world.restart()
    await world.append('a-1', 1)
    await eventually(() => world.registry.group(allStream, 'g').info().readBufferCount === 1)
  })

  it('of an idle group on $all are not moved by its own books', async () => {
    await world.create(allStream, { minCheckpointCount: 1, maxCheckpointCount: 1 })
    const one = world.connect(allStream, 100)
    await world.append('s', 1)
    await world.ackAll(allStream, one, 1)
    const written = async (): Promise<number> => {
      world.clock.advance(10_000)
      await world.append('$unrelated-bystander', 0)
      return world.log.state('$persistentsubscription-$all::g-checkpoint').lastRevision
    }
    await eventually(() => world.log.state('$persistentsubscription-$all::g-checkpoint').lastRevision >= 0)
    const before = await written()
    for (let round = 0; round < 5; round++) expect(await written()).to.equal(before)
  })

  it('are not needed for a group that starts from the end to find what it missed', async () => {
    await world.append('s', 3)
    await world.create('s', { startFrom: fromEnd })
    await world.restart(() => world.append('s', 2))
    expect(world.connect('s').log).to.deep.equal(['3@s', '4@s'])
  })
})
