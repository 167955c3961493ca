import { expect } from 'chai'
import { createEventLog } from '../testing/event-log.ts'
import { orderPlaced, paidOrder } from '../testing/histories.ts'
import { orderAuditTrail } from './queries.ts'

describe('the audit trail of an order', () => {
  const log = createEventLog()
  for (const [stream, event] of paidOrder('o1')) log.append(stream, event)
  log.append('order-o2', orderPlaced('o2'))

  it('has all events of the order and its payment, in the order in which they were written', async () => {
    const trail = await orderAuditTrail(log, 'o1')
    expect(
      trail.map(({ type, stream, revision, position }) => [type, stream, revision, position]),
    ).to.deep.equal([
      ['OrderPlaced', 'order-o1', '0', '100/100'],
      ['OrderReserved', 'order-o1', '1', '200/200'],
      ['PaymentInitiated', 'payment-o1', '0', '300/300'],
      ['PaymentAuthorized', 'payment-o1', '1', '400/400'],
      ['PaymentCaptured', 'payment-o1', '2', '500/500'],
      ['OrderPaid', 'order-o1', '2', '600/600'],
    ])
  })

  it('tells who did it, why and when', async () => {
    const [, , , , , paid] = await orderAuditTrail(log, 'o1')
    const [event] = log.events.filter(({ type }) => type === 'OrderPaid')
    expect(paid).to.deep.equal({
      ...{ id: event?.id, type: 'OrderPaid', stream: 'order-o1', revision: '2', position: '600/600' },
      ...{ at: event?.created.toISOString(), actor: { kind: 'system', id: 'tests' } },
      ...{ correlationId: event?.metadata.$correlationId, causationId: event?.metadata.$causationId },
      ...{ commandId: event?.metadata.commandId, traceparent: null, schemaVersion: 1, data: event?.data },
    })
  })

  it('leaves personal data out', async () => {
    const [placed] = await orderAuditTrail(log, 'o1')
    expect(placed?.data).to.include({ customerId: 'ada', paymentMethodId: 'sim_approve' })
    expect(placed?.data).not.to.have.property('shippingAddress')
  })

  it('is empty where there is no such order', async () => {
    expect(await orderAuditTrail(log, 'o9')).to.deep.equal([])
  })
})
