import { randomBytes } from 'node:crypto'
import { EventStoreDBClient } from '@eventstore/db-client'
import { expect } from 'chai'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { ulid } from 'ulid'
import { orders } from '../commands/aggregates.ts'
import { createCommandHandler } from '../commands/handle.ts'
import { orderContracts, type OrderEvent } from '../domain/order/events.ts'
import { paymentContracts } from '../domain/payment/events.ts'
import { placed } from '../domain/testing/orders.ts'
import { connectEventStore, type ConnectedEventStore } from '../eventstore/connect.ts'
import { StoreUnavailableError } from '../eventstore/errors.ts'
import { openKeyStore, type PersonalDataKeyStore } from '../eventstore/personal-data/key-store.ts'
import { masterKeyOf } from '../eventstore/personal-data/master-key.ts'
import { personalDataMigration } from '../eventstore/personal-data/tables.ts'
import { createRegistry } from '../eventstore/registry.ts'
import type { NewEvent, Position, StoredEvent } from '../eventstore/types.ts'
import { connectPostgres, migrate } from '../platform/postgres.ts'
import { orderAuditTrail } from '../projections/audit/queries.ts'
import { startProjections } from '../projections/index.ts'
import { ordersProjection } from '../projections/orders/projection.ts'
import { paymentsProjection } from '../projections/payments/projection.ts'
import { getOrder } from '../projections/orders/queries.ts'
import { eventually } from './support/eventually.ts'
import { createDatabase, startEventStore, type TestServer } from './support/servers.ts'

const logger = pino({ level: 'silent' })
const masterKeys = [masterKeyOf(randomBytes(32))] as const

