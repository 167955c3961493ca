import { jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { all, failureOf, freshName, useStore, type Store } from './support.ts'

const SYSTEM = ['$by_category', '$by_event_type', '$by_correlation_id', '$stream_by_category', '$streams']
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

describe('System projections', function () {
  this.timeout(60_000)
  const store = useStore()
  // within another, so that its `after` comes while there is a client
  describe('that run', () => {
    projections(store)
  })
})

function projections(store: Store): void {
  /** Those that were off before the tests, and are again afterwards. */
  const enabled: string[] = []

  before(async function () {
    const projections = await store.client.listProjections().catch((error: unknown) => {
      // a server that was started with --run-projections=None has no such service
      process.stdout.write(`    left out, the server runs no projections: ${String(error)}\n`)
      return undefined
    })
    if (projections === undefined) {
      this.skip()
      return
    }
    for (const { name, status } of projections.filter(({ name }) => SYSTEM.includes(name))) {
      if (status === 'Running') continue
      await store.client.enableProjection(name)
      enabled.push(name)
    }
  })
  after(async () => {
    for (const name of enabled) await store.client.disableProjection(name)
  })

  /** Links of a stream once there are as many as that. */
  async function links(stream: string, count: number): Promise<string[]> {
    for (;;) {
      const read = await all(store.client.readStream(stream)).catch(() => [])
      if (read.length >= count)
        return read.map(({ event }) => Buffer.from(event?.data as Uint8Array).toString('utf8'))
      await pause()
    }
  }

  it('link events by category, by type and by correlation, and streams by category', async () => {
    const category = freshName('category').replaceAll('-', '')
    const correlation = freshName('correlation')
    const typed = (name: string) =>
      jsonEvent({ type: `${category}${name}`, data: {}, metadata: { $correlationId: correlation } })
    await store.client.appendToStream(`${category}-1`, [typed('One'), typed('Two')])
    await store.client.appendToStream(`${category}-2`, typed('One'))
    expect(await links(`$ce-${category}`, 3)).to.deep.equal([
      `0@${category}-1`,
      `1@${category}-1`,
      `0@${category}-2`,
    ])
    expect(await links(`$et-${category}One`, 2)).to.deep.equal([`0@${category}-1`, `0@${category}-2`])
    expect(await links(`$bc-${correlation}`, 3)).to.have.length(3)
    expect(await links(`$category-${category}`, 2)).to.deep.equal([`${category}-1`, `${category}-2`])
    const resolved = await all(store.client.readStream(`$ce-${category}`, { resolveLinkTos: true }))
    expect(resolved.map(({ event, link }) => [event?.streamId, link?.streamId])).to.deep.equal([
      [`${category}-1`, `$ce-${category}`],
      [`${category}-1`, `$ce-${category}`],
      [`${category}-2`, `$ce-${category}`],
    ])
  })

  it('are listed, and say how they are', async () => {
    const listed = await store.client.listProjections()
    expect(listed.map(({ name }) => name)).to.include.members(SYSTEM)
    const status = await store.client.getProjectionStatus('$by_category')
    expect(status).to.include({ name: '$by_category', effectiveName: '$by_category', status: 'Running' })
  })

  it('stop where they are disabled, and catch up when they are enabled', async () => {
    const category = freshName('category').replaceAll('-', '')
    await store.client.disableProjection('$by_category')
    for (;;) {
      const { status } = await store.client.getProjectionStatus('$by_category')
      if (status.startsWith('Stopped')) break
      await pause()
    }
    await store.client.appendToStream(`${category}-1`, jsonEvent({ type: 'T', data: {} }))
    expect(await failureOf(all(store.client.readStream(`$ce-${category}`)))).to.include({
      type: 'stream-not-found',
    })
    await store.client.enableProjection('$by_category')
    expect(await links(`$ce-${category}`, 1)).to.deep.equal([`0@${category}-1`])
  })

  it('fail where there is none of that name', async () => {
    const { client } = store
    const calls: [expected: string, (name: string) => Promise<unknown>][] = [
      ['Updated', (name) => client.enableProjection(name)],
      ['Updated', (name) => client.disableProjection(name)],
      ['Updated', (name) => client.abortProjection(name)],
      ['Updated', (name) => client.resetProjection(name)],
      ['Updated', (name) => client.deleteProjection(name)],
      ['Updated', (name) => client.updateProjection(name, 'fromAll()')],
      ['ProjectionState', (name) => client.getProjectionState(name)],
      ['ProjectionResult', (name) => client.getProjectionResult(name)],
      ['Statistics', (name) => client.getProjectionStatus(name)],
    ]
    for (const [expected, call] of calls) {
      const failure = call(freshName()).then(
        () => 'it succeeded',
        (error: unknown) => String(error),
      )
      expect(await failure).to.contain(
        `2 UNKNOWN: Envelope callback expected ${expected}, received NotFound instead`,
      )
    }
  })
}
