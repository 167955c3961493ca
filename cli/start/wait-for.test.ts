import { expect } from 'chai'
import { pino } from 'pino'
import { StartError } from './start-error.ts'
import { StoppingError } from './system.ts'
import { waitFor } from './wait-for.ts'

const options = {
  what: 'the database (DATABASE_URL)',
  logger: pino({ level: 'silent' }),
  withinMs: 5_000,
  signal: new AbortController().signal,
}

const refusalOf = (attempt: Promise<void>): Promise<unknown> =>
  attempt.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('waiting for a server', () => {
  it('ends as soon as it answers', async () => {
    let looks = 0
    await waitFor(
      () => (++looks < 3 ? Promise.reject(new Error('ECONNREFUSED')) : Promise.resolve()),
      options,
    )
    expect(looks).to.equal(3)
  })

  it('is given up in one sentence', async () => {
    const refused = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:1'))
    const error = await refusalOf(waitFor(refused, { ...options, withinMs: 0 }))
    expect(error).to.be.instanceOf(StartError)
    expect(error).to.have.property(
      'message',
      "the database (DATABASE_URL) can't be reached: connect ECONNREFUSED 127.0.0.1:1.",
    )
  })

  it('ends when everything is to stop', async () => {
    const stop = new AbortController()
    const refused = (): Promise<void> => {
      stop.abort()
      return Promise.reject(new Error('ECONNREFUSED'))
    }
    const error = await refusalOf(waitFor(refused, { ...options, signal: stop.signal }))
    expect(error).to.be.instanceOf(StoppingError)
  })
})
