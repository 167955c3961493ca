import { expect } from 'chai'
import { pino } from 'pino'
import { ulid } from 'ulid'
import { v7 as uuidV7 } from 'uuid'
import { inventoryContracts } from '../domain/inventory-item/events.ts'
import { connectEventStore, type ConnectedEventStore } from '../eventstore/connect.ts'
import { ConcurrencyError, UnknownOutcomeError } from '../eventstore/errors.ts'
import { createRegistry } from '../eventstore/registry.ts'
import { startEventStore, type TestServer } from '../test/support/servers.ts'
import { inventory } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { BusyError } from './errors.ts'
import { createCommandHandler, type CommandHandler } from './handle.ts'
import { withFaults } from './testing/faulty-store.ts'

const now = '2026-01-01T00:00:00.000Z'
const later = '2026-01-01T00:15:00.000Z'

const context = (commandId: string): CommandContext => ({
  actor: { kind: 'staff', id: 'tester' },
  correlationId: 'correlation',
  causationId: 'cause',
  commandId,
})

const receive = (handler: CommandHandler, sku: string, quantity: number, commandId: string = ulid()) =>
  handler.handle(
    inventory,
    sku,
    { type: 'ReceiveStock', sku, quantity, reference: 'delivery', at: now },
    context(commandId),
  )

const reserve = (handler: CommandHandler, sku: string, reservationId: string, quantity = 1) =>
  handler.handle(
    inventory,
    sku,
    { type: 'ReserveStock', sku, reservationId, quantity, expiresAt: later, at: now },
    context(`${reservationId}/reserve`),
  )

