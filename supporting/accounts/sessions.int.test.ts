import { expect } from 'chai'
import { postgresKeyValue } from '../key-value/postgres.ts'
import type { ShopDatabase } from '../testing/shop-database.ts'
import { createShopDatabase } from '../testing/shop-database.ts'
import type { Refreshed, Sessions } from './sessions.ts'
import { createSessions } from './sessions.ts'

describe('sessions', () => {
  let shop: ShopDatabase
  let sessions: Sessions
  const session = { accountId: 'ada', begunAt: new Date('2025-11-21T09:00:00.000Z') }

  before(async () => {
    shop = await createShopDatabase()
    sessions = createSessions(postgresKeyValue(shop.pool))
  })
  after(() => shop.stop())

  const tokenOf = (refreshed: Refreshed): string => {
    if (refreshed.kind !== 'refreshed') throw new Error(`Expected a token, got ${refreshed.kind}`)
    return refreshed.token.refreshToken
  }

  it('go on with a new token each time', async () => {
    const first = await sessions.begin(session)
    const second = await sessions.refresh(first.refreshToken)
    const third = await sessions.refresh(tokenOf(second))

    expect(second).to.deep.include({ kind: 'refreshed', session })
    expect(first.expiresIn).to.equal(30 * 24 * 3_600)
    expect(new Set([first.refreshToken, tokenOf(second), tokenOf(third)])).to.have.property('size', 3)
  })

  it('end where a token comes a second time, for the thief and for the robbed', async () => {
    const { refreshToken } = await sessions.begin(session)
    const next = tokenOf(await sessions.refresh(refreshToken))

    expect(await sessions.refresh(refreshToken)).to.deep.equal({ kind: 'reused', accountId: 'ada' })
    expect(await sessions.refresh(next)).to.deep.equal({ kind: 'invalid' })
  })

  it('end where one token is used many times at once', async () => {
    const { refreshToken } = await sessions.begin(session)
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => sessions.refresh(refreshToken)))

    const given = outcomes.filter(({ kind }) => kind === 'refreshed').map(tokenOf)
    expect(given.length).to.be.at.most(1)
    for (const token of given) expect(await sessions.refresh(token)).to.deep.equal({ kind: 'invalid' })
  })

  it('end where they are told to, and only they', async () => {
    const [one, other] = [await sessions.begin(session), await sessions.begin(session)]
    const later = tokenOf(await sessions.refresh(one.refreshToken))
    await sessions.end(later)
    await sessions.end(later)
    await sessions.end('never was')

    expect(await sessions.refresh(later)).to.deep.equal({ kind: 'invalid' })
    expect((await sessions.refresh(other.refreshToken)).kind).to.equal('refreshed')
  })

  it('do not go on with what is no token', async () => {
    for (const token of ['', 'x', 'a'.repeat(43)]) {
      expect(await sessions.refresh(token)).to.deep.equal({ kind: 'invalid' })
    }
  })

  it('leave nothing in the store that would be a token', async () => {
    const { refreshToken } = await sessions.begin(session)
    const { rows } = await shop.pool.query<{ row: string }>('select k::text as row from shop.key_values k')

    expect(rows.map(({ row }) => row).join()).to.not.contain(refreshToken)
  })
})
