import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import net from 'node:net'
import { randomBytes } from 'node:crypto'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import {
  convertToCommandError,
  eventTypeFilter,
  EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  streamNameFilter,
  type AllStreamResolvedEvent,
} from '@eventstore/db-client'
import { credentials, status, type ServiceError } from '@grpc/grpc-js'
import { expect } from 'chai'
import { startNode, type EventStoreNode } from './index.ts'
import { ADMIN, startSecuredNode } from './testing/secured-node.ts'
import { usersOf } from './users/testing/users-api.ts'

const event = (type = 'Tested', data: object = {}) => jsonEvent({ type, data: { ...data } })

const failureOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

/** All that comes until the other side closes. */
async function untilClosed(socket: net.Socket): Promise<string> {
  let text = ''
  socket.on('data', (part: Buffer) => (text += part.toString('latin1')))
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('close', resolve))
  return text
}

/** How a gRPC call ends that sends these bytes as they are. */
const callRaw = (
  port: number,
  path: string,
  frames: readonly Buffer[],
  headers: http2.OutgoingHttpHeaders = {},
) =>
  new Promise<{ status: unknown; message: unknown }>((resolve, reject) => {
    const session = http2.connect(`http://127.0.0.1:${port}`)
    const call = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    })
    const end = (seen: http2.IncomingHttpHeaders): void => {
      if (seen['grpc-status'] === undefined) return
      resolve({ status: Number(seen['grpc-status']), message: seen['grpc-message'] })
      session.close()
    }
    call.on('response', end)
    call.on('trailers', end)
    call.on('error', () => undefined)
    call.on('close', () => {
      reject(new Error(`closed: ${call.rstCode}`))
      session.close()
    })
    session.on('error', reject)
    call.resume()
    for (const frame of frames) call.write(frame)
    call.end()
  })

