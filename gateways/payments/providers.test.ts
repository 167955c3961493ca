import { expect } from 'chai'
import { createProviders, UnknownProviderError } from './providers.ts'
import { scriptedProvider } from './testing/scripted-provider.ts'

describe('payment providers', () => {
  const one = { ...scriptedProvider().provider, name: 'one' }
  const two = { ...scriptedProvider().provider, name: 'two' }
  const providers = createProviders({ prefix: 'one_', provider: one }, { prefix: 'two_', provider: two })

  it('are found by what their payment methods begin with', () => {
    expect(providers.forMethod('one_card')).to.equal(one)
    expect(providers.forMethod('two_card')).to.equal(two)
    expect(providers.forMethod('three_card')).to.equal(undefined)
    expect(providers.forMethod('')).to.equal(undefined)
  })

  it('are found by name, or it is an error', () => {
    expect(providers.named('two')).to.equal(two)
    expect(() => providers.named('three'))
      .to.throw(UnknownProviderError, 'Payment provider three is not set up')
      .and.include({ provider: 'three' })
  })
})
