import { expect } from 'chai'
import { ROLES, SCOPES, scopesOf } from './roles.ts'

describe('scopes of roles', () => {
  it('are the least that the work of each needs', () => {
    expect(scopesOf(['customer'])).to.have.members([
      'orders:place',
      'orders:read',
      'orders:cancel',
      'payments:read',
      'wallet:read',
      'inventory:read',
    ])
    expect(scopesOf(['support'])).to.not.include.members(['inventory:write'])
    expect(scopesOf(['support'])).to.not.include.members(['orders:fulfil'])
    expect(scopesOf(['warehouse'])).to.include.members(['inventory:write', 'orders:fulfil'])
    expect(scopesOf(['warehouse'])).to.not.include.members(['orders:refund'])
    for (const role of ['customer', 'support', 'warehouse'] as const) {
      expect(scopesOf([role]), role).to.not.include('accounts:write')
      expect(scopesOf([role]), role).to.not.include('services:write')
    }
  })

  it('add up, each once', () => {
    const both = scopesOf(['warehouse', 'customer'])

    expect(both).to.have.members([...new Set([...scopesOf(['warehouse']), ...scopesOf(['customer'])])])
  })

  it('are all with the admin', () => {
    expect(scopesOf(['admin'])).to.deep.equal([...SCOPES])
    expect(scopesOf(ROLES)).to.deep.equal([...SCOPES])
  })
})
