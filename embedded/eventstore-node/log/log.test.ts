import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { InvalidEventError, LogClosedError } from './errors.ts'
import { openLog, type NodeLog } from './log.ts'
import { TOMBSTONE_REVISION } from './record.ts'
import { event, metadata, textOf } from './testing/events.ts'
import { useFolder } from './testing/folder.ts'
import type { AppendResult, RecordedEvent } from './types.ts'

const appended = (result: AppendResult): { revision: number; position: number } => {
  if (result.kind !== 'appended') throw new Error(`not appended: ${JSON.stringify(result)}`)
  return { revision: result.revision, position: result.position }
}
const revisions = (events: readonly RecordedEvent[]): number[] => events.map(({ revision }) => revision)

for (const kind of ['in memory', 'in files'] as const) {
  describe(`The event log, ${kind}`, () => {
    const folder = useFolder()
    let clock = 0
    let reports: string[] = []
    let log: NodeLog

    beforeEach(() => {
      clock = 1_700_000_000_000
      reports = []
      log = openLog({
        directory: kind === 'in files' ? folder() : undefined,
        now: () => clock,
        report: (line) => reports.push(line),
        segmentLength: 20_000,
      })
    })
    afterEach(() => log.close())

    it('is empty at first', () => {
      expect(log.lastPosition).to.equal(-1)
      expect(log.readAllForwards(0, 10).events).to.deep.equal([])
      expect(log.readAllBackwards(log.end, 10).events).to.deep.equal([])
      expect(log.state('nothing')).to.deep.equal({ lastRevision: -1, firstReadable: 0, status: 'none' })
      expect(log.eventAt('nothing', 0)).to.equal(undefined)
      expect(log.readForwards('nothing', 0, 10)).to.deep.equal([])
    })

    it('gives events back by stream, revision and position', async () => {
      const id = randomUUID()
      const first = appended(
        await log.append('s', 'no_stream', [
          {
            id,
            type: 'Ünï',
            contentType: 'application/octet-stream',
            data: Buffer.of(0, 255),
            metadata: Buffer.of(1),
          },
        ]),
      )
      await log.append('other', 'any', [event()])
      const second = appended(await log.append('s', 0, [event({ n: 1 }), event({ n: 2 })]))
      expect(first.revision).to.equal(0)
      expect(second.revision).to.equal(2)
      expect(log.readForwards('s', 0, 1)).to.deep.equal([
        {
          position: first.position,
          stream: 's',
          revision: 0,
          id,
          type: 'Ünï',
          contentType: 'application/octet-stream',
          created: BigInt(clock) * 10_000n,
          data: Buffer.of(0, 255),
          metadata: Buffer.of(1),
        },
      ])
      expect(log.readForwards('s', 0, 10).map(({ revision }) => revision)).to.deep.equal([0, 1, 2])
      expect(revisions(log.readForwards('s', 1, 1))).to.deep.equal([1])
      expect(revisions(log.readBackwards('s', 100, 2))).to.deep.equal([2, 1])
      expect(log.eventAt('s', 2)?.position).to.equal(second.position)
      expect(log.lastPosition).to.equal(second.position)
      const all = log.readAllForwards(0, 10).events
      expect(all.map(({ stream, revision }) => `${revision}@${stream}`)).to.deep.equal([
        '0@s',
        '0@other',
        '1@s',
        '2@s',
      ])
    })

    it('reads $all in pages, both ways, from any position, without gap or double', async () => {
      const count = 300
      for (let n = 0; n < count; n += 3) {
        await log.append(`s-${n % 7}`, 'any', [
          event({ n }),
          event({ n: n + 1, pad: 'x'.repeat(n) }),
          event({ n: n + 2 }),
        ])
      }
      const forwards: RecordedEvent[] = []
      for (let from = 0, size = 1; ; size = (size % 17) + 1) {
        const page = log.readAllForwards(from, size)
        if (page.events.length === 0) break
        forwards.push(...page.events)
        from = page.next
      }
      expect(forwards.map((each) => Number(/^\{"n":(\d+)/.exec(textOf(each))?.[1]))).to.deep.equal([
        ...Array(count).keys(),
      ])
      const backwards: RecordedEvent[] = []
      for (let before = log.end, size = 1; ; size = (size % 17) + 1) {
        const page = log.readAllBackwards(before, size)
        if (page.events.length === 0) break
        backwards.push(...page.events)
        before = page.next
      }
      expect(backwards.map(({ position }) => position)).to.deep.equal(
        forwards.map(({ position }) => position).reverse(),
      )

      // between two events, and beyond the end
      const [, , third, fourth] = forwards
      expect(log.readAllForwards((third?.position ?? 0) + 1, 1).events[0]?.position).to.equal(
        fourth?.position,
      )
      expect(log.readAllBackwards((fourth?.position ?? 0) + 5, 1).events[0]?.position).to.equal(
        fourth?.position,
      )
      expect(log.readAllForwards(log.end + 1000, 5).events).to.deep.equal([])
      expect(log.readAllBackwards(2 ** 60, 1).events[0]?.position).to.equal(log.lastPosition)
    })

    it('decides appends on what is still on its way to the disk', async () => {
      const twice = [event(), event()]
      const results = await Promise.all([
        log.append('s', 'no_stream', twice),
        log.append('s', 'no_stream', [event()]),
        log.append('s', 1, [event()]),
        log.append('s', 'no_stream', twice),
        log.append('s', 'any', twice),
      ])
      const [first, , third, fourth, fifth] = results
      expect(results[1]).to.deep.equal({ kind: 'wrong_expected_version', current: 1 })
      expect(third).to.include({ kind: 'appended', revision: 2 })
      expect(fourth).to.deep.equal(first)
      expect(fifth).to.deep.equal(first)
      expect(log.state('s').lastRevision).to.equal(2)
    })

    it('shows events only when they are on disk, and tells those who listen, in order', async () => {
      const heard: string[] = []
      log.onCommitted(() => {
        throw new Error('a listener that fails')
      })
      const stop = log.onCommitted((events) => {
        for (const { stream, revision } of events) {
          expect(log.state(stream).lastRevision).to.be.at.least(revision)
          heard.push(`${revision}@${stream}`)
        }
      })
      const appends = Promise.all([
        log.append('a', 'any', [event(), event()]),
        log.append('b', 'any', [event()]),
      ])
      expect(log.state('a').status).to.equal('none')
      expect(log.readAllForwards(0, 10).events).to.deep.equal([])
      await appends
      expect(heard).to.deep.equal(['0@a', '1@a', '0@b'])
      expect(reports.join()).to.include('a listener that fails')
      stop()
      await log.append('a', 'any', [event()])
      expect(heard).to.have.length(3)
    })

    it('answers an empty append without writing', async () => {
      expect(await log.append('s', 'any', [])).to.include({ kind: 'appended', revision: -1 })
      const { position } = appended(await log.append('s', 'any', [event()]))
      const end = log.end
      expect(await log.append('s', 0, [])).to.deep.equal({ kind: 'appended', revision: 0, position })
      expect(await log.append('s', 'no_stream', [])).to.deep.equal({
        kind: 'wrong_expected_version',
        current: 0,
      })
      expect(log.end).to.equal(end)
    })

    it('knows events again by their ids, in their own stream only', async () => {
      const id = randomUUID()
      const first = await log.append('s', 'any', [event(1, id)])
      expect(await log.append('s', 'any', [event(1, id)])).to.deep.equal(first)
      expect(await log.append('s', 'stream_exists', [event(1, id.toUpperCase())])).to.deep.equal(first)
      expect(await log.append('t', 'any', [event(1, id)])).to.include({ revision: 0 })
      expect(await log.append('s', 'any', [event(1, id), event()])).to.deep.equal({
        kind: 'wrong_expected_version',
        current: 0,
      })
      expect(await log.append('s', 'any', [event(), event(1, id)])).to.include({ revision: 2 })
      // the id stands in the stream twice now: the later one counts
      expect(await log.append('s', 'any', [event(1, id)])).to.include({ revision: 2 })
    })

    it('keeps what $maxCount, $tb and $maxAge leave', async () => {
      for (let n = 0; n < 10; n++) {
        await log.append('s', 'any', [event({ n })])
        clock += 1000
      }
      await log.append('$$s', 'any', [metadata({ $maxCount: 4 })])
      expect(revisions(log.readForwards('s', 0, 100))).to.deep.equal([6, 7, 8, 9])
      expect(log.state('s')).to.deep.equal({ lastRevision: 9, firstReadable: 6, status: 'live' })
      expect(log.eventAt('s', 5)).to.equal(undefined)
      await log.append('$$s', 'any', [metadata({ $maxCount: 4, $tb: 8 })])
      expect(revisions(log.readBackwards('s', 9, 100))).to.deep.equal([9, 8])
      await log.append('$$s', 'any', [metadata({ $maxAge: 5 })])
      expect(revisions(log.readForwards('s', 0, 100))).to.deep.equal([5, 6, 7, 8, 9])
      clock += 2500
      expect(revisions(log.readForwards('s', 0, 100))).to.deep.equal([8, 9])
      clock += 1e6
      expect(revisions(log.readForwards('s', 0, 100))).to.deep.equal([])
      expect(revisions(log.readBackwards('s', 9, 100))).to.deep.equal([])
      await log.append('$$s', 'any', [{ ...event(), data: Buffer.from('no JSON') }])
      expect(revisions(log.readForwards('s', 0, 100))).to.have.length(10)
      expect(revisions(log.readForwards('$$s', 0, 100))).to.deep.equal([3])
      expect(log.readAllForwards(0, 100).events).to.have.length(14)
    })

    it('soft-deletes, and goes on from there', async () => {
      await log.append('$$s', 'any', [metadata({ $maxCount: 5, custom: 1 })])
      await log.append('s', 'any', [event(), event()])
      expect(await log.delete('s', 0)).to.deep.equal({ kind: 'wrong_expected_version', current: 1 })
      expect((await log.delete('s', 1)).kind).to.equal('appended')
      expect(log.state('s').status).to.equal('soft_deleted')
      expect(log.readForwards('s', 0, 10)).to.deep.equal([])
      expect(await log.append('s', 'stream_exists', [event()])).to.deep.equal({ kind: 'stream_deleted' })
      expect(await log.append('s', 0, [event()])).to.deep.equal({
        kind: 'wrong_expected_version',
        current: 1,
      })
      expect(await log.append('s', 'no_stream', [event(), event()])).to.include({ revision: 3 })
      expect(revisions(log.readForwards('s', 0, 10))).to.deep.equal([2, 3])
      expect(log.readForwards('$$s', 0, 10).map(textOf)).to.deep.equal(['{"$tb":2}'])
    })

    it('makes a soft-deleted stream readable again when its metadata is written', async () => {
      await log.append('s', 'any', [event()])
      await log.delete('s', 'any')
      await log.append('$$s', 'any', [metadata({ $maxCount: 7 })])
      expect(log.state('s')).to.deep.equal({ lastRevision: 0, firstReadable: 1, status: 'live' })
      expect(log.readBackwards('$$s', 9, 1).map(textOf)).to.deep.equal(['{"$maxCount":7,"$tb":1}'])
    })

    it('tombstones for good', async () => {
      await log.append('s', 'any', [event()])
      const { revision } = appended(await log.tombstone('s', 0))
      expect(revision).to.equal(TOMBSTONE_REVISION)
      for (const act of [
        log.append('s', 'any', [event()]),
        log.append('s', 'no_stream', [event()]),
        log.delete('s', 'any'),
        log.tombstone('s', 'any'),
      ]) {
        expect(await act).to.deep.equal({ kind: 'stream_deleted' })
      }
      expect(log.state('s').status).to.equal('tombstoned')
      expect(log.state('$$s').status).to.equal('tombstoned')
      expect(log.readForwards('s', 0, 10)).to.deep.equal([])
      expect(await log.append('$$s', 'any', [metadata({})])).to.include({ revision: 0 })
      const [last] = log.readAllForwards(0, 10).events.filter(({ type }) => type === '$streamDeleted')
      expect(last).to.include({ stream: 's', revision: TOMBSTONE_REVISION })
    })

    it('resolves links, those that lead nowhere too', async () => {
      await log.append('s', 'any', [event({ n: 0 }), event({ n: 1 })])
      const link = (data: string) => ({ ...event(), type: '$>', data: Buffer.from(data) })
      await log.append('l', 'any', ['1@s', '9@s', '0@none', '7', 'nonsense', '@s'].map(link))
      const resolved = log.readForwards('l', 0, 10).map((each) => log.resolve(each))
      const [first, ...others] = resolved.slice(0, 4)
      expect(first?.event).to.include({ stream: 's', revision: 1 })
      expect(others.map(({ event: target }) => target)).to.deep.equal([undefined, undefined, undefined])
      expect([first, ...others].every((each) => each?.link?.stream === 'l')).to.equal(true)
      // what begins with no number is an event like any other
      expect(resolved.slice(4).map(({ event: own, link: none }) => [own?.revision, none])).to.deep.equal([
        [4, undefined],
        [5, undefined],
      ])
      const [plain] = log.readForwards('s', 0, 1)
      expect(plain && log.resolve(plain)).to.deep.equal({ event: plain, link: undefined })
    })

    it('refuses events that it cannot store, before anything is written', async () => {
      const end = log.end
      const failure = await log
        .append('s', 'any', [event(), event(1, 'no id')])
        .catch((error: unknown) => error)
      expect(failure).to.be.instanceOf(InvalidEventError)
      expect(log.end).to.equal(end)
      expect(await log.append('s', 'no_stream', [event()])).to.include({ revision: 0 })
    })

    it('names its streams in the order of their first events, once those are on disk', async () => {
      const names = () => Array.from({ length: log.records.streamCount }, (_, n) => log.records.streamName(n))
      const first = log.append('a', 'any', [event()])
      expect(names()).to.deep.equal([undefined])
      await first
      await log.append('b', 'any', [event()])
      await log.tombstone('c', 'any')
      await log.append('a', 'any', [event()])
      expect(names()).to.deep.equal(['a', 'b', 'c'])
      expect(log.records.streamName(99)).to.equal(undefined)
    })

    it('takes no appends once it is closed', async () => {
      await log.append('s', 'any', [event()])
      expect(log.isWritable).to.equal(true)
      await log.close()
      expect(log.isWritable).to.equal(false)
      expect(await log.append('s', 'any', [event()]).catch((error: unknown) => error)).to.be.instanceOf(
        LogClosedError,
      )
    })
  })
}
