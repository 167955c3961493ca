import { expect } from 'chai'
import { ROLES, SCOPES, scopesOf } from './roles.ts'

describe('scopes of roles', () => {
  it('are the least that the work of each needs', () => {
    expect(scopesOf(['customer'])).to.deep.equal(['orders:place', 'orders:read', 'inventory:read'])
    expect(scopesOf(['support'])).to.not.include.members(['inventory:write'])
    expect(scopesOf(['warehouse'])).to.deep.equal(['inventory:read', 'inventory:write'])
  })

  it('add up, each once', () => {
    expect(scopesOf(['warehouse', 'customer'])).to.deep.equal([
      'orders:place',
      'orders:read',
      'inventory:read',
      'inventory:write',
    ])
  })

  it('are all with the admin', () => {
    expect(scopesOf(['admin'])).to.deep.equal([...SCOPES])
    expect(scopesOf(ROLES)).to.deep.equal([...SCOPES])
  })
})
