import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import {
  createKeyRing,
  generatePrivateKey,
  signingKeyOf,
  signingKeysOf,
  thumbprintOf,
  UnusableSigningKeyError,
} from './signing-keys.ts'

describe('signing keys', () => {
  it('publish what checks a token and nothing that signs one', async () => {
    const key = signingKeyOf(await generatePrivateKey())
    const [jwk] = createKeyRing([key]).jwks()

    expect(jwk).to.have.all.keys('kty', 'n', 'e', 'kid', 'use', 'alg')
    expect(jwk).to.include({ kty: 'RSA', kid: key.kid, use: 'sig', alg: 'RS256', e: 'AQAB' })
  })

  it('are named by the thumbprint of RFC 7638', () => {
    // the example of the RFC, section 3.1
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj' +
      'hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ' +
      'vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzK' +
      'nqDKgw'
    expect(thumbprintOf({ kty: 'RSA', n, e: 'AQAB' })).to.equal('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
  })

  it('are refused where they can not sign RS256', () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    for (const key of [short, curve]) {
      const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
      expect(() => signingKeyOf(pem)).to.throw(UnusableSigningKeyError, 'RSA key of at least 2048 bits')
    }
    expect(() => signingKeyOf('no key')).to.throw(UnusableSigningKeyError, 'not a private key')
  })

  it('of which the first signs, and all are checked by', async () => {
    const [current, former] = await Promise.all([generatePrivateKey(), generatePrivateKey()])
    const keys = [signingKeyOf(current), signingKeyOf(former)] as const
    const ring = createKeyRing(keys)

    expect(ring.current()).to.equal(keys[0])
    expect(ring.publicKeyOf(keys[1].kid)).to.equal(keys[1].publicKey)
    expect(ring.publicKeyOf('another')).to.equal(undefined)
    expect(ring.jwks().map(({ kid }) => kid)).to.deep.equal(keys.map(({ kid }) => kid))
  })

  it('come one or several in a file, the one that signs first', async () => {
    const [one, other] = await Promise.all([generatePrivateKey(), generatePrivateKey()])
    const kids = (pem: string): string[] => signingKeysOf(pem).map(({ kid }) => kid)

    expect(kids(one)).to.deep.equal([signingKeyOf(one).kid])
    expect(kids(`# until March\n${one}\n# before\n${other}`)).to.deep.equal([
      signingKeyOf(one).kid,
      signingKeyOf(other).kid,
    ])
    expect(() => signingKeysOf('')).to.throw(UnusableSigningKeyError)
    const broken = one.replace(/\n.{10}/, '\n!!!!!!!!!!')
    expect(() => signingKeysOf(`${one}${broken}`)).to.throw(UnusableSigningKeyError)
  })
})
