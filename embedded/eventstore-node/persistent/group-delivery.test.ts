import { expect } from 'chai'
import { allStream, fromEnd } from './settings.ts'
import { consumer, proposed } from './testing/doubles.ts'
import { eventually } from './testing/eventually.ts'
import { idOf, openWorld, usual, type World } from './testing/world.ts'

describe('a group delivers', () => {
  let world: World

  beforeEach(() => {
    world = openWorld()
  })

  afterEach(() => world.close())

  it('gives a consumer as many as it may hold, and one more for each answer', async () => {
    await world.append('s', 6)
    await world.create('s')
    const one = world.connect('s', 3)
    expect(one.log).to.deep.equal(['0@s', '1@s', '2@s'])
    world.registry.group('s', 'g').ack([idOf(one, 1)])
    expect(one.log).to.deep.equal(['0@s', '1@s', '2@s', '3@s'])
  })

  it('gives each event to one of several consumers, live too', async () => {
    await world.create('s')
    const all = [world.connect('s', 100, 'a'), world.connect('s', 100, 'b'), world.connect('s', 100, 'c')]
    for (let round = 0; round < 10; round++) await world.append('s', 9)
    await eventually(() => all.reduce((sum, { received }) => sum + received.length, 0) >= 90)
    const revisions = all.flatMap(({ received }) => received.map(({ original }) => original.revision))
    expect(revisions.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 90 }, (_, n) => n))
    for (const { received } of all) expect(received).to.have.length(30)
  })

  it('falls behind when its buffer is full, and comes back without gap or double', async () => {
    await world.create('s', { historyBufferSize: 30, readBatchSize: 5 })
    const slow = world.connect('s', 4)
    for (let round = 0; round < 20; round++) await world.append('s', 10)
    const { status, readBufferCount } = world.registry.group('s', 'g').info()
    expect({ status, readBufferCount }).to.deep.equal({ status: 'Behind', readBufferCount: 30 })
    await world.ackAll('s', slow, 200)
    expect(slow.received.map(({ original }) => original.revision)).to.deep.equal(
      Array.from({ length: 200 }, (_, n) => n),
    )
    expect(world.registry.group('s', 'g').info().status).to.equal('Live')
    await world.append('s', 1)
    await eventually(() => slow.log.at(-1) === '200@s')
  })

  it('gives a consumer that stopped reading nothing more, and goes on once it reads', async () => {
    await world.create('s', { messageTimeout: 1_000 })
    const stuck = world.connect('s', 2, 'stuck')
    stuck.reading = false
    await world.append('s', 4)
    expect(stuck.log).to.deep.equal([])
    stuck.reading = true
    world.registry.group('s', 'g').wake()
    expect(stuck.log).to.deep.equal(['0@s', '1@s'])
    stuck.reading = false
    world.clock.advance(60_000)
    expect(stuck.received).to.have.length(2)
    const other = world.connect('s', 10, 'other')
    expect(other.log).to.deep.equal(['0@s retry 1', '1@s retry 1', '2@s', '3@s'])
  })

  it('starts from a revision, from the end, or beyond it', async () => {
    await world.append('s', 4)
    await world.create('s', { startFrom: 2 })
    expect(world.connect('s').log).to.deep.equal(['2@s', '3@s'])
    await world.registry.create({ stream: 's' }, 'end', { ...usual, startFrom: fromEnd }, 'system')
    await world.registry.create({ stream: 's' }, 'beyond', { ...usual, startFrom: 5 }, 'system')
    const [end, beyond] = [consumer(), consumer()]
    world.registry.group('s', 'end').add(end)
    world.registry.group('s', 'beyond').add(beyond)
    await world.append('s', 2)
    await eventually(() => end.received.length === 2)
    expect(end.log).to.deep.equal(['4@s', '5@s'])
    expect(beyond.log).to.deep.equal(['5@s'])
  })

  it('goes on with what is left of a truncated stream', async () => {
    await world.append('s', 5)
    await world.log.append('$$s', 'any', [proposed('$metadata', { $tb: 3 })])
    await world.create('s')
    expect(world.connect('s').log).to.deep.equal(['3@s', '4@s'])
  })

  it('follows links where it is told to; a link to nothing comes as it is', async () => {
    await world.append('s', 2)
    const link = (target: string) => ({
      ...proposed('$>'),
      contentType: 'application/octet-stream',
      data: Buffer.from(target),
    })
    await world.log.append('links', 'any', [link('1@s'), link('7@s')])
    await world.create('links', { resolveLinks: true })
    const one = world.connect('links')
    expect(
      one.received.map(({ resolved }) => [resolved.event?.revision, resolved.link?.revision]),
    ).to.deep.equal([
      [1, 0],
      [undefined, 1],
    ])
    expect(one.received.map(({ id }) => id)).to.deep.equal(
      world.log.readForwards('links', 0, 2).map(({ id }) => id),
    )
  })

  it('holds a second event of the same id back until the first is answered', async () => {
    const twice = proposed('Happened')
    await world.log.append('a-1', 'any', [twice])
    await world.log.append('a-2', 'any', [twice])
    await world.create(allStream, {}, { on: 'stream', regex: '', prefixes: ['a-'] })
    const one = world.connect(allStream)
    expect(one.log).to.deep.equal(['0@a-1'])
    world.registry.group(allStream, 'g').ack([twice.id])
    expect(one.log).to.deep.equal(['0@a-1', '0@a-2'])
  })
})
