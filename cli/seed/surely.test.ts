import { expect } from 'chai'
import { StoreUnavailableError } from '../../eventstore/errors.ts'
import { SeedError } from './seed-error.ts'
import { surely } from './surely.ts'

describe('a step that is taken surely', () => {
  const failing = (errors: Error[]) => {
    const left = [...errors]
    return () => {
      const error = left.shift()
      return error === undefined ? Promise.resolve('done') : Promise.reject(error)
    }
  }
  const away = [
    new StoreUnavailableError('read', new Error('gone')),
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
  ]

  it('is tried again while something is away', async () => {
    expect(await surely(failing(away), [0, 0])).to.equal('done')
  })

  it('fails with what is away for longer', async () => {
    const failure: unknown = await surely(failing(away), [0]).catch((error: unknown) => error)
    expect(failure).to.equal(away[1])
  })

  it('fails at once where trying again would not help', async () => {
    const wrong = new SeedError('The order o-1', 'refused')
    const failure: unknown = await surely(failing([wrong]), [0, 0]).catch((error: unknown) => error)
    expect(failure).to.equal(wrong)
  })
})
