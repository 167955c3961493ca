import { expect } from 'chai'
import pg from 'pg'
import { isDatabaseUnavailable } from './database.ts'

describe('errors of Postgres', () => {
  const withCode = (code: string): Error => Object.assign(new Error('no'), { code })

  it('that say that it can not be reached now', async () => {
    for (const code of ['08006', '57P01', '57P03', '53300', 'ECONNREFUSED']) {
      expect(isDatabaseUnavailable(withCode(code)), code).to.be.true
    }
    const nobody = new pg.Client({ host: '127.0.0.1', port: 1 })
    const refused: unknown = await nobody.connect().catch((reason: unknown) => reason)
    expect(refused).to.be.instanceOf(Error).and.satisfy(isDatabaseUnavailable)
  })

  it('that say something else', () => {
    for (const code of ['23505', '42P01', '57014', 'ERR_ASSERTION']) {
      expect(isDatabaseUnavailable(withCode(code)), code).to.be.false
    }
    expect(isDatabaseUnavailable(new Error('no'))).to.be.false
  })
})