describe('personal data of a customer', () => {
  let server: TestServer
  let database: TestServer
  let pool: Pool
  let keys: PersonalDataKeyStore
  let store: ConnectedEventStore
  let orderId: string
  let customerId: string

  before(async () => {
    ;[server, database] = await Promise.all([startEventStore(), createDatabase()])
    await migrate(database.url, [personalDataMigration])
    pool = connectPostgres(database.url, { applicationName: 'test', logger })
  })
  after(async () => {
    await pool.end()
    await Promise.all([server.stop(), database.stop()])
  })
  beforeEach(async () => {
    orderId = ulid()
    customerId = ulid()
    keys = await openKeyStore({ pool, masterKeys })
    store = openDoor(keys)
  })
  afterEach(() => store.close())

  const openDoor = (personalData?: PersonalDataKeyStore): ConnectedEventStore =>
    connectEventStore({
      connectionString: server.url,
      registry: createRegistry(orderContracts, paymentContracts),
      logger,
      personalData,
    })
  /** A customer's name, and nobody else's. */
  const name = (): string => `Ada ${customerId}`
  const placedOrder = (): NewEvent<OrderEvent> => {
    const { data } = placed
    if (data.shippingAddress === null) throw new Error('The sample has an address')
    return {
      type: 'OrderPlaced',
      data: { ...data, orderId, customerId, shippingAddress: { ...data.shippingAddress, name: name() } },
      id: crypto.randomUUID(),
      metadata: {
        $correlationId: 'correlation',
        $causationId: 'cause',
        actor: { kind: 'customer', id: customerId },
        commandId: ulid(),
      },
    }
  }
  const reserved = (): NewEvent<OrderEvent> => ({
    ...placedOrder(),
    type: 'OrderReserved',
    data: { orderId, reservedAt: '2026-01-01T00:00:00.000Z' },
  })
  const addressIn = (event: StoredEvent | undefined): unknown => {
    const data: unknown = event?.data
    return typeof data === 'object' && data !== null && 'shippingAddress' in data
      ? data.shippingAddress
      : undefined
  }

  it('stands in the event store encrypted, and is read in clear through the door', async () => {
    const event = placedOrder()
    await store.append(`order-${orderId}`, [event], 'no_stream')
    const client = EventStoreDBClient.connectionString(server.url)
    const stored: unknown[] = []
    for await (const { event: record } of client.readStream(`order-${orderId}`)) stored.push(record)
    await client.dispose()
    const text = JSON.stringify(stored, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    expect(text).to.contain('$encrypted').and.not.contain(name())
    const { events } = await store.readStream(`order-${orderId}`)
    expect(events[0]?.data).to.deep.equal(event.data)
  })

  it('is written once, though it is encrypted otherwise, where an append is repeated', async () => {
    const events = [placedOrder()]
    const first = await store.append(`order-${orderId}`, events, 'no_stream')
    expect(await store.append(`order-${orderId}`, events, 'no_stream')).to.deep.equal(first)
    expect((await store.readStream(`order-${orderId}`)).events).to.have.length(1)
  })

  it('is null for all who read once it is erased, and everything goes on', async () => {
    const from: Position | 'start' = (await store.headPosition()) ?? 'start'
    await store.append(`order-${orderId}`, [placedOrder(), reserved()], 'no_stream')
    const before = await store.readStream(`order-${orderId}`)
    const { state } = await createCommandHandler({ store }).load(orders, orderId)

    await keys.eraseCustomer(customerId)
    const after = await store.readStream(`order-${orderId}`)
    expect(addressIn(after.events[0])).to.equal(null)
    expect(after.events.map(({ id, type, revision }) => [id, type, revision])).to.deep.equal(
      before.events.map(({ id, type, revision }) => [id, type, revision]),
    )

    // the fold, in an instance that has not held the key
    const other = openDoor(await openKeyStore({ pool, masterKeys }))
    const folded = await createCommandHandler({ store: other }).load(orders, orderId)
    expect(folded.state).to.deep.equal(state)
    await other.append(`order-${orderId}`, [{ ...reserved(), id: crypto.randomUUID() }], 1n)

    // a read model that is built anew
    const rebuilt = await createDatabase()
    const readModels = connectPostgres(rebuilt.url, { applicationName: 'test', logger })
    const projections = await startProjections({
      ...{ store: other, pool: readModels, logger, projections: [ordersProjection, paymentsProjection] },
    })
    const order = await eventually(() => getOrder(readModels, orderId))
    expect(order).to.include({ id: orderId, customerId, shippingAddress: null })
    await projections.stop()
    await readModels.end()
    await rebuilt.stop()

    // the audit, subscriptions and consumers
    expect((await orderAuditTrail(other, orderId)).map(({ type }) => type)).to.deep.equal([
      'OrderPlaced',
      'OrderReserved',
      'OrderReserved',
    ])
    const controller = new AbortController()
    const options = { from, streamPrefixes: [`order-${orderId}`], signal: controller.signal }
    for await (const item of other.subscribeToAll(options)) {
      if (item.kind === 'unreadable') throw item.event.error
      if (item.kind !== 'event') continue
      expect(addressIn(item.event)).to.equal(null)
      break
    }
    const taken = new Promise<StoredEvent>((resolve) => {
      void other.consumeGroup({
        ...{ group: `group-${orderId}`, eventTypes: ['OrderPlaced'], concurrency: 1 },
        messageTimeoutMs: 10_000,
        handle: (event) => {
          if (event.stream === `order-${orderId}`) resolve(event)
          return Promise.resolve({ kind: 'done' })
        },
        signal: controller.signal,
      })
    })
    expect(addressIn(await taken)).to.equal(null)
    controller.abort()
    await other.close()
  })

  it('is not stored any more for a customer who was erased', async () => {
    await keys.eraseCustomer(customerId)
    await store.append(`order-${orderId}`, [placedOrder()], 'no_stream')
    expect(addressIn((await store.readStream(`order-${orderId}`)).events[0])).to.equal(null)
  })

  it('is nobody’s but the customer’s: another’s erasure changes nothing', async () => {
    await store.append(`order-${orderId}`, [placedOrder()], 'no_stream')
    await keys.eraseCustomer(ulid())
    expect(addressIn((await store.readStream(`order-${orderId}`)).events[0])).to.include({ name: name() })
  })

  it('costs one query for the events of many customers, written or read', async () => {
    const events = Array.from({ length: 500 }, () => {
      customerId = ulid()
      return placedOrder()
    })
    let queries = 0
    const counted = new Proxy(pool, {
      get: (target, property) => {
        if (property === 'query') queries += 1
        const member: unknown = Reflect.get(target, property)
        return typeof member === 'function' ? (member.bind(target) as unknown) : member
      },
    })
    const open = async (): Promise<ConnectedEventStore> =>
      openDoor(await openKeyStore({ pool: counted, masterKeys }))
    const [writer, reader] = [await open(), await open()]
    queries = 0
    await writer.append(`order-${orderId}`, events, 'no_stream')
    expect(queries).to.equal(1)
    const read = await reader.readStream(`order-${orderId}`)
    expect(queries).to.equal(2)
    expect(read.events.map(({ data }) => data)).to.deep.equal(events.map(({ data }) => data))
    await Promise.all([writer.close(), reader.close()])
  })

  it('makes readers wait, and nothing be lost, while the keys are away', async () => {
    await store.append(`order-${orderId}`, [placedOrder()], 'no_stream')
    let isAway = true
    const flaky: PersonalDataKeyStore = {
      ...(await openKeyStore({ pool, masterKeys })),
      byId: async (ids) => {
        if (isAway) throw new StoreUnavailableError('keys of personal data', new Error('away'))
        return keys.byId(ids)
      },
    }
    const other = openDoor(flaky)
    const failure: unknown = await other.readStream(`order-${orderId}`).catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(StoreUnavailableError)
    const controller = new AbortController()
    const options = {
      from: 'start',
      streamPrefixes: [`order-${orderId}`],
      signal: controller.signal,
    } as const
    const iterator = other.subscribeToAll(options)[Symbol.asyncIterator]()
    const first = iterator.next()
    isAway = false
    const item = await first
    expect(item.value).to.containSubset({ kind: 'event', event: { stream: `order-${orderId}` } })
    controller.abort()
    await other.close()
  })
})
