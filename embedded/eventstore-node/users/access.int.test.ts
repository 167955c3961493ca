import {
  AccessDeniedError,
  jsonEvent,
  binaryEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  type EventStoreDBClient,
  type ResolvedEvent,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { eventually } from '../persistent/testing/eventually.ts'
import { ADMIN, OPS, startSecuredNode, type SecuredNode } from '../testing/secured-node.ts'
import { usersOf, type UsersApi } from './testing/users-api.ts'

const event = (type = 'Tested') => jsonEvent({ type, data: { n: 1 } })
const ALICE = 'alice:wonder land'
const BOB = 'bob:builder'

type Call = (client: EventStoreDBClient) => Promise<unknown>

async function all(events: AsyncIterable<ResolvedEvent>): Promise<ResolvedEvent[]> {
  const found: ResolvedEvent[] = []
  for await (const each of events) found.push(each)
  return found
}

/** `ok`, or how the official client says that it may not: with the status that it got, where it was one. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
    return 'ok'
  } catch (error) {
    return error instanceof AccessDeniedError ? (error.code ?? 'denied') : error
  }
}

const DENIED = 7
const UNAUTHENTICATED = 16
/** In batch append each append has a status of its own, of which the client makes an error without a code. */
const DENIED_IN_BATCH = 'denied'

const append =
  (stream: string): Call =>
  (client) =>
    client.appendToStream(stream, event())
const read =
  (stream: string): Call =>
  (client) =>
    all(client.readStream(stream))
const readAll: Call = (client) => all(client.readAll({ maxCount: 1 }))
/** Ends as soon as there is an event, or the subscription is refused. */
const subscribe =
  (stream: string): Call =>
  async (client) => {
    for await (const _ of client.subscribeToStream(stream, { fromRevision: START })) return
  }

describe('A node with users, through the official client', function () {
  this.timeout(60_000)
  let secured: SecuredNode
  let users: UsersApi
  const as = (who?: string): EventStoreDBClient => secured.as(who)

  before(async () => {
    secured = await startSecuredNode()
    users = usersOf(secured, ADMIN)
    await users.create('alice', { groups: ['readers'], password: 'wonder land' })
    await users.create('bob', { password: 'builder' })
    await as(ADMIN).appendToStream('open-1', [event(), event()])
  })
  after(async () => {
    users.close()
    await secured.close()
  })

  describe('tells callers apart', () => {
    it('who has no name may not use streams', async () => {
      for (const call of [append('open-1'), read('open-1'), subscribe('open-1'), readAll]) {
        const isAppend = call.toString().includes('appendToStream')
        expect(await outcome(call(as()))).to.equal(isAppend ? DENIED_IN_BATCH : DENIED)
      }
      expect(await outcome(as().deleteStream('open-1'))).to.equal(DENIED)
      expect(await outcome(as().tombstoneStream('open-1'))).to.equal(DENIED)
    })

    it('who has a wrong name or password may do nothing at all', async () => {
      for (const who of ['alice:wrong', 'nobody:wonder land', 'alice:wonder land ']) {
        for (const call of [append('open-1'), read('open-1'), subscribe('open-1')])
          expect(await outcome(call(as(who))), who).to.equal(UNAUTHENTICATED)
      }
    })

    it('per call, too, where other credentials are the connection’s', async () => {
      const credentials = { username: 'alice', password: 'wonder land' }
      await as().appendToStream('open-1', event(), { credentials })
      expect(await all(as().readStream('open-1', { credentials, maxCount: 1 }))).to.have.length(1)
      const wrong = { username: 'alice', password: 'wrong' }
      expect(await outcome(as(ADMIN).appendToStream('open-1', event(), { credentials: wrong }))).to.equal(
        UNAUTHENTICATED,
      )
    })

    it('over HTTP, too, where the client takes the server for an older one', async () => {
      const asOf = async (who: string | undefined, call: Call): Promise<unknown> => {
        const client = as(who)
        const { supports } = client as unknown as { supports: unknown }
        Object.assign(client, { supports: () => Promise.resolve(false) })
        return outcome(call(client)).finally(() => Object.assign(client, { supports }))
      }
      const list: Call = (client) => client.listAllPersistentSubscriptions()
      const restart: Call = (client) => client.restartPersistentSubscriptionSubsystem()
      for (const [who, call, expected] of [
        [OPS, list, 'ok'],
        [undefined, list, 'denied'],
        [OPS, restart, 'ok'],
        [ALICE, restart, 'denied'],
      ] as const)
        expect(await asOf(who, call), `${String(who)} ${String(call)}`).to.equal(expected)
      // the call's own credentials count
      const [username = '', password = ''] = OPS.split(':')
      const named: Call = (client) =>
        client.restartPersistentSubscriptionSubsystem({ credentials: { username, password } })
      expect(await asOf(undefined, named)).to.equal('ok')
    })

    it('user streams are open to all users, system streams and $all to administrators', async () => {
      for (const who of [ALICE, OPS]) {
        await append('open-2')(as(who))
        await read('open-2')(as(who))
        expect(await outcome(readAll(as(who)))).to.equal(DENIED)
        expect(await outcome(read('$streams')(as(who)))).to.equal(DENIED)
        expect(await outcome(append('$mine')(as(who)))).to.equal(DENIED_IN_BATCH)
        expect(await outcome(as(who).deleteStream('$mine'))).to.equal(DENIED)
      }
      await append('$mine')(as(ADMIN))
      expect(await all(as(ADMIN).readAll({ maxCount: 5 }))).to.have.length(5)
    })
  })

  describe('honours access control lists', () => {
    const restrict = (stream: string, acl: Record<string, string[]>): Promise<unknown> =>
      as(ADMIN).setStreamMetadata(stream, { acl })

    it('of a stream, by user name or group, one or several', async () => {
      await as(ADMIN).appendToStream('secret-1', event())
      await restrict('secret-1', { readRoles: ['readers'], writeRoles: ['bob'], deleteRoles: [] })
      await read('secret-1')(as(ALICE))
      await append('secret-1')(as(BOB))
      expect(await outcome(read('secret-1')(as(BOB)))).to.equal(DENIED)
      expect(await outcome(subscribe('secret-1')(as(BOB)))).to.equal(DENIED)
      expect(await outcome(append('secret-1')(as(ALICE)))).to.equal(DENIED_IN_BATCH)
      for (const who of [ALICE, BOB, OPS]) {
        expect(await outcome(as(who).deleteStream('secret-1'))).to.equal(DENIED)
        expect(await outcome(as(who).tombstoneStream('secret-1'))).to.equal(DENIED)
      }
      await as(ADMIN).deleteStream('secret-1')
    })

    it('of its metadata', async () => {
      await as(ADMIN).appendToStream('meta-1', event())
      await restrict('meta-1', { metaReadRoles: ['alice'], metaWriteRoles: ['bob'] })
      expect((await as(ALICE).getStreamMetadata('meta-1')).metadata?.acl?.metaReadRoles).to.deep.equal([
        'alice',
      ])
      expect(await outcome(as(BOB).getStreamMetadata('meta-1'))).to.equal(DENIED)
      expect(await outcome(as(ALICE).setStreamMetadata('meta-1', { maxCount: 1 }))).to.equal(DENIED_IN_BATCH)
      await as(BOB).setStreamMetadata('meta-1', { maxCount: 1 })
    })

    it('keeps a stream for administrators whose list can’t be understood', async () => {
      await as(ADMIN).appendToStream('broken-1', event())
      await as(ADMIN).appendToStream(
        '$$broken-1',
        jsonEvent({ type: '$metadata', data: { $acl: { $r: 7 } } }),
      )
      expect(await outcome(read('broken-1')(as(ALICE)))).to.equal(DENIED)
      await read('broken-1')(as(ADMIN))
    })

    it('gives $all to whom its own list names', async () => {
      await restrict('$all', { readRoles: ['readers'] })
      await readAll(as(ALICE))
      expect(await outcome(readAll(as(BOB)))).to.equal(DENIED)
      await restrict('$all', {})
      expect(await outcome(readAll(as(ALICE)))).to.equal(DENIED)
    })

    it('leaves out what a link leads to where the reader may not see it', async () => {
      await as(ADMIN).appendToStream('hidden-1', event('Hidden'))
      await restrict('hidden-1', { readRoles: ['bob'] })
      await as(ADMIN).appendToStream('links-1', [
        event('Shown'),
        binaryEvent({ type: '$>', data: Buffer.from('0@hidden-1') }),
      ])
      const seen = async (who: string): Promise<unknown[]> =>
        (await all(as(who).readStream('links-1', { resolveLinkTos: true }))).map(
          ({ event: target, link }) => [target?.type, link?.streamId],
        )
      expect(await seen(BOB)).to.deep.equal([
        ['Shown', undefined],
        ['Hidden', 'links-1'],
      ])
      expect(await seen(ALICE)).to.deep.equal([
        ['Shown', undefined],
        [undefined, 'links-1'],
      ])
    })

    it('follows the defaults in $settings, for what a list leaves out too', async () => {
      const settings = (data: object): Promise<unknown> =>
        as(ADMIN).appendToStream('$settings', jsonEvent({ type: '$settings', data: { ...data } }))
      await settings({ $userStreamAcl: { $r: '$all', $w: 'bob' }, $systemStreamAcl: { $r: 'readers' } })
      expect(await outcome(append('new-1')(as(ALICE)))).to.equal(DENIED_IN_BATCH)
      await append('new-1')(as(BOB))
      await read('new-1')(as(ALICE))
      await read('$settings')(as(ALICE))
      expect(await outcome(read('$settings')(as(BOB)))).to.equal(DENIED)
      // hashes of passwords are for nobody but administrators, though
      await restrict('open-3', { readRoles: ['alice'] })
      expect(await outcome(append('open-3')(as(ALICE)))).to.equal(DENIED_IN_BATCH)
      await settings({})
      await append('new-1')(as(ALICE))
    })
  })

  describe('keeps what concerns all to operators and administrators', () => {
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START })

    it('persistent subscriptions', async () => {
      const calls: readonly Call[] = [
        (client) => client.createPersistentSubscriptionToStream('open-1', 'g', settings),
        (client) => client.updatePersistentSubscriptionToStream('open-1', 'g', settings),
        (client) => client.replayParkedMessagesToStream('open-1', 'g'),
        (client) => client.restartPersistentSubscriptionSubsystem(),
      ]
      for (const call of calls) {
        expect(await outcome(call(as()))).to.equal(DENIED)
        expect(await outcome(call(as(ALICE)))).to.equal(DENIED)
        expect(await outcome(call(as('alice:wrong')))).to.equal(UNAUTHENTICATED)
        await call(as(OPS))
      }
      expect(await outcome(as().getPersistentSubscriptionToStreamInfo('open-1', 'g'))).to.equal(DENIED)
      expect((await as(ALICE).getPersistentSubscriptionToStreamInfo('open-1', 'g')).groupName).to.equal('g')
      expect(await outcome(as(ALICE).deletePersistentSubscriptionToStream('open-1', 'g'))).to.equal(DENIED)
    })

    it('but who may read the stream may consume', async () => {
      const subscription = as(ALICE).subscribeToPersistentSubscriptionToStream('open-1', 'g')
      for await (const received of subscription) {
        await subscription.ack(received)
        break
      }
      const { connections } = await as(OPS).getPersistentSubscriptionToStreamInfo('open-1', 'g')
      expect(connections.map(({ username }) => username)).to.deep.equal(['alice'])
      await subscription.unsubscribe()

      await as(ADMIN).setStreamMetadata('open-1', { acl: { readRoles: ['bob'] } })
      const refused = async (): Promise<void> => {
        for await (const _ of as(ALICE).subscribeToPersistentSubscriptionToStream('open-1', 'g')) return
      }
      expect(await outcome(refused())).to.equal(DENIED)
      await as(ADMIN).setStreamMetadata('open-1', {})
      await as(OPS).deletePersistentSubscriptionToStream('open-1', 'g')
    })

    it('projections', async () => {
      const calls: readonly Call[] = [
        (client) => client.enableProjection('$streams'),
        (client) => client.disableProjection('$streams'),
        (client) => client.abortProjection('$streams'),
        (client) => client.resetProjection('$streams'),
        (client) => client.restartSubsystem(),
      ]
      for (const call of calls) {
        expect(await outcome(call(as(ALICE)))).to.equal(DENIED)
        await call(as(OPS))
      }
      expect(await as(ALICE).listProjections()).to.have.length(5)
      expect(await outcome(as().listProjections())).to.equal(DENIED)
    })
  })

  describe('changes its mind while a call lasts', () => {
    it('ends a subscription whose reader may not read any more', async () => {
      await as(ADMIN).appendToStream('watched-1', event())
      const subscription = as(BOB).subscribeToStream('watched-1', { fromRevision: START })
      const failures: unknown[] = []
      let received = 0
      subscription.on('data', () => received++)
      subscription.on('error', (error) => failures.push(error))
      await eventually(() => received === 1)
      await as(ADMIN).setStreamMetadata('watched-1', { acl: { readRoles: ['alice'] } })
      await as(ADMIN).appendToStream('watched-1', event())
      await eventually(() => failures.length === 1)
      expect(failures[0]).to.be.instanceOf(AccessDeniedError)
      expect(received).to.equal(1)
    })

    it('takes no more appends from a user that is disabled, also on an open stream of them', async () => {
      await users.create('carl', { password: 'c' })
      const carl = as('carl:c')
      await carl.appendToStream('carls-1', event())
      await users.disable('carl')
      expect(await outcome(carl.appendToStream('carls-1', event()))).to.equal(DENIED_IN_BATCH)
      expect(await outcome(read('carls-1')(carl))).to.equal(UNAUTHENTICATED)
      await users.enable('carl')
      await read('carls-1')(carl)
      await users.resetPassword('carl', 'd')
      expect(await outcome(read('carls-1')(carl))).to.equal(UNAUTHENTICATED)
      await read('carls-1')(as('carl:d'))
    })

    it('sees the groups of now', async () => {
      await users.update('bob', { groups: ['$admins'] })
      await readAll(as(BOB))
      await users.update('bob', { groups: [] })
      expect(await outcome(readAll(as(BOB)))).to.equal(DENIED)
    })
  })
})
