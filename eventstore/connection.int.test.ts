import { expect } from 'chai'
import { eventually } from '../test/support/eventually.ts'
import { StoreUnavailableError, UnknownOutcomeError } from './errors.ts'
import { counted, newStream, openDoor } from './testing/door.ts'
import { startProxy, type Proxy } from './testing/network.ts'
import { openCalls } from './testing/open-calls.ts'
import { rejection } from './testing/rejection.ts'
import { startRestartableNode, type RestartableNode } from './testing/restartable-node.ts'

describe('the connection to an event store', () => {
  let node: RestartableNode
  let proxy: Proxy
  let url: string
  let stream: string

  beforeEach(async () => {
    node = await startRestartableNode()
    proxy = await startProxy(node.port)
    url = `esdb://127.0.0.1:${proxy.port}?tls=false`
    stream = newStream()
  })
  afterEach(async () => {
    await proxy.close()
    await node.end()
  })

  it('is taken anew when call after call has no answer', async () => {
    const store = openDoor(url, { deadlineMs: 500 })
    await store.append(stream, [counted(0)], 'no_stream')
    proxy.freeze()
    const events = [counted(1)]
    for (let attempts = 0; attempts < 3; attempts += 1) {
      await rejection(store.append(stream, events, 0n), UnknownOutcomeError)
    }
    const { revision } = await eventually(() => store.append(stream, events, 0n), { withinMs: 20_000 })
    expect(revision).to.equal(1n)
    await store.close()
  })

  it('makes no empty stream of a read that was under way when it was given up', async () => {
    const [patient, hasty] = [openDoor(url, { deadlineMs: 60_000 }), openDoor(url, { deadlineMs: 500 })]
    await patient.append(stream, [counted(0)], 'no_stream')
    proxy.freeze()
    const reading = rejection(patient.readStream(stream), StoreUnavailableError)
    for (let attempts = 0; attempts < 3; attempts += 1) {
      await rejection(hasty.append(stream, [counted(1)], 0n), UnknownOutcomeError)
    }
    await reading
    expect((await patient.readStream(stream)).events).to.have.length(1)
    await Promise.all([patient.close(), hasty.close()])
  })

  it('tells an append that was written without an answer the first outcome when it is sent again', async () => {
    const store = openDoor(url, { deadlineMs: 500 })
    await store.append(stream, [counted(0)], 'no_stream')
    proxy.freeze('answers')
    const events = [counted(1), counted(2)]
    for (let attempts = 0; attempts < 3; attempts += 1) {
      await rejection(store.append(stream, events, 0n), UnknownOutcomeError)
    }
    const direct = openDoor(node.url)
    expect((await direct.readStream(stream)).revision).to.equal(2n)
    await direct.append(stream, [counted(3)], 2n)
    const { revision } = await eventually(() => store.append(stream, events, 0n), { withinMs: 20_000 })
    expect(revision).to.equal(2n)
    expect((await store.readStream(stream)).events).to.have.length(4)
    await Promise.all([store.close(), direct.close()])
  })

  it('is shared by doors to the same store, and stays until the last of them is closed', async () => {
    const first = openDoor(url)
    const second = openDoor(url)
    await first.append(stream, [counted(0)], 'no_stream')
    await second.append(stream, [counted(1)], 0n)
    expect(await openCalls(url)).to.equal(1)
    await first.close()
    await first.close()
    expect((await second.append(stream, [counted(2)], 1n)).revision).to.equal(2n)
    await second.close()
  })

  it('leaves no call open that has ended or was given up', async () => {
    const store = openDoor(url, { deadlineMs: 500 })
    await store.readStream(stream)
    for (let reads = 0; reads < 20; reads += 1) await store.headPosition()
    expect(await openCalls(url)).to.equal(0)
    proxy.freeze()
    await Promise.allSettled([store.readStream(stream), store.headPosition()])
    await eventually(async () => (await openCalls(url)) === 0)
    await store.close()
  })
})
