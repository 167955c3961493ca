import { expect } from 'chai'
import { startDatabase, type TestDatabase } from '../testing/database.ts'
import { paidOrder, refund, sideBySide } from '../testing/histories.ts'
import { expectSameRows, stored } from '../testing/repetition.ts'
import { paymentsProjection } from './projection.ts'

describe('the payments projection', () => {
  let database: TestDatabase
  before(async () => {
    database = await startDatabase()
  })
  after(() => database.stop())

  it('gives the same rows however its events are cut into batches, repeated and mixed', async () => {
    const events = stored(
      sideBySide(
        [...paidOrder('o1'), ...refund('o1', 'r1', 500, 'settled')],
        [...paidOrder('o2'), ...refund('o2', 'r1', 500, 'failed')],
        paidOrder('o3'),
      ).filter(([stream]) => stream.startsWith('payment-')),
    )
    const { payments } = await expectSameRows(database.pool, paymentsProjection, events)
    expect(payments).to.have.length(3)
    expect(payments?.[0]).to.include({ status: 'partially_refunded', refunded_amount: '500' })
    expect(payments?.[1]).to.deep.include({
      status: 'captured',
      failure: { code: 'refused', message: 'the bank said no' },
    })
  })
})
