import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { pino } from 'pino'
import { ulid } from 'ulid'
import { v4 as uuid } from 'uuid'
import { fold } from '../../domain/decider.ts'
import { walletDecider } from '../../domain/wallet/decide.ts'
import { walletContracts, type WalletEvent } from '../../domain/wallet/events.ts'
import { connectEventStore } from '../../eventstore/connect.ts'
import { createRegistry } from '../../eventstore/registry.ts'
import type { EventMetadata } from '../../eventstore/types.ts'
import { startEventStore } from '../support/servers.ts'

const GOLDEN = join(import.meta.dirname, '../../docs/contracts/v1/golden')

const metadata: EventMetadata = {
  $correlationId: 'correlation',
  $causationId: 'cause',
  actor: { kind: 'system', id: 'wallet' },
  commandId: 'command',
  schemaVersion: 1,
}

interface Golden {
  readonly data: Record<string, unknown>
  readonly readAs?: unknown
}

const golden = async (name: string): Promise<Golden> =>
  JSON.parse(await readFile(join(GOLDEN, `${name}.json`), 'utf8')) as Golden

describe('an event of an older version', () => {
  it('is read, subscribed to and folded as the current one, and stays as it is in the store', async () => {
    const server = await startEventStore()
    const client = EventStoreDBClient.connectionString(server.url)
    const store = connectEventStore({
      connectionString: server.url,
      registry: createRegistry(walletContracts),
      logger: pino({ level: 'silent' }),
    })
    const controller = new AbortController()
    try {
      const stream = `wallet-${ulid()}`
      const from = (await store.headPosition()) ?? 'start'
      const old = await golden('WalletCredited.v1')
      const current = await golden('WalletCredited.v2.courtesy')
      // an older program wrote the first, this one the second
      await client.appendToStream(
        stream,
        jsonEvent({ type: 'WalletCredited', data: old.data, metadata: { ...metadata } }),
      )
      const event = { type: 'WalletCredited', data: current.data, id: uuid(), metadata }
      await store.append(stream, [event], 0n)
      const expected = [old.readAs, current.data]

      const { events } = await store.readStream<WalletEvent>(stream)
      expect(events.map(({ data }) => data)).to.deep.equal(expected)
      expect(events.map((stored) => stored.metadata.schemaVersion)).to.deep.equal([1, 2])
      expect(fold(walletDecider, events)).to.include({ available: 1_390, currency: 'EUR' })

      const seen: unknown[] = []
      for await (const item of store.subscribeToAll({
        from,
        streamPrefixes: [stream],
        signal: controller.signal,
      })) {
        if (item.kind === 'event') seen.push(item.event.data)
        if (seen.length === 2) break
      }
      expect(seen).to.deep.equal(expected)

      const stored: unknown[] = []
      for await (const { event: record } of client.readStream(stream)) stored.push(record?.data)
      expect(stored).to.deep.equal([old.data, current.data])
    } finally {
      controller.abort()
      await store.close()
      await client.dispose()
      await server.stop()
    }
  })
})
