import { expect } from 'chai'
import { openLog, type NodeLog } from '../log/log.ts'
import { event } from '../log/testing/events.ts'
import { useFolder } from '../log/testing/folder.ts'
import { eventually } from '../persistent/testing/eventually.ts'
import { SYSTEM_PROJECTION_NAMES } from './definitions.ts'
import { createProjections, ProjectionNotFoundError, type Projections } from './subsystem.ts'
import { BadProjectionStateError } from './stored-state.ts'
import { linkMetadata, linksIn } from './testing/links.ts'

describe('System projections on a log', () => {
  const folder = useFolder()
  const lines: string[] = []
  let log: NodeLog
  let projections: Projections

  const begin = (enabled: readonly string[] = ['$by_category']): void => {
    projections = createProjections(log, { enabled, delay: 0, report: (line) => lines.push(line) })
  }
  const append = (stream: string, count = 1) =>
    log.append(
      stream,
      'any',
      Array.from({ length: count }, () => event()),
    )
  /** Waits until all that run have seen the whole log. */
  const settled = () =>
    eventually(() =>
      projections.list().every(({ status, progress }) => status !== 'Running' || progress === 100),
    )
  const statusOf = (name: string) => projections.statistics(name).status

  beforeEach(() => {
    lines.length = 0
    log = openLog()
    begin()
  })
  afterEach(async () => {
    await projections.close()
    await log.close()
  })

  it('write links for what is there and for what comes, as EventStoreDB does', async () => {
    const written = await append('a-1', 2)
    await settled()
    await append('a-2')
    await settled()
    expect(linksIn(log, '$ce-a')).to.deep.equal(['0@a-1', '1@a-1', '0@a-2'])
    const [first] = log.readForwards('$ce-a', 0, 1)
    expect(first).to.include({ type: '$>', contentType: 'application/octet-stream' })
    const position = written.kind === 'appended' ? written.position : -1
    expect(linkMetadata(log, '$ce-a')[1]).to.deep.equal({
      $v: '3:-1:1:4',
      $c: position,
      $p: position,
      $o: 'a-1',
      $causedBy: log.eventAt('a-1', 1)?.id,
    })
    expect(linksIn(log, '$$$ce-a')).to.deep.equal(['{"$acl":{"$r":"$all","$mr":"$all"}}'])
    expect(projections.statistics('$by_category')).to.include({
      status: 'Running',
      version: 1,
      epoch: -1,
      lastCheckpoint: 'C:0/P:-1',
      eventsProcessedAfterRestart: 3,
    })
  })

  it('are off until they are enabled, then begin at the start', async () => {
    await append('a-1', 3)
    await settled()
    expect(statusOf('$streams')).to.equal('Stopped')
    expect(linksIn(log, '$streams')).to.deep.equal([])
    await projections.enable('$streams')
    await settled()
    expect(statusOf('$streams')).to.equal('Running')
    expect(linksIn(log, '$streams')).to.deep.equal(['0@a-1'])
  })

  it('go on where they were disabled', async () => {
    await append('a-1', 2)
    await settled()
    await projections.disable('$by_category')
    await append('a-1', 2)
    expect(statusOf('$by_category')).to.equal('Stopped')
    await projections.enable('$by_category')
    await settled()
    expect(linksIn(log, '$ce-a')).to.deep.equal(['0@a-1', '1@a-1', '2@a-1', '3@a-1'])
    const { version, lastCheckpoint, eventsProcessedAfterRestart } = projections.statistics('$by_category')
    expect({ version, eventsProcessedAfterRestart }).to.deep.equal({
      version: 3,
      eventsProcessedAfterRestart: 2,
    })
    expect(lastCheckpoint).to.equal(
      `C:${log.eventAt('a-1', 1)?.position}/P:${log.eventAt('a-1', 1)?.position}`,
    )
  })

  it('write no link twice when they begin again without a checkpoint', async () => {
    await append('a-1', 3)
    await settled()
    await projections.abort('$by_category')
    expect(statusOf('$by_category')).to.equal('Aborted/Stopped')
    await append('a-1')
    await projections.enable('$by_category')
    await settled()
    expect(projections.statistics('$by_category').eventsProcessedAfterRestart).to.equal(4)
    expect(linksIn(log, '$ce-a')).to.deep.equal(['0@a-1', '1@a-1', '2@a-1', '3@a-1'])
  })

  it('find their own last link behind what others wrote', async () => {
    await append('a-1')
    await settled()
    await projections.abort('$by_category')
    await append('$ce-a', 100)
    await projections.enable('$by_category')
    await append('a-1')
    await settled()
    expect(linksIn(log, '$ce-a').filter((data) => data.includes('@'))).to.deep.equal(['0@a-1', '1@a-1'])
  })

  it('write their streams again after a reset, and only then', async () => {
    await append('a-1', 2)
    await settled()
    await projections.reset('$by_category')
    await settled()
    expect(linksIn(log, '$ce-a')).to.deep.equal(['0@a-1', '1@a-1'])
    expect(log.state('$ce-a')).to.include({ firstReadable: 2, lastRevision: 3 })
    expect(linkMetadata(log, '$ce-a')[0]).to.include({ $v: '3:2:2:4' })
    await projections.abort('$by_category')
    await projections.enable('$by_category')
    await settled()
    expect(log.state('$ce-a')).to.include({ firstReadable: 2, lastRevision: 3 })
  })

  it('stay as they were left, over restarts of the subsystem', async () => {
    await append('a-1')
    await settled()
    await projections.disable('$by_category')
    await projections.enable('$streams')
    await projections.restart()
    await append('b-1')
    await settled()
    expect([statusOf('$by_category'), statusOf('$streams')]).to.deep.equal(['Stopped', 'Running'])
    expect(linksIn(log, '$streams')).to.deep.equal(['0@a-1', '0@b-1'])
    expect(linksIn(log, '$ce-b')).to.deep.equal([])
  })

  it('fault where a stream of theirs is tombstoned, and leave the others alone', async () => {
    await projections.enable('$streams')
    await log.tombstone('$ce-a', 'any')
    await append('a-1')
    await settled()
    expect(projections.statistics('$by_category')).to.include({
      status: 'Faulted (Enabled)',
      stateReason: 'Stream : $ce-a is deleted. Cannot emit events to it',
    })
    expect(lines.join()).to.include('$by_category faulted')
    expect(linksIn(log, '$streams')).to.deep.equal(['0@a-1'])
  })

  it('do not wait for one that is far behind', async () => {
    await append('a-1', 3000)
    await settled()
    const enabling = projections.enable('$by_event_type')
    await append('b-1')
    await enabling
    await settled()
    expect(linksIn(log, '$ce-b')).to.deep.equal(['0@b-1'])
    expect(linksIn(log, '$et-Tested')).to.have.length(3001)
    expect(new Set(linksIn(log, '$et-Tested')).size).to.equal(3001)
  })

  it('know only five names', async () => {
    expect(projections.list().map(({ name }) => name)).to.deep.equal(SYSTEM_PROJECTION_NAMES)
    expect(() => projections.statistics('mine')).to.throw(ProjectionNotFoundError)
    for (const act of ['enable', 'disable', 'abort', 'reset'] as const) {
      const error = await projections[act]('mine').catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(ProjectionNotFoundError)
    }
  })

  it('go on from a checkpoint after the log was closed, without a second look', async () => {
    const directory = folder()
    const first = openLog({ directory })
    const before = createProjections(first, { enabled: SYSTEM_PROJECTION_NAMES, delay: 0 })
    await first.append('a-1', 'any', [event(), event()])
    await eventually(() => before.list().every(({ progress }) => progress === 100))
    await before.close()
    await first.close()

    const second = openLog({ directory })
    const after = createProjections(second, { enabled: SYSTEM_PROJECTION_NAMES, delay: 0 })
    await second.append('a-1', 'any', [event()])
    await eventually(() => after.list().every(({ progress }) => progress === 100))
    expect(after.list().map(({ eventsProcessedAfterRestart }) => eventsProcessedAfterRestart)).to.deep.equal([
      1, 1, 1, 1, 1,
    ])
    expect(linksIn(second, '$ce-a')).to.deep.equal(['0@a-1', '1@a-1', '2@a-1'])
    await after.close()
    await second.close()
  })

  it('write a checkpoint now and then, also over events that are nothing to them', async () => {
    await append('a-1', 4100)
    const checkpoints = '$projections-$by_category-checkpoint'
    await eventually(() => log.state(checkpoints).lastRevision === 0)
    expect(log.eventAt(checkpoints, 0)?.type).to.equal('$ProjectionCheckpoint')
    const big = () => ({ ...event(), data: Buffer.alloc(6_000_000) })
    for (let n = 0; n < 3; n++) await log.append('$system', 'any', [big()])
    await eventually(() => log.state(checkpoints).lastRevision === 1)
  })

  it('refuse a stored state that cannot be read', async () => {
    await log.append('$projections-$streams', 'any', [
      { ...event({ enabled: 'perhaps' }), type: '$ProjectionUpdated' },
    ])
    expect(() => createProjections(log)).to.throw(BadProjectionStateError, '$projections-$streams')
  })
})
