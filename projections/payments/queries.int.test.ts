import { expect } from 'chai'
import { InvalidCursorError } from '../cursor.ts'
import type { TestDatabase } from '../testing/database.ts'
import { eur, minute, paidOrder, paymentInitiated, refund } from '../testing/histories.ts'
import { projectedDatabase } from '../testing/projected-database.ts'
import { paymentsProjection } from './projection.ts'
import { getPayment, listPayments, type PaymentFilter } from './queries.ts'

describe('queries of payments', () => {
  let database: TestDatabase
  before(async () => {
    const begun = paymentInitiated('o2', 700)
    database = await projectedDatabase(
      [paymentsProjection],
      [
        ...paidOrder('o1'),
        ...refund('o1', 'r1', 500, 'settled'),
        ['payment-o2', { ...begun, data: { ...begun.data, customerId: 'bob', initiatedAt: minute(5) } }],
        [
          'payment-o3',
          { type: 'PaymentVoided', data: { paymentId: 'o3', reason: 'expired', voidedAt: minute(9) } },
        ],
      ],
    )
  })
  after(() => database.stop())

  const idsOf = async (filter: PaymentFilter): Promise<string> =>
    (await listPayments(database.pool, filter)).items.map(({ id }) => id).join(' ')

  it('show a payment with all that is known of it', async () => {
    const payment = await getPayment(database.pool, 'o1')
    expect(payment).to.deep.include({
      ...{
        id: 'o1',
        orderId: 'o1',
        customerId: 'ada',
        provider: 'simulator',
        paymentMethodId: 'sim_approve',
      },
      ...{ providerReference: 'auth o1', status: 'partially_refunded', failure: null },
      ...{ amount: eur(1_490), captured: eur(1_490), refunded: eur(500) },
      ...{ openedAt: minute(2), updatedAt: minute(11), revision: '3' },
    })
    expect(payment?.history.map(({ status }) => status)).to.deep.equal([
      ...['pending', 'authorized', 'captured', 'partially_refunded'],
    ])
    expect(await getPayment(database.pool, 'o9')).to.equal(undefined)
  })

  it('show one that was closed before it was begun without what nobody knows', async () => {
    expect(await getPayment(database.pool, 'o3')).to.deep.include({
      ...{ status: 'voided', customerId: null, provider: null, amount: null, captured: null, refunded: null },
      openedAt: minute(9),
    })
  })

  const filters: [string, PaymentFilter, string][] = [
    ['nothing', {}, 'o3 o2 o1'],
    ['order', { orderId: 'o2' }, 'o2'],
    ['customer', { customerId: 'ada' }, 'o1'],
    ['statuses', { statuses: ['pending', 'voided'] }, 'o3 o2'],
    ['time', { openedFrom: minute(5), openedBefore: minute(9) }, 'o2'],
    ['customer and status', { customerId: 'ada', statuses: ['pending'] }, ''],
  ]
  for (const [name, filter, expected] of filters) {
    it(`list payments by ${name}`, async () => {
      expect(await idsOf(filter)).to.equal(expected)
    })
  }

  it('go from page to page', async () => {
    const first = await listPayments(database.pool, { limit: 2 })
    expect(await idsOf({ limit: 2, cursor: first.nextCursor ?? '' })).to.equal('o1')
    const error = await listPayments(database.pool, { cursor: 'WyJ4Il0' }).catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(InvalidCursorError)
  })
})
