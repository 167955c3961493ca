import { expect } from 'chai'
import fc from 'fast-check'
import { createEventLog } from '../testing/event-log.ts'
import { startDatabase, type TestDatabase } from '../testing/database.ts'
import { feed, repeatedBatches } from '../testing/feeding.ts'
import { minute, stockReceived } from '../testing/histories.ts'
import { inventoryProjection } from './projection.ts'

describe('the inventory projection', () => {
  let database: TestDatabase
  before(async () => {
    database = await startDatabase()
  })
  after(() => database.stop())

  it('gives the same rows however its events are cut into batches and repeated', async () => {
    const log = createEventLog()
    for (const sku of ['desk', 'lamp']) log.append(`inventory-${sku}`, stockReceived(sku, 10))
    for (const reservationId of ['o1', 'o2', 'o3']) {
      for (const sku of ['desk', 'lamp']) {
        const reservation = { sku, reservationId, quantity: 2 }
        log.append(`inventory-${sku}`, {
          type: 'StockReserved',
          data: { ...reservation, expiresAt: minute(20), reservedAt: minute(1) },
        })
        log.append(`inventory-${sku}`, {
          type: 'ReservationCommitted',
          data: { ...reservation, committedAt: minute(2) },
        })
      }
    }
    const expected = await feed(database.pool, inventoryProjection, [log.events])
    expect(expected['inventory']).to.have.length(2)
    expect(expected['inventory']?.[0]).to.include({ sku: 'desk', on_hand: '4', available: '4' })
    expect(expected['movements']).to.have.length(14)
    await fc.assert(
      fc.asyncProperty(repeatedBatches(log.events), async (batches) => {
        expect(await feed(database.pool, inventoryProjection, batches)).to.deep.equal(expected)
      }),
      { numRuns: 25 },
    )
  })
})
