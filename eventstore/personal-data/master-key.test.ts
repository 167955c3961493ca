import { randomBytes, randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { makeDataKey, masterKeyOf, unwrapKey, wrapKey } from './master-key.ts'

describe('a master key', () => {
  const master = masterKeyOf(randomBytes(32))
  const key = makeDataKey(randomUUID())

  it('unwraps what it has wrapped', () => {
    const unwrapped = unwrapKey(master, wrapKey(master, key, 'c-1'), key.id, 'c-1')
    expect(unwrapped.id).to.equal(key.id)
    expect(unwrapped.secret.equals(key.secret)).to.equal(true)
  })

  it('wraps otherwise each time, and shows nothing of the key', () => {
    const [one, other] = [wrapKey(master, key, 'c-1'), wrapKey(master, key, 'c-1')]
    expect(one.equals(other)).to.equal(false)
    expect(one.includes(key.secret.export())).to.equal(false)
  })

  it('does not unwrap for another customer, under another id, or what another has wrapped', () => {
    const wrapped = wrapKey(master, key, 'c-1')
    expect(() => unwrapKey(master, wrapped, key.id, 'c-2')).to.throw()
    expect(() => unwrapKey(master, wrapped, randomUUID(), 'c-1')).to.throw()
    expect(() => unwrapKey(masterKeyOf(randomBytes(32)), wrapped, key.id, 'c-1')).to.throw()
    expect(() => unwrapKey(master, wrapped.subarray(0, 20), key.id, 'c-1')).to.throw()
  })

  it('has a name that is the same at each start, and another one for another key', () => {
    const secret = randomBytes(32)
    expect(masterKeyOf(secret).id).to.equal(masterKeyOf(Buffer.from(secret)).id)
    expect(masterKeyOf(secret).id)
      .to.match(/^[0-9a-f]{16}$/)
      .and.not.equal(master.id)
  })
})