/** A message with its prefix of five bytes. */
const framed = (message: Buffer): Buffer => {
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

const READ = '/event_store.client.streams.Streams/Read'
const METHODS = Object.values(streamsGrpc.StreamsService as unknown as Record<string, { path: string }>)

describe('Under attack, the event store node', function () {
  this.timeout(60_000)
  let node: EventStoreNode
  let client: EventStoreDBClient

  before(async () => {
    node = await startNode({ inMemory: true })
    client = EventStoreDBClient.connectionString(node.connectionString)
    await client.appendToStream('good', event())
  })
  after(async () => {
    await client.dispose()
    await node.close()
  })
  /** It answers others as if nothing had been. */
  afterEach(async () => {
    await client.appendToStream('good', event())
    expect((await fetch(`http://127.0.0.1:${node.port}/health/live`)).status).to.equal(204)
  })

  describe('refuses with the right error', () => {
    it('appends that are too large, in one event or many, in data or in messages', async () => {
      const large = event('Large', { text: 'x'.repeat(1024 * 1024) })
      const failures = await Promise.all(
        [
          client.appendToStream('large', large),
          client.appendToStream(
            'large',
            Array.from({ length: 20 }, () => event('L', { text: 'x'.repeat(100_000) })),
          ),
          client.appendToStream('large', large, { credentials: { username: 'x', password: 'x' } }),
        ].map(failureOf),
      )
      for (const failed of failures) {
        expect(failed)
          .to.be.instanceOf(MaxAppendSizeExceededError)
          .and.include({ maxAppendSize: 1024 * 1024 })
      }
      const metadata = { text: 'x'.repeat(18 * 1024 * 1024) }
      const refused = await failureOf(
        client.appendToStream('large', jsonEvent({ type: 'L', data: {}, metadata })),
      )
      expect(refused).to.have.property('code', status.RESOURCE_EXHAUSTED)
      expect(node.log.state('large').status).to.equal('none')
    })

    it('names that are none, or too long to be kept', async () => {
      const failed = await failureOf(client.appendToStream('', event()))
      expect(failed).to.be.instanceOf(Error)
      const long = await failureOf(client.appendToStream('x'.repeat(70_000), event()))
      expect(long).to.be.instanceOf(Error)
      expect(await failureOf(client.appendToStream('s', event('T'.repeat(70_000))))).to.be.instanceOf(Error)
      for (const odd of ['a\0b', '../../etc/passwd', '‮drawkcab', ' ', '\ud83d\ude00', '<script>', "';--"]) {
        await client.appendToStream(odd, event())
        expect(node.log.state(odd).lastRevision, odd).to.be.above(-1)
      }
    })

    it('events that do not say what they are', async () => {
      const streams = new streamsGrpc.StreamsClient(`127.0.0.1:${node.port}`, credentials.createInsecure())
      const append = (metadata: Readonly<Record<string, string>>): Promise<unknown> =>
        new Promise((resolve) => {
          const call = streams.append((error) => {
            resolve(error === null ? undefined : convertToCommandError(error))
          })
          const name = new sharedPb.StreamIdentifier().setStreamName(Buffer.from('untold').toString('base64'))
          const options = new streamsPb.AppendReq.Options().setStreamIdentifier(name)
          call.write(new streamsPb.AppendReq().setOptions(options.setAny(new sharedPb.Empty())))
          const message = new streamsPb.AppendReq.ProposedMessage()
          message.setId(new sharedPb.UUID().setString('6b0b1b0e-0000-4000-8000-000000000001'))
          for (const [key, value] of Object.entries(metadata)) message.getMetadataMap().set(key, value)
          call.write(new streamsPb.AppendReq().setProposedMessage(message))
          call.end()
        })
      for (const metadata of [{}, { type: 'T' }, { 'content-type': 'application/json' }])
        expect(await append(metadata)).to.include({
          type: 'missing-required-metadata-property',
          code: status.INVALID_ARGUMENT,
        })
      expect(node.log.state('untold').lastRevision).to.equal(-1)
      streams.close()
    })

    it('streams of the system to those who have no rights there, under any name', async () => {
      const secured = await startSecuredNode()
      try {
        const users = usersOf(secured, ADMIN)
        await users.create('mallory', { password: 'm' })
        const mallory = secured.as('mallory:m')
        const revisionOf = (stream: string): number => secured.node.log.state(stream).lastRevision
        for (const name of [
          '$',
          '$x',
          '$$x-$',
          '$$$x',
          '$all',
          '$$$all',
          '$settings',
          '$user-admin',
          '$ce-x',
          '$users',
          '$scavenges',
        ]) {
          const before = revisionOf(`$$${name}`)
          for (const call of [
            () => mallory.appendToStream(name, event()),
            () =>
              mallory.appendToStream(name, event(), { credentials: { username: 'mallory', password: 'm' } }),
            () => mallory.deleteStream(name),
            () => mallory.tombstoneStream(name),
            () => mallory.setStreamMetadata(name, { acl: { writeRoles: ['mallory'] } }),
          ]) {
            // metadata of a user's stream is the user's to write, whatever its name ends in
            if (name === '$$x-$' && !String(call).includes('Metadata')) continue
            expect(await failureOf(call()), `${name} ${String(call)}`).to.be.instanceOf(Error)
          }
          expect(revisionOf(`$$${name}`), name).to.equal(before)
        }
        await mallory.appendToStream('mine', event())
        users.close()
      } finally {
        await secured.close()
      }
    })

    it('expressions that are none, or would stall it', async () => {
      await client.appendToStream(`${'x'.repeat(20_000)}y${'x'.repeat(20_000)}`, event())
      const read = async (regex: string): Promise<unknown> => {
        const seen: AllStreamResolvedEvent[] = []
        const events = client.subscribeToAll({ fromPosition: START, filter: streamNameFilter({ regex }) })
        return failureOf(
          (async () => {
            for await (const each of events) {
              seen.push(each)
              if (seen.length === 1000) return
            }
          })(),
        )
      }
      for (const regex of ['(', 'x'.repeat(20_000)]) {
        // as in EventStoreDB, where it is an exception that nobody expected
        const failed = (await read(regex)) as ServiceError
        expect(failed.code, regex.slice(0, 40)).to.equal(status.UNKNOWN)
        expect(failed.message).to.match(/: Exception was thrown by handler\. Invalid regular expression/)
      }
      for (const regex of ['(x?y?){500}[yz]$', '^(?=x)(x+)+$']) {
        const failed = (await read(regex)) as ServiceError
        expect(failed.code, regex).to.equal(status.INVALID_ARGUMENT)
      }
      const settings = persistentSubscriptionToAllSettingsFromDefaults()
      const group = await failureOf(
        client.createPersistentSubscriptionToAll('g', settings, { filter: eventTypeFilter({ regex: '(' }) }),
      )
      expect(group).to.have.property('code', status.UNKNOWN)
    })

    it('messages that are none, in every method', async () => {
      for (const { path } of METHODS) {
        for (const junk of [
          randomBytes(100),
          Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
          Buffer.alloc(0),
        ]) {
          const answer = await callRaw(node.port, path, [framed(junk)])
          expect(answer.status, `${path} ${junk.toString('hex')}`).to.be.oneOf([
            status.INTERNAL,
            status.INVALID_ARGUMENT,
            ...(path.includes('.Streams/') ? [status.UNKNOWN] : []),
            ...(path.endsWith('BatchAppend') ? [status.OK] : []),
          ])
        }
      }
    })

    it('frames that lie about their length or encoding', async () => {
      const huge = Buffer.from([0, 0xff, 0xff, 0xff, 0xff])
      expect((await callRaw(node.port, READ, [huge])).status).to.equal(status.RESOURCE_EXHAUSTED)
      const compressed = framed(Buffer.from('x'))
      compressed[0] = 1
      expect((await callRaw(node.port, READ, [compressed], { 'grpc-encoding': 'snappy' })).status).to.equal(
        status.UNIMPLEMENTED,
      )
      expect((await callRaw(node.port, READ, [compressed], { 'grpc-encoding': 'gzip' })).status).to.equal(
        status.INTERNAL,
      )
      expect((await callRaw(node.port, '/no.Such/Method', [])).status).to.equal(status.UNIMPLEMENTED)
      expect((await callRaw(node.port, READ, [], { 'grpc-timeout': 'soon' })).status).to.be.oneOf([
        status.INTERNAL,
        status.UNIMPLEMENTED,
      ])
    })
  })

  describe('lets go of connections', () => {
    const connect = (): net.Socket => net.connect(node.port, '127.0.0.1')

    it('that speak nothing it knows', async () => {
      for (const junk of [
        randomBytes(1000),
        Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nthis is no frame at all, is it?'),
        Buffer.from('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n'),
        Buffer.from('GET / HTTP/9.9\r\n\r\n'),
        Buffer.from('\r\n\r\n\r\n\r\nGET\r\n\r\n'),
        Buffer.from(
          'POST /web HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\nx',
        ),
      ]) {
        const socket = connect()
        socket.write(junk)
        await untilClosed(socket)
      }
    })

    it('whose headers have no end', async () => {
      const socket = connect()
      socket.write(`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(100_000)}`)
      expect(await untilClosed(socket)).to.match(/^HTTP\/1\.1 431 /)
      const many: http2.OutgoingHttpHeaders = Object.fromEntries(
        Array.from({ length: 3000 }, (_, n) => [`x-${n}`, 'y'.repeat(50)]),
      )
      const flooded = await failureOf(callRaw(node.port, READ, [], many))
      expect(flooded).to.be.instanceOf(Error)
    })

    it('that break off in the middle of anything', async () => {
      for (const begun of [
        '',
        'P',
        'PRI * HT',
        'GET / HTTP/1.1\r\nhost: x',
        'POST /web/x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nabc',
      ]) {
        const socket = connect()
        await once(socket, 'connect')
        if (begun !== '') socket.write(begun)
        socket.destroy()
      }
      const half = connect()
      half.end('GET /ping HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
      expect(await untilClosed(half)).to.include('Ping request successfully handled')
    })
  })

  it('tells clients how many calls at once a connection may have', async () => {
    const session = http2.connect(`http://127.0.0.1:${node.port}`)
    const [settings] = (await once(session, 'remoteSettings')) as [http2.Settings]
    expect(settings.maxConcurrentStreams).to.equal(5000)
    session.close()
  })

  it('bears streams that are opened and reset as fast as one can', async () => {
    const session = http2.connect(`http://127.0.0.1:${node.port}`)
    session.on('error', () => undefined)
    for (let n = 0; n < 2000 && !session.destroyed; n++) {
      const call = session.request({ ':method': 'POST', ':path': READ, 'content-type': 'application/grpc' })
      call.on('error', () => undefined)
      call.close(http2.constants.NGHTTP2_CANCEL)
    }
    await new Promise((resolve) => {
      session.close(() => {
        resolve(undefined)
      })
      session.once('close', resolve)
    })
  })

  it('gives nobody more than fits in memory on one page', async () => {
    const data = { text: 'x'.repeat(900_000) }
    for (let n = 0; n < 24; n++) await client.appendToStream('heavy', event('Heavy', data))
    const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${node.port}${path}`)
    for (const path of [
      '/streams/heavy/head/backward/4096',
      '/streams/heavy/0/forward/24',
      '/streams/$all/head/backward/4096',
    ]) {
      const refused = await get(path)
      expect([refused.status, await refused.text()], path).to.deep.equal([
        413,
        'These events are too large for one page: ask for fewer of them.',
      ])
    }
    expect((await get('/streams/heavy/head/backward/10')).status).to.equal(200)
  })

  it('keeps nothing for a page that does not read its tail', async () => {
    const request = http.get({ host: '127.0.0.1', port: node.port, path: '/web/all/live?from=0&system=1' })
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    // nobody reads from here on: no more than a few buffers of it may leave
    const text = 'x'.repeat(3000)
    for (let n = 0; n < 20; n++)
      await client.appendToStream(
        'tail',
        Array.from({ length: 200 }, () => event('T', { text })),
      )
    const before = process.memoryUsage().arrayBuffers
    for (let n = 0; n < 20; n++)
      await client.appendToStream(
        'tail',
        Array.from({ length: 200 }, () => event('T', { text })),
      )
    expect(response.readableLength).to.be.below(2_000_000)
    // 12 MB went through the log meanwhile, of which it keeps 8 MB by itself
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(60_000_000)
    response.destroy()
  })

  it('takes no more from a page than a page needs', async () => {
    const answer = await fetch(`http://127.0.0.1:${node.port}/web/subscriptions/good/g/replay`, {
      method: 'POST',
      body: 'x'.repeat(2 * 1024 * 1024),
    })
    expect(answer.status).to.equal(413)
  })
})
