import { expect } from 'chai'
import type pg from 'pg'
import { ensureGenerations } from './ensure-generations.ts'
import { acquireLeases, LEASE_MS, releaseLeases, renewLeases, type Lease } from './lease.ts'
import { LeaseLostError, memberOf } from './member.ts'
import { openPool, rowsOf, startDatabase, until, type TestDatabase } from './testing/database.ts'
import { createEventLog } from './testing/event-log.ts'
import { seenProjection, seenTable } from './testing/seen-projection.ts'
import { writePortion } from './write-batch.ts'

const a = seenProjection('a', 'a-')
const key = { projection: 'a', number: 1 }

describe('the lease of a projection', () => {
  let database: TestDatabase
  let session: pg.Client
  let other: pg.Client
  beforeEach(async () => {
    database = await startDatabase()
    await ensureGenerations(database.pool, [a])
    session = await database.connect()
    other = await database.connect()
  })
  afterEach(async () => {
    await Promise.all([session.end(), other.end()])
    await database.stop()
  })

  const take = async (client: pg.Client, owner: string): Promise<Lease | undefined> =>
    (await acquireLeases(client, owner, [key]))[0]

  it('belongs to one owner', async () => {
    expect(await take(session, 'first')).to.include({ epoch: 1n, state: 'live', position: undefined })
    expect(await take(other, 'second')).to.equal(undefined)
  })

  it('is free when it is given back', async () => {
    const lease = await take(session, 'first')
    if (lease === undefined) throw new Error('it was free')
    await releaseLeases(session, 'first', [lease])
    expect(await take(other, 'second')).to.include({ epoch: 2n })
  })

  it('is free as soon as the connection of its owner is gone', async () => {
    const client = await database.connect()
    await take(client, 'first')
    await client.end()
    await until(async () => (await take(other, 'second')) !== undefined)
  })

  it('is free when it has run out', async () => {
    await take(session, 'first')
    await database.pool.query(
      `UPDATE projections.generations SET lease_until = lease_until - $1 * interval '1 ms'`,
      [LEASE_MS],
    )
    expect(await take(other, 'second')).to.include({ epoch: 2n })
  })

  it('can be renewed as long as it was not taken by another', async () => {
    const lease = await take(session, 'first')
    if (lease === undefined) throw new Error('it was free')
    expect(await renewLeases(session, 'first', [lease])).to.deep.equal([key])
    await releaseLeases(session, 'first', [lease])
    await take(other, 'second')
    expect(await renewLeases(session, 'first', [lease])).to.deep.equal([])
  })

  it('makes writes of an owner that lost it abort as a whole', async () => {
    const lease = await take(session, 'first')
    if (lease === undefined) throw new Error('it was free')
    const member = memberOf(a, 'a_g1', lease)
    const log = createEventLog()
    const event = log.append('a-1', { type: 'One', data: {} })
    await releaseLeases(session, 'first', [lease])
    await take(other, 'second')
    const portion = { items: [{ kind: 'event' as const, event }], upTo: event.position, caughtUp: true }
    let error: unknown
    try {
      await writePortion(database.pool, [member], portion)
    } catch (thrown) {
      error = thrown
    }
    expect(error).to.be.instanceOf(LeaseLostError).with.property('message', 'The lease of a g1 was lost')
    expect(await rowsOf(database.pool, 'a_g1', [seenTable])).to.deep.equal({ seen: [] })
    expect(member.position).to.equal(undefined)
  })

  it('makes a stale owner wait for the new owner, and then abort', async () => {
    const lease = await take(session, 'first')
    if (lease === undefined) throw new Error('it was free')
    const member = memberOf(a, 'a_g1', lease)
    const event = createEventLog().append('a-1', { type: 'One', data: {} })
    const own = openPool(database.url)
    await other.query('BEGIN')
    await other.query('UPDATE projections.generations SET epoch = epoch + 1')
    const stale = writePortion(own, [member], {
      ...{ items: [{ kind: 'event', event }], upTo: event.position, caughtUp: true },
    }).then(
      () => 'written',
      (error: unknown) => (error instanceof LeaseLostError ? 'aborted' : error),
    )
    await until(async () => {
      const { rows } = await session.query(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%projections.generations%'`,
      )
      return rows.length > 0
    })
    await other.query('COMMIT')
    expect(await stale).to.equal('aborted')
    await own.end()
  })
})
