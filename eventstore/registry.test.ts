import { expect } from 'chai'
import { z } from 'zod'
import { ContractViolationError } from './errors.ts'
import { createRegistry, readMetadata, type RegisteredContract } from './registry.ts'
import { testMetadata } from './testing/door.ts'

const renamed: RegisteredContract = {
  version: 3,
  schema: z.strictObject({ total: z.int(), currency: z.string() }),
  upcasters: {
    1: (data) => ({ total: z.object({ sum: z.int() }).parse(data).sum }),
    2: (data) => ({ ...z.object({ total: z.int() }).parse(data), currency: 'EUR' }),
  },
}

describe('the event registry', () => {
  const registry = createRegistry({ Renamed: renamed })

  it('says in which version an event is written', () => {
    expect(registry.versionFor('Renamed', { total: 1, currency: 'EUR' })).to.equal(3)
  })

  it('reads each version as the current one', () => {
    const current = { total: 5, currency: 'EUR' }
    expect(registry.read('Renamed', { sum: 5 }, 1)).to.deep.equal(current)
    expect(registry.read('Renamed', { total: 5 }, 2)).to.deep.equal(current)
    expect(registry.read('Renamed', current, 3)).to.deep.equal(current)
  })

  for (const [what, use] of [
    ['an unknown type, written', () => registry.versionFor('Unheard', {})],
    ['an unknown type, read', () => registry.read('Unheard', {}, 1)],
    ['data that does not fit, written', () => registry.versionFor('Renamed', { total: 1 })],
    ['a field too many', () => registry.versionFor('Renamed', { total: 1, currency: 'EUR', more: 1 })],
    ['data that does not fit, read', () => registry.read('Renamed', { total: '5', currency: 'EUR' }, 3)],
    ['old data that its upcaster can not take', () => registry.read('Renamed', { total: 5 }, 1)],
    ['a version that is newer than this program', () => registry.read('Renamed', {}, 4)],
    [
      'a contract without a way from an old version',
      () => createRegistry({ A: { ...renamed, upcasters: {} } }),
    ],
    ['two contracts of one name', () => createRegistry({ Renamed: renamed }, { Renamed: renamed })],
    ['metadata that is missing', () => readMetadata('Renamed', undefined)],
    ['metadata without an actor', () => readMetadata('Renamed', { ...testMetadata, actor: null })],
    ['metadata without a version', () => readMetadata('Renamed', testMetadata)],
    ['a version that is no number', () => readMetadata('Renamed', { ...testMetadata, schemaVersion: '1' })],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(use).to.throw(ContractViolationError)
    })
  }

  it('keeps metadata that it does not know', () => {
    const metadata = { ...testMetadata, schemaVersion: 1, tenant: 'a' }
    expect(readMetadata('Renamed', metadata)).to.deep.equal(metadata)
  })
})
