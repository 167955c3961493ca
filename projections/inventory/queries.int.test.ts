import { expect } from 'chai'
import { InvalidCursorError } from '../cursor.ts'
import type { TestDatabase } from '../testing/database.ts'
import { minute, stockReceived } from '../testing/histories.ts'
import { projectedDatabase } from '../testing/projected-database.ts'
import { inventoryProjection } from './projection.ts'
import { getInventory, listMovements, stockOf } from './queries.ts'

describe('queries of the inventory', () => {
  let database: TestDatabase
  before(async () => {
    const reserved = {
      sku: 'lamp',
      reservationId: 'o1',
      quantity: 3,
      expiresAt: minute(20),
      reservedAt: minute(1),
    }
    database = await projectedDatabase(
      [inventoryProjection],
      [
        ['inventory-lamp', stockReceived('lamp', 10)],
        ['inventory-desk', stockReceived('desk', 4)],
        [
          'inventory-lamp',
          { type: 'LowStockThresholdSet', data: { sku: 'lamp', threshold: 5, setAt: minute(1) } },
        ],
        ['inventory-lamp', { type: 'StockReserved', data: reserved }],
      ],
    )
  })
  after(() => database.stop())

  it('shows the levels of a sku', async () => {
    expect(await getInventory(database.pool, 'lamp')).to.deep.equal({
      ...{ sku: 'lamp', onHand: 10, reserved: 3, available: 7, lowStockThreshold: 5 },
      ...{ updatedAt: minute(1), revision: '2' },
    })
    expect(await getInventory(database.pool, 'chair')).to.equal(undefined)
  })

  it('shows the levels of many skus, as far as they ever had stock', async () => {
    const stock = await stockOf(database.pool, ['desk', 'lamp', 'chair'])
    expect([...stock].map(([sku, { available }]) => `${sku} ${available}`).sort()).to.deep.equal([
      'desk 4',
      'lamp 7',
    ])
    expect(await stockOf(database.pool, [])).to.deep.equal(new Map())
  })

  it('lists movements newest first, page by page', async () => {
    const first = await listMovements(database.pool, { sku: 'lamp', limit: 1 })
    expect(first.items).to.have.length(1)
    expect(first.items[0]).to.deep.include({
      ...{ sku: 'lamp', revision: '2', type: 'StockReserved', at: minute(1), orderId: 'o1', reference: null },
      ...{ onHandChange: 0, reservedChange: 3, onHand: 10, reserved: 3, available: 7 },
      actor: { kind: 'system', id: 'tests' },
    })
    const second = await listMovements(database.pool, {
      sku: 'lamp',
      limit: 1,
      cursor: first.nextCursor ?? '',
    })
    expect(second.items[0]).to.include({ type: 'StockReceived', reference: 'delivery 1' })
    expect(second.nextCursor).to.equal(null)
  })

  it('refuses a cursor that it did not give', async () => {
    const error = await listMovements(database.pool, { sku: 'lamp', cursor: 'WyJ4Il0' }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).to.be.instanceOf(InvalidCursorError)
  })
})