describe('handling commands', () => {
  let server: TestServer
  let store: ConnectedEventStore
  let sku: string

  before(async () => {
    server = await startEventStore()
    store = connectEventStore({
      connectionString: server.url,
      registry: createRegistry(inventoryContracts),
      logger: pino({ level: 'silent' }),
    })
  })
  after(async () => {
    await store.close()
    await server.stop()
  })
  beforeEach(() => {
    sku = ulid()
  })

  const types = async (): Promise<string[]> => {
    const { events } = await store.readStream(`inventory-${sku}`)
    return events.map(({ type }) => type)
  }

  it('appends what is decided, with who, why and what it goes back to', async () => {
    const handler = createCommandHandler({ store })
    const outcome = await receive(handler, sku, 5, 'the-command')
    expect(outcome).to.deep.include({ accepted: true, revision: 0n })
    const { events } = await store.readStream(`inventory-${sku}`)
    expect(events).to.have.length(1)
    expect(events[0]).to.deep.include({
      type: 'StockReceived',
      data: { sku, quantity: 5, reference: 'delivery', receivedAt: now },
      metadata: {
        $correlationId: 'correlation',
        $causationId: 'cause',
        actor: { kind: 'staff', id: 'tester' },
        commandId: 'the-command',
        schemaVersion: 1,
      },
    })
  })

  it('answers a refusal and appends nothing', async () => {
    const handler = createCommandHandler({ store })
    const outcome = await reserve(handler, sku, 'r1')
    expect(outcome).to.deep.equal({
      accepted: false,
      rejection: { type: 'insufficient_stock', sku, requested: 1, available: 0 },
    })
    expect(await types()).to.deep.equal([])
  })

  it('answers a repeated command with success and appends nothing', async () => {
    const handler = createCommandHandler({ store })
    const first = await receive(handler, sku, 5, 'once')
    const again = await receive(handler, sku, 5, 'once')
    const elsewhere = await receive(createCommandHandler({ store }), sku, 5, 'once')
    expect(first.accepted && first.events.length).to.equal(1)
    expect(again).to.deep.include({ accepted: true, events: [], revision: 0n })
    expect(elsewhere).to.deep.include({ accepted: true, events: [], revision: 0n })
    expect(await types()).to.deep.equal(['StockReceived'])
  })

  it('decides again on what another process has appended', async () => {
    const [here, there] = [createCommandHandler({ store }), createCommandHandler({ store })]
    await receive(here, sku, 1)
    await reserve(there, sku, 'theirs')
    expect(await reserve(here, sku, 'ours')).to.deep.include({ accepted: false })
    expect(await types()).to.deep.equal(['StockReceived', 'StockReserved'])
  })

  it('does not refuse on a state that has become old', async () => {
    const [here, there] = [createCommandHandler({ store }), createCommandHandler({ store })]
    await receive(here, sku, 1)
    await reserve(here, sku, 'first')
    await receive(there, sku, 1)
    expect(await reserve(here, sku, 'second')).to.deep.include({ accepted: true })
  })

  it('appends commands that wait for one stream together; one that is refused fails alone', async () => {
    const { store: counted, appends } = withFaults(store, (stream) => new UnknownOutcomeError(stream, 'test'))
    const handler = createCommandHandler({ store: counted })
    await receive(handler, sku, 3)
    const before = appends()
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) => reserve(handler, sku, `r${index}`)),
    )
    expect(outcomes.filter(({ accepted }) => accepted)).to.have.length(3)
    expect(appends() - before).to.be.at.most(2)
    expect(await types()).to.deep.equal(['StockReceived', ...Array<string>(3).fill('StockReserved')])
    const revisions = outcomes.flatMap((outcome) => (outcome.accepted ? [outcome.revision] : []))
    expect(revisions).to.deep.equal([1n, 2n, 3n])
  })

  it('never sells more than there is, however many processes compete', async () => {
    const handlers = Array.from({ length: 5 }, () => createCommandHandler({ store }))
    await receive(createCommandHandler({ store }), sku, 20)
    const outcomes = await Promise.all(
      handlers.flatMap((handler, process) =>
        Array.from({ length: 20 }, (_, index) => reserve(handler, sku, `p${process}-${index}`)),
      ),
    )
    expect(outcomes.filter(({ accepted }) => accepted)).to.have.length(20)
    expect(await types()).to.have.length(21)
  })

  for (const fault of ['before', 'after'] as const) {
    it(`writes once where the answer was lost ${fault} the write`, async () => {
      const faulty = withFaults(store, (stream) => new UnknownOutcomeError(stream, 'test'))
      const handler = createCommandHandler({ store: faulty.store })
      faulty.fail(fault, fault)
      const outcome = await receive(handler, sku, 5)
      expect(outcome).to.deep.include({ accepted: true, revision: 0n })
      expect(await types()).to.deep.equal(['StockReceived'])
      await receive(handler, sku, 1)
      expect(await types()).to.deep.equal(['StockReceived', 'StockReceived'])
    })
  }

  it('writes once where the answer was lost and another appended meanwhile', async () => {
    const other = createCommandHandler({ store })
    let isFirst = true
    const interrupted = createCommandHandler({
      store: {
        ...store,
        append: async (stream, events, expected) => {
          const receipt = await store.append(stream, events, expected)
          if (!isFirst) return receipt
          isFirst = false
          await receive(other, sku, 2)
          throw new UnknownOutcomeError(stream, 'test')
        },
      },
    })
    await receive(interrupted, sku, 1)
    expect(await types()).to.deep.equal(['StockReceived', 'StockReceived'])
    const { state } = await interrupted.load(inventory, sku)
    expect(state.available).to.equal(3)
  })

  it('says so where the outcome stays unknown, and the command can be sent again', async () => {
    const faulty = withFaults(store, (stream) => new UnknownOutcomeError(stream, 'test'))
    const handler = createCommandHandler({ store: faulty.store })
    faulty.fail('after', 'after', 'after', 'after')
    const failed = await receive(handler, sku, 5, 'lost').catch((error: unknown) => error)
    expect(failed).to.be.instanceOf(UnknownOutcomeError)
    expect(await receive(handler, sku, 5, 'lost')).to.deep.include({ accepted: true, events: [] })
    expect(await types()).to.deep.equal(['StockReceived'])
  })

  it('recognises a command that is repeated long after, on a stream that has gone on', async () => {
    const handler = createCommandHandler({ store })
    const wish = uuidV7()
    await receive(handler, sku, 5, wish)
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 400 }, () => receive(handler, sku, 1)))
    }
    const before = (await store.readStream(`inventory-${sku}`)).revision
    for (const process of [handler, createCommandHandler({ store })]) {
      expect(await receive(process, sku, 5, wish)).to.deep.include({ accepted: true, events: [] })
    }
    expect((await store.readStream(`inventory-${sku}`)).revision).to.equal(before)
    // one that was wished for as long ago, but was never done
    const other = uuidV7({ msecs: Date.now() - 3_600_000 })
    expect(await receive(handler, sku, 5, other)).to.deep.include({ accepted: true })
    expect((await store.readStream(`inventory-${sku}`)).revision).to.equal((before ?? 0n) + 1n)
  })

  it('does not look back for a command that is new', async () => {
    let reads = 0
    const handler = createCommandHandler({
      store: {
        ...store,
        readStream: (stream, options) => {
          reads += 1
          return store.readStream(stream, options)
        },
      },
    })
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 400 }, () => receive(handler, sku, 1)))
    }
    const before = reads
    // a window that is younger than the clocks may be apart has to be looked past; an old one has not
    await receive(handler, sku, 1, uuidV7({ msecs: Date.now() + 120_000 }))
    expect(reads).to.equal(before)
  })

  it('answers a repeated command that named a revision with its first outcome', async () => {
    const handler = createCommandHandler({ store })
    await receive(handler, sku, 5)
    const command = { type: 'AdjustStock', sku, delta: -1, reason: 'lost', at: now } as const
    for (let time = 1; time <= 2; time += 1) {
      const outcome = await handler.handle(inventory, sku, command, context('a'), { expectedRevision: 0n })
      expect(outcome).to.deep.include({ accepted: true, revision: 1n })
    }
    expect(await types()).to.deep.equal(['StockReceived', 'StockAdjusted'])
  })

  it('does not decide anew for a caller who named a revision', async () => {
    const handler = createCommandHandler({ store })
    await receive(handler, sku, 5)
    const command = { type: 'AdjustStock', sku, delta: -1, reason: 'lost', at: now } as const
    const adjusted = await handler.handle(inventory, sku, command, context('a'), { expectedRevision: 0n })
    expect(adjusted).to.deep.include({ accepted: true, revision: 1n })
    const stale = await handler
      .handle(inventory, sku, command, context('b'), { expectedRevision: 0n })
      .catch((error: unknown) => error)
    expect(stale).to.be.instanceOf(ConcurrencyError).that.includes({ expected: 0n, actual: 1n })
    expect(await types()).to.deep.equal(['StockReceived', 'StockAdjusted'])
  })

  it('does not let one command that breaks its contract spoil the others', async () => {
    const handler = createCommandHandler({ store })
    await receive(handler, sku, 1)
    const results = await Promise.allSettled([
      receive(handler, sku, 1),
      receive(handler, sku, 0.5),
      receive(handler, sku, 2),
    ])
    expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
    expect(await types()).to.have.length(3)
  })

  it('refuses at once where too many wait', async () => {
    const handler = createCommandHandler({ store, mailboxes: { waiting: 2, batch: 10 } })
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => receive(handler, sku, 1)))
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    )
    expect(refused).to.have.length(2)
    for (const reason of refused) expect(reason).to.be.instanceOf(BusyError)
    expect(await types()).to.have.length(3)
  })

  it('loads only what came since, and not even that where enough is known', async () => {
    let reads = 0
    const handler = createCommandHandler({
      store: {
        ...store,
        readStream: (stream, options) => {
          reads += 1
          return store.readStream(stream, options)
        },
      },
    })
    await receive(handler, sku, 5)
    expect(reads).to.equal(1)
    expect((await handler.load(inventory, sku, 0n)).revision).to.equal(0n)
    expect(reads).to.equal(1)
    await receive(createCommandHandler({ store }), sku, 1)
    expect((await handler.load(inventory, sku, 1n)).state.available).to.equal(6)
    expect(reads).to.equal(2)
  })
})
