import { expect } from 'chai'
import { eur } from '../../domain/testing/orders.ts'
import { changesBetween } from './changes.ts'

describe('changes between two states', () => {
  it('are told by where they stand', () => {
    expect(changesBetween({ status: 'a', n: 1 }, { status: 'b', n: 1 })).to.deep.equal([
      { path: 'status', before: 'a', after: 'b' },
    ])
    expect(changesBetween({ a: { b: null } }, { a: { b: { c: 1 } } })).to.deep.equal([
      { path: 'a.b', before: null, after: { c: 1 } },
    ])
    expect(changesBetween({ gone: 1 }, {})).to.deep.equal([{ path: 'gone', before: 1, after: undefined }])
  })

  it('of lists are told by the ids of their members', () => {
    const refund = { refundId: 'r-1', status: 'pending' }
    expect(changesBetween({ refunds: [] }, { refunds: [refund] })).to.deep.equal([
      { path: 'refunds.r-1', before: undefined, after: refund },
    ])
    expect(
      changesBetween({ refunds: [refund] }, { refunds: [{ ...refund, status: 'settled' }] }),
    ).to.deep.equal([{ path: 'refunds.r-1.status', before: 'pending', after: 'settled' }])
    expect(changesBetween({ list: [1] }, { list: [1, 2] })).to.deep.equal([
      { path: 'list', before: [1], after: [1, 2] },
    ])
  })

  it('are none where values are equal, money among them', () => {
    const state = { total: eur(100), lines: [{ sku: 'MUG', price: eur(50) }], list: [1, [2]] }
    expect(changesBetween(state, structuredClone(state))).to.deep.equal([])
    expect(changesBetween({ total: eur(100) }, { total: eur(101) })).to.deep.equal([
      { path: 'total', before: eur(100), after: eur(101) },
    ])
  })
})
