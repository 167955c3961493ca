import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { once } from 'node:events'
import path from 'node:path'
import monitoringGrpc from '@eventstore/db-client/generated/monitoring_grpc_pb.js'
import monitoringPb from '@eventstore/db-client/generated/monitoring_pb.js'
import operationsGrpc from '@eventstore/db-client/generated/operations_grpc_pb.js'
import serverFeaturesGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import { END, EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { credentials } from '@grpc/grpc-js'
import { expect } from 'chai'
import { useFolder } from './log/testing/folder.ts'
import { DataDirectoryInUseError, startNode, type EventStoreNode } from './index.ts'
import { fieldsOf, listOf, loadTrace, textOf } from './testing/trace.ts'

const event = () => jsonEvent({ type: 'Tested', data: {} })

describe('The event store node', () => {
  const folder = useFolder()
  let node: EventStoreNode
  let client: EventStoreDBClient
  let shutdowns = 0

  before(async () => {
    node = await startNode({ inMemory: true, onShutdown: () => shutdowns++ })
    client = EventStoreDBClient.connectionString(node.connectionString)
  })
  after(async () => {
    await client.dispose()
    await node.close()
  })
  const address = (): string => `127.0.0.1:${node.port}`

  it('answers HTTP/1.1 on the port of gRPC', async () => {
    await client.appendToStream('http', event())
    const live = await fetch(`http://${address()}/health/live`)
    expect([live.status, await live.text()]).to.deep.equal([204, ''])
    const info = await fetch(`http://${address()}/info`)
    expect(info.headers.get('content-type')).to.equal('application/json; charset=utf-8')
    expect(await info.json()).to.deep.equal({
      esVersion: '23.10.6.0',
      state: 'leader',
      features: { projections: true, userManagement: false, atomPub: true },
      authentication: { type: 'insecure', properties: null },
    })
    expect((await fetch(`http://${address()}/nothing`)).status).to.equal(404)
    const request = http.get({ host: '127.0.0.1', port: node.port, path: '//' })
    const statusCode = await new Promise((resolve) =>
      request.once('response', (response) => {
        resolve(response.statusCode)
      }),
    )
    expect(statusCode).to.equal(400)
    request.destroy()
  })

  it('is found by clients that look for a cluster', async () => {
    for (const form of [
      `esdb+discover://${address()}`,
      `esdb://${address()},${address()}`,
      `esdb+discover://localhost:${node.port}`,
    ]) {
      const discovering = EventStoreDBClient.connectionString(`${form}?tls=false`)
      expect(await discovering.appendToStream('discovered', event())).to.include({ success: true })
      await discovering.dispose()
    }
  })

  it('says what it can do, in the words of EventStoreDB', async () => {
    const [recorded] = loadTrace('server-features-and-first-append').wire.filter(
      ({ event: what }) => what === 'response',
    )
    const known = new Set(
      listOf(fieldsOf(recorded?.message)['methodsList']).map((method) => JSON.stringify(method)),
    )
    const features = new serverFeaturesGrpc.ServerFeaturesClient(address(), credentials.createInsecure())
    const answer = await new Promise<unknown>((resolve, reject) =>
      features.getSupportedMethods(new sharedPb.Empty(), (error, response) => {
        if (error === null) resolve(response.toObject())
        else reject(error)
      }),
    )
    features.close()
    const { methodsList, eventStoreServerVersion } = fieldsOf(answer)
    expect(eventStoreServerVersion).to.equal('23.10.6')
    const methods = listOf(methodsList).map((method) => JSON.stringify(method))
    for (const method of methods) expect([...known], method).to.include(method)
    const names = listOf(methodsList).map((method) => textOf(fieldsOf(method)['methodName']))
    expect(names).to.include.members([
      'batchappend',
      'read',
      'replayparked',
      'getsupportedmethods',
      'stats',
      'shutdown',
    ])
  })

  it('gives its figures, again and again', async () => {
    const monitoring = new monitoringGrpc.MonitoringClient(address(), credentials.createInsecure())
    const call = monitoring.stats(new monitoringPb.StatsReq().setRefreshTimePeriodInMs('100'))
    const figures: unknown[] = []
    call.on('data', (message: monitoringPb.StatsResp) => figures.push(message.getStatsMap().get('proc-id')))
    call.on('error', () => undefined)
    while (figures.length < 2) await once(call, 'data')
    call.cancel()
    monitoring.close()
    expect(figures.slice(0, 2)).to.deep.equal([String(process.pid), String(process.pid)])
  })

  it('lives on whatever bytes it is sent', async () => {
    const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    const garbage = [
      Buffer.from('nonsense\r\n\r\n'),
      Buffer.from('P'),
      Buffer.concat([preface, Buffer.alloc(4000, 0xff)]),
      Buffer.concat([preface.subarray(0, 20), Buffer.alloc(10)]),
      Buffer.alloc(100_000),
    ]
    for (const bytes of garbage) {
      const socket = net.connect(node.port, '127.0.0.1')
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      socket.end(bytes)
      socket.resume()
      await once(socket, 'close')
    }
    expect(await client.appendToStream('after-garbage', event())).to.include({ success: true })
  })

  it('is asked to shut down by a client', async () => {
    const operations = new operationsGrpc.OperationsClient(address(), credentials.createInsecure())
    await new Promise<void>((resolve, reject) =>
      operations.shutdown(new sharedPb.Empty(), (error) => {
        if (error === null) resolve()
        else reject(error)
      }),
    )
    operations.close()
    expect(shutdowns).to.equal(1)
  })

  it('ends the calls of its clients when it is closed, and answers appends that are under way', async () => {
    const closing = await startNode({ dataDir: folder() })
    const user = EventStoreDBClient.connectionString(closing.connectionString)
    const failures: unknown[] = []
    const subscription = user.subscribeToAll()
    subscription.on('error', (error) => failures.push(error))
    await once(subscription, 'confirmation')
    const appends = Array.from({ length: 50 }, () => user.appendToStream('last', event()))
    await appends[0]
    await closing.close()
    const outcomes = await Promise.allSettled(appends)
    while (failures.length === 0) await new Promise((resolve) => setImmediate(resolve))
    // whoever is slow to take the answer finds the connection gone instead
    expect(failures[0]).to.have.property('type').that.is.oneOf(['cancelled', 'unavailable'])
    await user.dispose()

    const again = await startNode({ dataDir: folder() })
    const succeeded = outcomes.filter(({ status }) => status === 'fulfilled').length
    expect(again.log.state('last').lastRevision + 1).to.be.at.least(succeeded)
    await again.close()
  })

  it('cancels the calls that wait for something, as EventStoreDB does: its clients connect again then', async () => {
    const closing = await startNode({ inMemory: true })
    const user = EventStoreDBClient.connectionString(closing.connectionString)
    const live = [
      user.subscribeToAll({ fromPosition: END }),
      user.subscribeToStream('s', { fromRevision: END }),
    ]
    const ends = live.map(
      (subscription) => new Promise<unknown>((resolve) => subscription.on('error', resolve)),
    )
    await Promise.all(live.map((subscription) => once(subscription, 'caughtUp')))
    await closing.close()
    for (const error of await Promise.all(ends)) expect(error).to.include({ type: 'cancelled', code: 1 })
    await user.dispose()
  })

  it('starts neither twice on one folder, nor on a port that is taken, nor without knowing where its data goes', async () => {
    const failure = async (options: Parameters<typeof startNode>[0]): Promise<unknown> =>
      startNode(options).then(
        () => undefined,
        (error: unknown) => error,
      )
    const first = await startNode({ dataDir: folder() })
    expect(await failure({ dataDir: folder() })).to.be.instanceOf(DataDirectoryInUseError)
    expect(await failure({ dataDir: path.join(folder(), 'other'), port: first.port })).to.include({
      code: 'EADDRINUSE',
    })
    await first.close()
    // what failed to start left nothing locked
    const second = await startNode({ dataDir: path.join(folder(), 'other') })
    await second.close()
    expect(fs.existsSync(path.join(folder(), 'log', 'lock'))).to.equal(false)
    expect(await failure({})).to.be.instanceOf(TypeError)
    expect(await failure({ dataDir: folder(), inMemory: true })).to.be.instanceOf(TypeError)
  })
})
