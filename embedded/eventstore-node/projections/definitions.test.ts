import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { LINK_TYPE } from '../log/link.ts'
import { openLog } from '../log/log.ts'
import type { ProposedEvent } from '../log/types.ts'
import { categoryOf, SYSTEM_PROJECTIONS } from './definitions.ts'
import { isSource, sourceEvent, type SourceEvent } from './source-event.ts'

const proposed = (type: string, data: string, metadata = ''): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(data),
  metadata: Buffer.from(metadata),
})

describe('The system projections', () => {
  /** What all of them make of the events that were written to the log. */
  async function emissions(
    write: (log: ReturnType<typeof openLog>) => Promise<unknown>,
  ): Promise<Record<string, string[]>> {
    const log = openLog()
    await write(log)
    const found: Record<string, string[]> = {}
    log.records.allForwards(0, 1000, (buffer, offset, position) => {
      if (!isSource(buffer, offset)) return true
      const event = sourceEvent(buffer, offset, position)
      for (const { emit, takesLinks } of SYSTEM_PROJECTIONS) {
        const emission = event.type === LINK_TYPE && !takesLinks ? undefined : emit(event)
        if (emission !== undefined) (found[emission.stream] ??= []).push(emission.data)
      }
      return true
    })
    await log.close()
    return found
  }

  it('take the category from before the first dash', () => {
    expect(categoryOf('order-1-2')).to.equal('order')
    expect(categoryOf('order')).to.equal(undefined)
    expect(categoryOf('-order')).to.equal(undefined)
    expect(categoryOf('$ce-order')).to.equal(undefined)
    expect(categoryOf('$$order-1')).to.equal(undefined)
  })

  it('link each event by category, type and correlation, and each stream once', async () => {
    const found = await emissions(async (log) => {
      await log.append('order-1', 'any', [
        proposed('Placed', '{}', '{"$correlationId":"c1"}'),
        proposed('Paid', '{}', '{"$correlationId":7}'),
      ])
      await log.append('order-2', 'any', [proposed('Placed', '{}', '{"$correlationId":null}')])
      await log.append('nodash', 'any', [proposed('Placed', '{}', 'no JSON, though it has "$correlationId"')])
    })
    expect(found).to.deep.equal({
      $streams: ['0@order-1', '0@order-2', '0@nodash'],
      '$category-order': ['order-1', 'order-2'],
      '$ce-order': ['0@order-1', '1@order-1', '0@order-2'],
      '$et-Placed': ['0@order-1', '0@order-2', '0@nodash'],
      '$et-Paid': ['1@order-1'],
      '$bc-c1': ['0@order-1'],
      '$bc-7': ['1@order-1'],
    })
  })

  it('pass over system streams, but not over the metadata of others', async () => {
    const found = await emissions(async (log) => {
      await log.append('$settings', 'any', [proposed('Set', '{}')])
      await log.append('$$$settings', 'any', [proposed('$metadata', '{}')])
      await log.append('$$order-1', 'any', [proposed('$metadata', '{"$maxCount":3}')])
    })
    // a link by event type names the stream that the metadata is about: so does EventStoreDB
    expect(found).to.deep.equal({ $streams: ['0@$$order-1'], '$et-$metadata': ['0@order-1'] })
  })

  it('tell of deletions', async () => {
    const found = await emissions(async (log) => {
      await log.append('order-1', 'any', [proposed('Placed', '{}')])
      await log.delete('order-1', 'any')
      await log.tombstone('order-1', 'any')
    })
    expect(found['$ce-order']).to.deep.equal(['0@order-1', '0@$$order-1', '9223372036854775807@order-1'])
    expect(found['$et-$deleted']).to.deep.equal(['0@order-1', '9223372036854775807@order-1'])
  })

  it('copy what links lead to into their category, and nowhere else', async () => {
    const found = await emissions((log) =>
      log.append('favourites-1', 'any', [proposed(LINK_TYPE, '3@order-1')]),
    )
    expect(found).to.deep.equal({
      $streams: ['0@favourites-1'],
      '$category-favourites': ['favourites-1'],
      '$ce-favourites': ['3@order-1'],
    })
  })

  it('say more of links than what they lead to', () => {
    const event: SourceEvent = {
      position: 5,
      stream: 'a-"1"',
      original: 'a-"1"',
      revision: 0,
      revisionText: '0',
      id: randomUUID(),
      type: '$streamDeleted',
      created: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
      linkTarget: undefined,
      correlationId: 'c',
      deletes: true,
    }
    const extras = SYSTEM_PROJECTIONS.map(({ emit }) => emit(event)?.extra)
    expect(extras).to.deep.equal([
      '',
      '',
      ',"$o":"a-\\"1\\"","$deleted":-1',
      ',"$deleted":-1',
      ',"$eventTimestamp":"2026-01-02T03:04:05.006000Z"',
    ])
  })
})
