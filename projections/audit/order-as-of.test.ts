import { expect } from 'chai'
import { createEventLog, type EventLog } from '../testing/event-log.ts'
import { eur, minute, paidOrder } from '../testing/histories.ts'
import { orderAsOf } from './order-as-of.ts'

describe('an order as it was', () => {
  let log: EventLog
  beforeEach(() => {
    log = createEventLog()
    // the events of the order and its payment as they come in $all, one a millisecond
    for (const [stream, event] of paidOrder('o1')) log.append(stream, event)
  })

  const at = (millisecond: number): { at: Date } => ({
    at: new Date(Date.UTC(2030, 0, 1, 0, 0, 0, millisecond)),
  })

  it('at each of its revisions, with its payment as it stood then', async () => {
    const placed = await orderAsOf(log, 'o1', { revision: 0n })
    expect(placed).to.include({ status: 'placed', revision: '0', updatedAt: minute(0) })
    expect(placed?.payment).to.include({ status: 'pending', provider: null })

    const reserved = await orderAsOf(log, 'o1', { revision: 1n })
    expect(reserved).to.include({ status: 'reserved', revision: '1' })
    expect(reserved?.payment.history).to.deep.equal([])

    const paid = await orderAsOf(log, 'o1', { revision: 2n })
    expect(paid).to.include({ status: 'paid', revision: '2' })
    expect(paid?.payment).to.deep.include({ status: 'captured', captured: eur(1_490) })
    expect(paid?.history.map(({ status }) => status)).to.deep.equal(['placed', 'reserved', 'paid'])
  })

  it('at a time, both streams cut off there', async () => {
    expect(await orderAsOf(log, 'o1', at(0))).to.include({ status: 'placed' })
    const authorized = await orderAsOf(log, 'o1', at(3))
    expect(authorized).to.include({ status: 'reserved', revision: '1' })
    expect(authorized?.payment).to.include({ status: 'authorized' })
    expect(await orderAsOf(log, 'o1', at(60_000))).to.include({ status: 'paid' })
  })

  it('is not there before its first event, nor at a revision to come, nor where there is none', async () => {
    expect(await orderAsOf(log, 'o1', at(-1))).to.equal(undefined)
    expect(await orderAsOf(log, 'o1', { revision: 3n })).to.equal(undefined)
    expect(await orderAsOf(log, 'o2', { revision: 0n })).to.equal(undefined)
  })
})
