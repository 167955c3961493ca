import fs from 'node:fs'
import path from 'node:path'
import {
  binaryEvent,
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  streamNameFilter,
  type AllStreamRecordedEvent,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { startNode, type EventStoreNode } from '../node.ts'
import { useFolder } from '../log/testing/folder.ts'
import { compareWithExport } from './compare.ts'
import { TransferError } from './errors.ts'
import { exportEvents } from './export.ts'
import { scanExport } from './export-file.ts'
import { importEvents, type ImportReport } from './import.ts'

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )

const numberIn = (data: unknown): number =>
  typeof data === 'object' && data !== null && 'n' in data ? Number(data.n) : NaN

describe('From one event store to another', function () {
  this.timeout(60_000)
  const folder = useFolder()
  const nodes: EventStoreNode[] = []
  const clients: EventStoreDBClient[] = []
  const file = (): string => path.join(folder(), 'events.jsonl')

  async function start(): Promise<{ node: EventStoreNode; client: EventStoreDBClient }> {
    const node = await startNode({ inMemory: true })
    const client = EventStoreDBClient.connectionString(node.connectionString)
    nodes.push(node)
    clients.push(client)
    return { node, client }
  }
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.dispose()
    for (const node of nodes.splice(0)) await node.close()
  })

  const event = (n: number) => jsonEvent({ type: 'Counted', data: { n }, metadata: { $correlationId: 'c' } })

  /** A bit of everything that can be in an event store. */
  async function fill({ node, client }: { node: EventStoreNode; client: EventStoreDBClient }): Promise<void> {
    for (let n = 0; n < 30; n++) await client.appendToStream(`order-${n % 4}`, [event(n), event(n + 100)])
    await client.appendToStream('größe-注文', [
      binaryEvent({ type: 'Bytes', data: Uint8Array.of(0, 255, 1), metadata: Uint8Array.of(200, 1) }),
      binaryEvent({ type: 'Nothing', data: new Uint8Array() }),
    ])
    // JSON that would be other bytes if it was parsed and written again
    for (const json of [
      '{ "a": 1.0 }',
      '{"n":12345678901234567890}',
      '{"x":1,"x":2}',
      '"\\u0041"',
      'null',
      '{',
    ])
      await node.log.append('exact', 'any', [
        {
          id: crypto.randomUUID(),
          type: 'Exact',
          contentType: 'application/json',
          data: Buffer.from(json),
          metadata: Buffer.from('{"b": 2}'),
        },
      ])
    await client.setStreamMetadata('order-1', { maxCount: 3, custom: { kept: true } })
    await client.setStreamMetadata('order-2', { truncateBefore: 4 })
    await client.deleteStream('order-3')
    await client.appendToStream('order-3', [event(7), event(8)])
    await client.deleteStream('order-0')
    await client.setStreamMetadata('order-0', { cacheControl: 5 })
    await client.appendToStream('gone', event(1))
    await client.tombstoneStream('gone')
    await client.tombstoneStream('never-was')
    await client.appendToStream('links', binaryEvent({ type: '$>', data: Buffer.from('2@order-2') }))
  }

  async function exportAll(client: EventStoreDBClient): Promise<string[]> {
    const lines: string[] = []
    await exportEvents(client, (line) => {
      lines.push(line)
      return Promise.resolve()
    })
    fs.writeFileSync(file(), `${lines.join('\n')}\n`)
    return lines
  }
  const importAll = async (client: EventStoreDBClient): Promise<ImportReport> =>
    importEvents(client, file(), await scanExport(file()))

  /** All that is not the server's own, as it is read. */
  async function contentsOf(client: EventStoreDBClient): Promise<unknown[]> {
    const events: unknown[] = []
    for await (const { event: each } of client.readAll()) {
      if (each === undefined || /^\$($|[^$])/.test(each.streamId) || each.streamId.startsWith('$$$')) continue
      events.push(comparable(each))
    }
    return events
  }
  const comparable = ({ id, streamId, type, revision, data, metadata, isJson }: AllStreamRecordedEvent) => ({
    // metadata that the server writes by itself has an id of its own
    ...(streamId.startsWith('$$') || type === '$streamDeleted' ? {} : { id }),
    ...{ streamId, type, revision, data, metadata, isJson },
  })

  it('go all events, in their order, with ids, types, data and metadata as they are', async () => {
    const source = await start()
    await fill(source)
    const target = await start()
    await target.client.appendToStream('of-another', event(0))
    await exportAll(source.client)
    expect(await importAll(target.client)).to.deep.include({ groups: 0, notes: [] })
    const there = await contentsOf(target.client)
    expect(there.slice(1)).to.deep.equal(await contentsOf(source.client))
    for (const revision of [0, 1, 2, 3, 4, 5]) {
      const [a, b] = [source, target].map(({ node }) => node.log.eventAt('exact', revision))
      expect(b?.data, `exact ${revision}`).to.deep.equal(a?.data)
    }
    const { differences, compared } = await compareWithExport(target.client, file(), await scanExport(file()))
    expect({ differences, compared }).to.deep.equal({ differences: 0, compared: there.length - 1 })
  })

  it('goes nothing twice, however often an import is ended and done again', async () => {
    const source = await start()
    await fill(source)
    await exportAll(source.client)
    const target = await start()
    const contents = await scanExport(file())
    for (const last of [3, 20, 50]) {
      const ended = importEvents(target.client, file(), contents, (sent) => {
        if (sent > last) throw new Error('ended')
      })
      expect(String(await failureOf(ended))).to.equal('Error: ended')
    }
    await importAll(target.client)
    await importAll(target.client)
    expect(await contentsOf(target.client)).to.deep.equal(await contentsOf(source.client))
  })

  it('go persistent subscriptions, each to where it stood, with what was parked', async () => {
    const { client } = await start()
    const names = Array.from({ length: 12 }, (_, n) => `job-${n % 2}`)
    for (const [n, name] of names.entries()) await client.appendToStream(name, event(n))
    const settings = {
      checkPointAfter: 10,
      checkPointLowerBound: 1,
      checkPointUpperBound: 1,
      maxRetryCount: 7,
    }
    await client.createPersistentSubscriptionToStream(
      'job-0',
      'workers',
      persistentSubscriptionToStreamSettingsFromDefaults({ ...settings, startFrom: 'start' }),
    )
    await client.createPersistentSubscriptionToAll(
      'everybody',
      persistentSubscriptionToAllSettingsFromDefaults({
        ...settings,
        startFrom: 'start',
        consumerStrategyName: 'Pinned',
      }),
      { filter: streamNameFilter({ prefixes: ['job-'] }) },
    )
    const handled = await handle(client, 4)
    while (!(await hasCheckpoint(client))) await new Promise((resolve) => setTimeout(resolve, 20))
    await exportAll(client)

    const target = await start()
    await target.client.appendToStream('of-another', event(0))
    expect((await importAll(target.client)).groups).to.equal(2)
    const [info] = await target.client.listPersistentSubscriptionsToStream('job-0')
    expect(info?.settings).to.include({ maxRetryCount: 7, checkPointUpperBound: 1 })
    expect(Number(info?.stats.parkedMessageCount)).to.equal(1)
    const rest = await handle(target.client, 6 - 4)
    expect([...handled, ...rest]).to.deep.equal([0, 2, 4, 6, 8, 10])
    const all = target.client.subscribeToPersistentSubscriptionToAll('everybody')
    const seen: number[] = []
    await new Promise<void>((resolve, reject) => {
      all.on('error', reject)
      all.on('data', (each) => {
        seen.push(numberIn(each.event?.data))
        void all.ack(each)
        if (seen.length === 12) resolve()
      })
    })
    await all.unsubscribe()
    expect(seen).to.deep.equal([...names.keys()])
    // and once more: they are left as they are
    expect((await importAll(target.client)).notes.join()).to.include(
      "The group 'workers' of 'job-0' was there already",
    )
  })

  /** Takes this many events of the group, and parks the first one of them. */
  async function handle(client: EventStoreDBClient, count: number): Promise<number[]> {
    const subscription = client.subscribeToPersistentSubscriptionToStream('job-0', 'workers', {
      bufferSize: 1,
    })
    const taken: number[] = []
    await new Promise<void>((resolve, reject) => {
      subscription.on('error', reject)
      subscription.on('data', (each) => {
        if (taken.length === count) return
        taken.push(numberIn(each.event?.data))
        const settled =
          taken.length === 1 ? subscription.nack('park', 'for the test', each) : subscription.ack(each)
        settled.then(() => {
          if (taken.length === count) resolve()
        }, reject)
      })
    })
    await subscription.unsubscribe()
    return taken
  }
  async function hasCheckpoint(client: EventStoreDBClient): Promise<boolean> {
    const stream = '$persistentsubscription-job-0::workers-checkpoint'
    let last: unknown
    try {
      for await (const { event: each } of client.readStream(stream)) last = each?.data
    } catch {
      return false
    }
    return last === '3'
  }

  it('go streams whose beginning was removed: revisions in links and in metadata are those of there', async () => {
    const at = { created: '2026-01-01T00:00:00Z', json: true }
    const line = (stream: string, revision: number, position: number, more: object) =>
      JSON.stringify({
        stream,
        revision,
        position: String(position),
        id: crypto.randomUUID(),
        type: 'T',
        ...at,
        ...more,
      })
    fs.writeFileSync(
      file(),
      [
        JSON.stringify({
          export: { version: 1, id: crypto.randomUUID(), exportedAt: at.created, until: '99' },
        }),
        line('a', 5, 10, { data: { n: 5 } }),
        line('a', 6, 20, { data: { n: 6 } }),
        line('$$a', 3, 30, { type: '$metadata', data: { $tb: 6 } }),
        line('links', 0, 40, { type: '$>', json: false, dataText: '6@a' }),
        line('links', 1, 50, { type: '$>', json: false, dataText: '2@a' }),
        JSON.stringify({ end: { events: 5, groups: 0 } }),
      ].join('\n'),
    )
    const { client } = await start()
    const { notes } = await importAll(client)
    expect(notes).to.deep.equal(['1 links lead to events that had been removed: they lead nowhere now.'])
    const read: unknown[] = []
    for await (const { event: each } of client.readStream('a')) read.push([each?.revision, each?.data])
    expect(read).to.deep.equal([[1n, { n: 6 }]])
    const links: unknown[] = []
    for await (const { event: each } of client.readStream('links', { resolveLinkTos: true }))
      links.push(each?.data)
    expect(links).to.deep.equal([{ n: 6 }, undefined])
    expect(await compareWithExport(client, file(), await scanExport(file()))).to.include({ differences: 0 })
  })

  it('is told what differs there', async () => {
    const source = await start()
    await source.client.appendToStream('a', [event(0), event(1), event(2)])
    await source.client.appendToStream('b', event(0))
    const lines = await exportAll(source.client)
    const target = await start()
    await importAll(target.client)
    await target.client.appendToStream('a', event(3))
    const changed = lines.map((line) => line.replace('{"n":1}', '{"n":111}'))
    const extra = JSON.stringify({
      ...{
        stream: 'c',
        revision: 0,
        position: '1',
        id: crypto.randomUUID(),
        type: 'T',
        created: '2026-01-01T00:00:00Z',
      },
    })
    changed.splice(-1, 1, extra, JSON.stringify({ end: { events: 5, groups: 0 } }))
    fs.writeFileSync(file(), changed.join('\n'))
    const { differences, listed } = await compareWithExport(target.client, file(), await scanExport(file()))
    expect(differences).to.equal(3)
    expect(listed).to.deep.equal([
      { event: '1@a', what: 'has another data' },
      { event: '3@a', what: 'is not in the export, or stands in another order' },
      { event: '0@c', what: 'is missing, or stands in another order' },
    ])
  })

  it('goes nothing of a file that is not whole or no export, or into streams that hold other events', async () => {
    const source = await start()
    await source.client.appendToStream('a', [event(0), event(1), event(2)])
    const lines = await exportAll(source.client)
    for (const [what, text] of [
      ['without its end', lines.slice(0, -1).join('\n')],
      ['without an event', lines.toSpliced(2, 1).join('\n')],
      ['cut within a line', lines.join('\n').slice(0, -30)],
      ['without a head', lines.slice(1).join('\n')],
      ['of something else', '{"hello":1}'],
      ['empty', ''],
    ] as const) {
      fs.writeFileSync(file(), text)
      expect(await failureOf(scanExport(file())), what).to.be.instanceOf(TransferError)
    }
    await exportAll(source.client)
    const target = await start()
    await target.client.appendToStream('a', event(9))
    expect(String(await failureOf(importAll(target.client)))).to.include(
      "stream 'a': it holds other events already",
    )
    expect(await contentsOf(target.client)).to.have.length(1)
  })
})
