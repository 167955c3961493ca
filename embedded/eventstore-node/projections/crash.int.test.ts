import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { useFolder } from '../log/testing/folder.ts'
import { startChildNode } from '../testing/child-node.ts'
import { fieldsOf } from '../testing/trace.ts'
import { underWay } from '../testing/under-way.ts'

/** How often the node is killed; `EVENTSTORE_CRASHES` makes it more. */
const CRASHES = Number(process.env['EVENTSTORE_CRASHES'] ?? 4)
const WRITERS = 4

describe('System projections of a node that is killed at any instant', function () {
  this.timeout(60_000 + CRASHES * 10_000)
  const folder = useFolder()

  /** Appends to streams of a few categories until the node is gone. */
  async function write(client: EventStoreDBClient, appends: { acknowledged: boolean }[]): Promise<void> {
    for (;;) {
      const correlation = `c${Math.floor(Math.random() * 20)}`
      const stream = `${'abc'[Math.floor(Math.random() * 3)] ?? 'a'}-${Math.floor(Math.random() * 30)}`
      const events = Array.from({ length: 1 + Math.floor(Math.random() * 5) }, () =>
        jsonEvent({
          id: randomUUID(),
          type: `T${Math.floor(Math.random() * 4)}`,
          data: {},
          metadata: { $correlationId: correlation },
        }),
      )
      try {
        await client.appendToStream(stream, events)
        appends.push({ acknowledged: true })
      } catch {
        return
      }
    }
  }

  /** What each stream of links has to hold, from what users wrote, and what it holds. */
  async function compare(client: EventStoreDBClient): Promise<readonly Record<string, string[]>[]> {
    const wanted: Record<string, string[]> = {}
    const found: Record<string, string[]> = {}
    const add = (to: Record<string, string[]>, stream: string, data: string): void => {
      ;(to[stream] ??= []).push(data)
    }
    for await (const { event } of client.readAll()) {
      if (event === undefined) continue
      const { streamId, revision, type, data, metadata } = event
      if (data instanceof Uint8Array && /^\$[>@]$/.test(type))
        add(found, streamId, Buffer.from(data).toString())
      if (streamId.startsWith('$')) continue
      const place = `${revision}@${streamId}`
      const correlation = fieldsOf(metadata)['$correlationId']
      add(wanted, `$ce-${streamId.split('-')[0] ?? ''}`, place)
      add(wanted, `$et-${type}`, place)
      add(wanted, `$bc-${String(correlation)}`, place)
      if (revision > 0n) continue
      add(wanted, '$streams', place)
      add(wanted, `$category-${streamId.split('-')[0] ?? ''}`, streamId)
    }
    return [found, wanted]
  }

  it(`have each link once, in order, after ${CRASHES} kills`, async () => {
    const appends: { acknowledged: boolean }[] = []
    for (let crash = 0; crash <= CRASHES; crash++) {
      const node = await startChildNode(['--data', folder(), '--start-projections', 'all'])
      const client = EventStoreDBClient.connectionString(node.connectionString)
      if (crash < CRASHES) {
        const writers = Promise.all(Array.from({ length: WRITERS }, () => write(client, appends)))
        await underWay(appends, 30)
        await node.kill()
        await writers
      } else {
        while (!(await client.listProjections()).every(({ progress }) => progress === 100)) await wait(10)
        const [found, wanted] = await compare(client)
        expect(found).to.deep.equal(wanted)
        expect(Object.keys(found ?? {})).to.include.members(['$ce-a', '$et-T1', '$streams'])
        await node.kill()
      }
      await client.dispose()
    }
  })
})
