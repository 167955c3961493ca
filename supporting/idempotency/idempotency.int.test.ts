import { expect } from 'chai'
import { pino } from 'pino'
import { connectPostgres } from '../../platform/postgres.ts'
import type { ShopDatabase } from '../testing/shop-database.ts'
import { createShopDatabase } from '../testing/shop-database.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Claim, ClaimOutcome, IdempotentRequest } from './idempotency.ts'
import { claim, release, settle, sweep } from './idempotency.ts'

describe('idempotency keys', () => {
  let shop: ShopDatabase
  let request: IdempotentRequest
  let count = 0

  before(async () => {
    shop = await createShopDatabase()
  })
  beforeEach(() => {
    count += 1
    request = {
      accountId: 'ada',
      route: 'POST /orders',
      key: `key-${count}`,
      fingerprint: fingerprintOf({ quantity: 1 }),
    }
  })
  after(() => shop.stop())

  const answer = { status: 201, headers: { location: '/orders/1' }, body: '{"id":"1"}' }
  const options = { leaseMs: 30_000, keepMs: 60_000 }

  const claimed = (outcome: ClaimOutcome): Claim => {
    if (outcome.kind !== 'claimed') throw new Error(`Expected a claim, got ${outcome.kind}`)
    return outcome.claim
  }

  const keyOf = (outcome: ClaimOutcome): string => claimed(outcome).request.key

  it('give the same answer again', async () => {
    await settle(shop.pool, claimed(await claim(shop.pool, request)), answer)

    expect(await claim(shop.pool, request)).to.deep.equal({ kind: 'answered', answer })
  })

  it('are refused for another request', async () => {
    const other = { ...request, fingerprint: fingerprintOf({ quantity: 2 }) }
    const held = claimed(await claim(shop.pool, request))
    expect(await claim(shop.pool, other), 'in flight').to.deep.equal({ kind: 'mismatch' })
    await settle(shop.pool, held, answer)
    expect(await claim(shop.pool, other), 'answered').to.deep.equal({ kind: 'mismatch' })
  })

  it('mean nothing to another account or on another route', async () => {
    claimed(await claim(shop.pool, request))
    claimed(await claim(shop.pool, { ...request, accountId: 'eve' }))
    claimed(await claim(shop.pool, { ...request, route: 'POST /refunds' }))
  })

  it('let one of many at once through', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => claim(shop.pool, request)))

    expect(outcomes.filter(({ kind }) => kind === 'claimed')).to.have.length(1)
    expect(outcomes.filter(({ kind }) => kind === 'in_flight')).to.have.length(19)
  })

  describe('that come in crowds', () => {
    const crowd = (): IdempotentRequest[] =>
      Array.from({ length: 60 }, (_, index) => ({ ...request, key: `${request.key}-${index}` }))

    it('are claimed once among instances, whatever the order in which each gets them', async () => {
      const other = connectPostgres(shop.url, { applicationName: 'other', logger: pino({ level: 'silent' }) })
      try {
        const keys = crowd()
        const [here, there] = await Promise.all([
          Promise.all(keys.map((one) => claim(shop.pool, one))),
          Promise.all(keys.toReversed().map((one) => claim(other, one))),
        ])
        const outcomes = [...here, ...there]
        expect(outcomes.filter(({ kind }) => kind === 'claimed')).to.have.length(keys.length)
        expect(outcomes.filter(({ kind }) => kind === 'in_flight')).to.have.length(keys.length)
        expect(new Set(outcomes.filter(({ kind }) => kind === 'claimed').map(keyOf)).size).to.equal(
          keys.length,
        )
      } finally {
        await other.end()
      }
    })

    it('each keep the answer that belongs to them', async () => {
      const claims = (await Promise.all(crowd().map((one) => claim(shop.pool, one)))).map(claimed)
      const answerTo = ({ request: { key } }: Claim) => ({ ...answer, body: JSON.stringify({ key }) })
      await Promise.all(claims.map((held) => settle(shop.pool, held, answerTo(held))))

      expect(await Promise.all(claims.map((held) => claim(shop.pool, held.request)))).to.deep.equal(
        claims.map((held) => ({ kind: 'answered', answer: answerTo(held) })),
      )
    })

    it('keep an answer for which there is no claim any more as one whose time is over', async () => {
      const held = claimed(await claim(shop.pool, request))
      await shop.pool.query('delete from shop.idempotency_keys where key = $1', [request.key])
      await settle(shop.pool, held, answer)

      expect(claimed(await claim(shop.pool, request)).commandId).to.not.equal(held.commandId)
    })
  })

  it('tell how long to wait for the one in flight', async () => {
    await claim(shop.pool, request, options)
    const outcome = await claim(shop.pool, request, options)

    expect(outcome.kind).to.equal('in_flight')
    expect(outcome).to.have.property('retryAfterMs').that.is.within(1, options.leaseMs)
  })

  it('are taken over where an attempt was broken off, with the same command', async () => {
    const brokenOff = claimed(await claim(shop.pool, request, { ...options, leaseMs: 0 }))
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => claim(shop.pool, request, options)))

    const takenOver = outcomes.filter(({ kind }) => kind === 'claimed').map(claimed)
    expect(takenOver.map(({ commandId }) => commandId)).to.deep.equal([brokenOff.commandId])
  })

  it('are not taken over by another request', async () => {
    await claim(shop.pool, request, { ...options, leaseMs: 0 })

    const other = { ...request, fingerprint: fingerprintOf({ quantity: 2 }) }
    expect(await claim(shop.pool, other)).to.deep.equal({ kind: 'mismatch' })
  })

  it('keep the first answer where the one that was overtaken comes back', async () => {
    const slow = claimed(await claim(shop.pool, request, { ...options, leaseMs: 0 }))
    const second = claimed(await claim(shop.pool, request, options))
    await settle(shop.pool, second, answer)
    await settle(shop.pool, slow, { ...answer, body: '{"id":"2"}' })

    expect(await claim(shop.pool, request)).to.deep.equal({ kind: 'answered', answer })
  })

  it('are free at once where the claim was given back', async () => {
    const first = claimed(await claim(shop.pool, request, options))
    await release(shop.pool, first)

    expect(claimed(await claim(shop.pool, request)).commandId).to.equal(first.commandId)
  })

  it('can not be given back by one that was overtaken', async () => {
    const slow = claimed(await claim(shop.pool, request, { ...options, leaseMs: 0 }))
    claimed(await claim(shop.pool, request, options))
    await release(shop.pool, slow)

    expect((await claim(shop.pool, request)).kind).to.equal('in_flight')
  })

  it('are forgotten in the end, and then stand for a new command', async () => {
    const first = claimed(await claim(shop.pool, request, { ...options, keepMs: 0 }))
    const other = { ...request, fingerprint: fingerprintOf({ quantity: 2 }) }

    expect(claimed(await claim(shop.pool, other)).commandId).to.not.equal(first.commandId)
  })

  it('are swept once their time is over, and not before', async () => {
    await shop.pool.query('delete from shop.idempotency_keys')
    await claim(shop.pool, { ...request, key: 'over' }, { ...options, keepMs: 0 })
    await claim(shop.pool, { ...request, key: 'held' }, options)

    expect(await sweep(shop.pool)).to.equal(1)
    const { rows } = await shop.pool.query('select key from shop.idempotency_keys')
    expect(rows).to.deep.equal([{ key: 'held' }])
  })
})
