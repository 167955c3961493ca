import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import type { DataKey } from './keys.ts'
import { isReadable, isSealed, openValue, sealValue, type Place, type SealedValue } from './sealed-value.ts'

const newKey = (): DataKey => ({ id: randomUUID(), secret: createSecretKey(randomBytes(32)) })
const key = newKey()
const place: Place = {
  type: 'OrderPlaced',
  stream: 'order-1',
  eventId: randomUUID(),
  field: 'shippingAddress',
}
const address = { name: 'Augusta Lovelace', city: 'Zürich' }

describe('a sealed value', () => {
  it('is what it was when it is opened', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const same: unknown = JSON.parse(JSON.stringify(value))
        expect(openValue(sealValue(value, key, place), key, place)).to.deep.equal(same)
      }),
    )
  })

  it('shows nothing of what is in it, and is another one each time', () => {
    const sealed = [sealValue(address, key, place), sealValue(address, key, place)]
    expect(JSON.stringify(sealed)).not.to.match(/Augusta|Lovelace|name|city/)
    const [one, other] = sealed.map(({ $encrypted }) => $encrypted)
    expect(one?.nonce).not.to.equal(other?.nonce)
    expect(one?.data).not.to.equal(other?.data)
  })

  it('has a nonce of 96 bits and a tag of 128', () => {
    const { $encrypted } = sealValue(address, key, place)
    expect(Buffer.from($encrypted.nonce, 'base64url')).to.have.length(12)
    const text = Buffer.from(JSON.stringify(address), 'utf8')
    expect(Buffer.from($encrypted.data, 'base64url')).to.have.length(text.length + 16)
  })

  for (const [part, elsewhere] of Object.entries({
    type: { ...place, type: 'OrderPaid' },
    stream: { ...place, stream: 'order-2' },
    event: { ...place, eventId: randomUUID() },
    field: { ...place, field: 'billingAddress' },
    'boundary between two': { ...place, type: 'OrderPlaced","order-1', stream: '' },
  })) {
    it(`can not be moved to another ${part}`, () => {
      const sealed = sealValue(address, key, place)
      expect(() => openValue(sealed, key, elsewhere)).to.throw()
    })
  }

  it('can not be opened with another key, nor with the same under another name', () => {
    const sealed = sealValue(address, key, place)
    expect(() => openValue(sealed, newKey(), place)).to.throw()
    expect(() => openValue(sealed, { ...key, id: randomUUID() }, place)).to.throw()
  })

  it('can not be changed in any byte', () => {
    const { $encrypted } = sealValue({ a: 1 }, key, place)
    for (const part of ['nonce', 'data'] as const) {
      const bytes = Buffer.from($encrypted[part], 'base64url')
      for (let index = 0; index < bytes.length; index += 1) {
        const changed = Buffer.from(bytes)
        changed[index] = (changed[index] ?? 0) ^ 1
        const value: SealedValue = { $encrypted: { ...$encrypted, [part]: changed.toString('base64url') } }
        expect(() => openValue(value, key, place), `${part} ${index}`).to.throw()
      }
    }
  })

  it('can not be cut short', () => {
    const { $encrypted } = sealValue(address, key, place)
    const bytes = Buffer.from($encrypted.data, 'base64url')
    for (const length of [0, 1, 15, 16, bytes.length - 1]) {
      const data = bytes.subarray(0, length).toString('base64url')
      expect(() => openValue({ $encrypted: { ...$encrypted, data } }, key, place), String(length)).to.throw()
    }
  })

  it('is told from everything else', () => {
    const sealed = sealValue(address, key, place)
    expect([isSealed(sealed), isSealed(address), isSealed({})]).to.deep.equal([true, false, false])
    expect(isReadable(sealed)).to.equal(true)
    for (const $encrypted of [
      null,
      'x',
      { ...sealed.$encrypted, v: 2 },
      { v: 1 },
      { ...sealed.$encrypted, more: 1 },
    ]) {
      expect(isReadable({ $encrypted })).to.equal(false)
    }
  })
})
