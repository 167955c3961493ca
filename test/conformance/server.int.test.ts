import { EventStoreDBClient } from '@eventstore/db-client'
import { expect } from 'chai'
import { startEventStore, type TestServer } from '../support/servers.ts'
import { event, failureOf, freshName, revisions } from './support.ts'

describe('A server', function () {
  this.timeout(60_000)
  let server: TestServer
  let client: EventStoreDBClient
  before(async () => {
    server = await startEventStore()
    client = EventStoreDBClient.connectionString(server.url)
  })
  after(async () => {
    await client.dispose()
    await server.stop()
  })

  for (const nodePreference of ['leader', 'random'] as const) {
    it(`is found by its gossip: ${nodePreference}`, async function () {
      if (!server.url.startsWith('esdb://') || new URL(server.url).host.includes(',')) {
        process.stdout.write(`    left out: ${new URL(server.url).protocol} is a cluster already\n`)
        this.skip()
      }
      const stream = freshName()
      // two times the same one: the client asks each for its gossip
      const [host] = [new URL(server.url).host]
      const discovering = EventStoreDBClient.connectionString(
        server.url.replace(host, `${host},${host}`) + `&nodePreference=${nodePreference}`,
      )
      try {
        await discovering.appendToStream(stream, event(0))
        expect(await revisions(discovering.readStream(stream))).to.deep.equal([0])
      } finally {
        await discovering.dispose()
      }
    })
  }

  it('serves many clients at once', async () => {
    const stream = freshName()
    const clients = Array.from({ length: 10 }, () => EventStoreDBClient.connectionString(server.url))
    await Promise.all(clients.map((each, n) => each.appendToStream(stream, event(n))))
    expect(await revisions(client.readStream(stream))).to.have.length(10)
    for (const each of clients) await each.dispose()
  })

  it('keeps a limit of time that the client sets', async () => {
    const late = client.setStreamMetadata(freshName(), {}, { deadline: 0 })
    expect(await failureOf(late)).to.include({ type: 'deadline-exceeded' })
  })

  it('restarts the persistent subscriptions when it is asked to', async () => {
    await client.restartSubsystem()
  })
})
