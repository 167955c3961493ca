import { once } from 'node:events'
import { createServer, type Http2Server } from 'node:http2'
import { UnavailableError, UnknownError, type EventStoreDBClient } from '@eventstore/db-client'
import { expect } from 'chai'
import { pino } from 'pino'
import { openConnection, type Connection } from './connection.ts'
import { DeadlineError } from '../platform/with-deadline.ts'

const url = 'esdb://127.0.0.1:1?tls=false'
const logger = pino({ level: 'silent' })
const never = (): boolean => false

describe('the trust in a connection', () => {
  let connection: Connection
  let first: EventStoreDBClient
  let time: number

  beforeEach(async () => {
    time = 0
    connection = openConnection(url, logger, () => time)
    first = await connection.client()
  })
  afterEach(() => connection.close())

  const fail = async (error: Error, isAnswer: (error: unknown) => boolean = never): Promise<void> => {
    await connection
      .call(1_000, isAnswer, () => Promise.reject(error))
      .then(
        () => expect.fail('it did not fail'),
        (thrown: unknown) => {
          expect(thrown).to.equal(error)
        },
      )
  }
  const isRenewed = async (): Promise<boolean> => (await connection.client()) !== first

  it('is lost with the third failure in a row that is no answer', async () => {
    await fail(new DeadlineError('slow'))
    await fail(new UnknownError(undefined, 'odd'))
    expect(await isRenewed()).to.equal(false)
    await fail(new TypeError('broken'))
    expect(await isRenewed()).to.equal(true)
  })

  it('is won back by any success and any answer', async () => {
    for (let times = 0; times < 3; times += 1) {
      await fail(new DeadlineError('slow'))
      await fail(new DeadlineError('slow'))
      await connection.call(1_000, never, () => Promise.resolve())
      await fail(new DeadlineError('slow'))
      await fail(new DeadlineError('slow'))
      await fail(new Error('a clear refusal'), () => true)
    }
    expect(await isRenewed()).to.equal(false)
  })

  it('is not lost where the store is away: the client comes back from that by itself', async () => {
    for (let times = 0; times < 10; times += 1) await fail(new UnavailableError(undefined, 'away'))
    expect(await isRenewed()).to.equal(false)
  })

  it('is lost again ten seconds later at the earliest', async () => {
    for (let times = 0; times < 3; times += 1) await fail(new DeadlineError('slow'))
    const second = await connection.client()
    time = 9_999
    for (let times = 0; times < 5; times += 1) await fail(new DeadlineError('slow'))
    expect(await connection.client()).to.equal(second)
    time = 10_000
    await fail(new DeadlineError('slow'))
    expect(await connection.client()).not.to.equal(second)
  })

  it('has a time limit for each call', async () => {
    const hanging = connection.call(5, never, () => new Promise(() => undefined))
    await hanging.then(
      () => expect.fail('it did not fail'),
      (error: unknown) => {
        expect(error).to.be.instanceOf(DeadlineError)
      },
    )
  })
})

describe('a connection to a proxy whose store is not up yet', () => {
  let server: Http2Server

  beforeEach(async () => {
    server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(async () => {
    const closed = once(server, 'close')
    server.close()
    await closed
  })

  it('does not go by its error page for good', async () => {
    const pages: string[] = []
    server.on('stream', (stream, headers) => {
      pages.push(String(headers[':path']))
      stream.respond({ ':status': 404, 'content-type': 'text/html' })
      stream.end('<h1>Not here</h1>')
    })
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('The server has no port')
    const connection = openConnection(`esdb://127.0.0.1:${address.port}?tls=false`, logger)
    const ask = (): Promise<unknown> =>
      connection
        .call(1_000, never, (client) => client.getPersistentSubscriptionToAllInfo('group'))
        .catch((error: unknown) => error)
    for (let times = 0; times < 4; times += 1) await ask()
    await connection.close()
    const looks = pages.filter((path) => path.endsWith('/GetSupportedMethods'))
    expect(looks).to.have.length(2)
  })
})
