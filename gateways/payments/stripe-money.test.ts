import { expect } from 'chai'
import { fromStripe, toStripe } from './stripe-money.ts'

describe("money in Stripe's units", () => {
  const same = ['EUR', 'USD', 'JPY', 'KRW', 'CLP', 'XOF', 'HUF', 'TWD']

  it('is the same number, with two decimals or none', () => {
    for (const currency of same) {
      const stripe = { amount: 1_999, currency: currency.toLowerCase() }
      expect(toStripe({ amount: 1_999, currency }), currency).to.deep.equal(stripe)
      expect(fromStripe(stripe), currency).to.deep.equal({ amount: 1_999, currency })
    }
  })

  it('has two decimals more where Stripe has kept them', () => {
    for (const currency of ['ISK', 'UGX']) {
      const stripe = { amount: 500, currency: currency.toLowerCase() }
      expect(toStripe({ amount: 5, currency })).to.deep.equal(stripe)
      expect(fromStripe(stripe)).to.deep.equal({ amount: 5, currency })
    }
  })

  it('has two decimals less where Stripe has none: only whole units can be taken', () => {
    expect(toStripe({ amount: 123_400, currency: 'MGA' })).to.deep.equal({ amount: 1_234, currency: 'mga' })
    expect(fromStripe({ amount: 1_234, currency: 'mga' })).to.deep.equal({ amount: 123_400, currency: 'MGA' })
    expect(toStripe({ amount: 123_420, currency: 'MGA' })).to.equal(undefined)
  })

  it('has to end in 0 where there are three decimals', () => {
    for (const currency of ['BHD', 'JOD', 'KWD', 'OMR', 'TND']) {
      const stripe = { amount: 5_120, currency: currency.toLowerCase() }
      expect(toStripe({ amount: 5_120, currency })).to.deep.equal(stripe)
      expect(toStripe({ amount: 5_124, currency })).to.equal(undefined)
    }
  })
})
