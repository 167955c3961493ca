import { expect } from 'chai'
import { InvalidCursorError } from '../cursor.ts'
import { MissingBeginning } from '../missing-beginning.ts'
import { startDatabase, type TestDatabase } from '../testing/database.ts'
import { feed } from '../testing/feeding.ts'
import { eur, minute, paidOrder, refund, sideBySide } from '../testing/histories.ts'
import { projectedDatabase } from '../testing/projected-database.ts'
import { expectSameRows, stored } from '../testing/repetition.ts'
import { refundsProjection } from './projection.ts'
import { listRefunds, type RefundFilter } from './queries.ts'

const histories = sideBySide(
  [...paidOrder('o1'), ...refund('o1', 'r1', 300, 'settled'), ...refund('o1', 'r2', 400, 'failed')],
  [...paidOrder('o2'), ...refund('o2', 'r1', 500, 'pending')],
  [
    ...paidOrder('o3'),
    ...refund('o3', 'r1', 600, 'failed'),
    ['order-o3', { type: 'RefundRetried', data: { orderId: 'o3', refundId: 'r1', retriedAt: minute(20) } }],
  ],
  [...paidOrder('o4'), ...refund('o4', 'r1', 700, 'reversed')],
).filter(([stream]) => stream.startsWith('order-'))

describe('the refunds projection', () => {
  let database: TestDatabase
  before(async () => {
    database = await startDatabase()
  })
  after(() => database.stop())

  it('gives the same rows however its events are cut into batches, repeated and mixed', async () => {
    const { refunds } = await expectSameRows(database.pool, refundsProjection, stored(histories))
    expect(refunds).to.have.length(5)
  })

  it('does not take the outcome of a refund that nobody asked for', async () => {
    const outcome = stored(histories).filter(({ type }) => type === 'RefundSettled')
    const error = await feed(database.pool, refundsProjection, [outcome]).catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(MissingBeginning)
  })
})

describe('queries of refunds', () => {
  let database: TestDatabase
  before(async () => {
    database = await projectedDatabase([refundsProjection], histories)
  })
  after(() => database.stop())

  const idsOf = async (filter: RefundFilter): Promise<string> =>
    (await listRefunds(database.pool, filter)).items
      .map(({ orderId, refundId }) => `${orderId}/${refundId}`)
      .join(' ')

  it('show a refund with its outcome', async () => {
    const [failed, settled] = (await listRefunds(database.pool, { orderId: 'o1' })).items
    expect(settled).to.deep.equal({
      ...{ orderId: 'o1', refundId: 'r1', status: 'settled', amount: eur(300), reason: 'scratched' },
      ...{ lines: [{ sku: 'lamp', quantity: 1 }], restock: true, cancelsOrder: false, failure: null },
      ...{ requestedAt: minute(10), settledAt: minute(12), attempts: 1, updatedAt: minute(12) },
    })
    expect(failed).to.deep.include({
      ...{ status: 'failed', failure: { code: 'refused', message: 'the bank said no' }, settledAt: null },
      updatedAt: minute(11),
    })
  })

  it('show one that the provider has taken back as failed', async () => {
    const [reversed] = (await listRefunds(database.pool, { orderId: 'o4' })).items
    expect(reversed).to.deep.include({
      ...{ status: 'failed', failure: { code: 'sent_back', message: 'account closed' }, settledAt: null },
      updatedAt: minute(14),
    })
  })

  it('show one that is tried again as pending', async () => {
    const [retried] = (await listRefunds(database.pool, { orderId: 'o3' })).items
    expect(retried).to.include({ status: 'pending', failure: null, attempts: 2, updatedAt: minute(20) })
  })

  const filters: [string, RefundFilter, string][] = [
    ['nothing', {}, 'o4/r1 o3/r1 o2/r1 o1/r2 o1/r1'],
    ['status', { statuses: ['failed', 'settled'] }, 'o4/r1 o1/r2 o1/r1'],
    ['order and status', { orderId: 'o1', statuses: ['failed'] }, 'o1/r2'],
    ['time', { requestedBefore: minute(10) }, ''],
    ['time on', { requestedFrom: minute(10), statuses: ['failed'] }, 'o4/r1 o1/r2'],
  ]
  for (const [name, filter, expected] of filters) {
    it(`list refunds by ${name}`, async () => {
      expect(await idsOf(filter)).to.equal(expected)
    })
  }

  it('go from page to page, also inside one moment', async () => {
    const first = await listRefunds(database.pool, { limit: 4 })
    expect(await idsOf({ limit: 4, cursor: first.nextCursor ?? '' })).to.equal('o1/r1')
    const error = await listRefunds(database.pool, { cursor: 'x' }).catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(InvalidCursorError)
  })
})
