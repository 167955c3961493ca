import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { expect } from 'chai'
import { backUpLog } from './backup.ts'
import { LogDamagedError } from './errors.ts'
import { openLog, type NodeLog } from './log.ts'
import type { ScavengedSegment, ScavengeHow } from './scavenge.ts'
import { event, metadata } from './testing/events.ts'
import { useFolder } from './testing/folder.ts'
import type { RecordedEvent } from './types.ts'
import { verifyLog } from './verify.ts'

const NEVER = new AbortController().signal
const SEGMENT = 2000

const open = (directory: string, now?: () => number): NodeLog =>
  openLog({ directory, segmentLength: SEGMENT, ...(now === undefined ? {} : { now }) })

async function scavenge(log: NodeLog, how?: ScavengeHow): Promise<ScavengedSegment[]> {
  const seen: ScavengedSegment[] = []
  await log.scavenge(NEVER, (segment) => seen.push(segment), how)
  return seen
}

const everything = (log: NodeLog): RecordedEvent[] => log.readAllForwards(0, 1_000_000).events
const stream = (log: NodeLog, name: string): RecordedEvent[] => log.readForwards(name, 0, 1_000_000)
const revisions = (events: readonly RecordedEvent[]): number[] => events.map(({ revision }) => revision)

/** What a reader can see of the streams, in both directions. */
function visible(log: NodeLog, streams: readonly string[]): unknown {
  return streams.map((name) => ({
    name,
    status: log.state(name).status,
    forwards: stream(log, name),
    backwards: log.readBackwards(name, Number.MAX_SAFE_INTEGER, 1_000_000),
  }))
}

/** Pages of every size lead to the same events, also from positions that were removed. */
function checkAll(log: NodeLog, expected: readonly RecordedEvent[]): void {
  expect(everything(log)).to.deep.equal(expected)
  expect(log.readAllBackwards(log.end, 1_000_000).events).to.deep.equal([...expected].reverse())
  for (const size of [1, 7]) {
    const [up, down]: [RecordedEvent[], RecordedEvent[]] = [[], []]
    for (let from = 0; from < log.end;) {
      const { events, next } = log.readAllForwards(from, size)
      up.push(...events)
      if (next === from) break
      from = next
    }
    for (let before = log.end; before > 0;) {
      const { events, next } = log.readAllBackwards(before, size)
      down.push(...events)
      if (next === before) break
      before = next
    }
    expect(up).to.deep.equal(expected)
    expect(down).to.deep.equal([...expected].reverse())
  }
}

describe('A scavenge of the event log', function () {
  this.timeout(60_000)
  const folder = useFolder()
  const directory = (): string => path.join(folder(), 'data')
  const diskUse = (): number =>
    fs
      .readdirSync(directory())
      .filter((name) => name.endsWith('.log'))
      .reduce((sum, name) => sum + fs.statSync(path.join(directory(), name)).size, 0)

  /** Writes to another stream until all before is in segments that take no more appends. */
  async function seal(log: NodeLog): Promise<void> {
    const { end } = log
    while (log.end < end + 2 * SEGMENT) await log.append('filler', 'any', [event({ pad: 'x'.repeat(400) })])
  }

  it('gives back the space of what a stream hides, keeps its last event, and lets revisions go on', async () => {
    let log = open(directory())
    for (const name of ['counted', 'truncated', 'deleted', 'gone', 'whole'])
      for (let n = 0; n < 20; n++) await log.append(name, n - 1, [event({ n, name, pad: 'x'.repeat(200) })])
    await log.append('$$counted', 'any', [metadata({ $maxCount: 3 })])
    await log.append('$$truncated', 'any', [metadata({ $tb: 5 })])
    await log.append('$$truncated', 'any', [metadata({ $tb: 15 })])
    await log.delete('deleted', 'any')
    await log.tombstone('gone', 'any')
    await seal(log)
    // from now on it is read from the files, and blocks of them are known
    await log.close()
    log = open(directory())
    const before = everything(log)
    const size = diskUse()
    const first = path.join(directory(), '0000000000000000.log.index')
    const index = fs.readFileSync(first)

    const done = await scavenge(log)
    const freed = done.reduce((sum, { bytes }) => sum + bytes, 0)
    expect(freed)
      .to.equal(size - diskUse())
      .and.above(15_000)
    const left = (events: readonly RecordedEvent[], name: string): number[] =>
      revisions(events.filter((each) => each.stream === name))
    const expected = {
      counted: [17, 18, 19],
      truncated: [15, 16, 17, 18, 19],
      deleted: [19],
      gone: [2 ** 63],
      whole: [...Array(20).keys()],
      $$truncated: [1],
    }
    const check = (): void => {
      for (const [name, kept] of Object.entries(expected))
        expect(left(everything(log), name), name).to.deep.equal(kept)
      expect(revisions(stream(log, 'counted'))).to.deep.equal([17, 18, 19])
      expect(log.state('deleted')).to.include({ status: 'soft_deleted', lastRevision: 19 })
      expect(log.state('gone').status).to.equal('tombstoned')
      expect(log.eventAt('counted', 3)).to.equal(undefined)
      checkAll(
        log,
        before.filter((each) => everything(log).some(({ position }) => position === each.position)),
      )
    }
    check()
    await log.close()
    expect(verifyLog(directory()).problems).to.deep.equal([])

    // a crash can leave the index of what the file was before
    fs.writeFileSync(first, index)
    log = open(directory())
    check()
    expect(await log.append('counted', 18, [event()])).to.deep.equal({
      kind: 'wrong_expected_version',
      current: 19,
    })
    expect(await log.append('counted', 19, [event()])).to.include({ revision: 20 })
    expect(await log.append('deleted', 'no_stream', [event()])).to.include({ revision: 20 })
    expect(await log.append('gone', 'any', [event()])).to.deep.equal({ kind: 'stream_deleted' })
    // what was removed does not come back when more may be read again
    await log.append('$$truncated', 'any', [metadata({ $tb: 0 })])
    await log.append('$$counted', 'any', [metadata({})])
    expect(revisions(stream(log, 'truncated'))).to.deep.equal([15, 16, 17, 18, 19])
    expect(revisions(stream(log, 'counted'))).to.deep.equal([17, 18, 19, 20])
    expect(log.readBackwards('truncated', 10, 5)).to.deep.equal([])
    await log.close()
  })

  it('is read from the new file at once, also where much of the old one was in memory', async () => {
    const lengthy = { directory: directory(), segmentLength: 300_000 }
    let log = openLog(lengthy)
    for (let n = 0; n < 400; n++) await log.append('s', 'any', [event({ n, pad: 'x'.repeat(900) })])
    await log.append('$$s', 'any', [metadata({ $tb: 100 })])
    await log.close()
    log = openLog(lengthy)
    expect(everything(log)).to.have.length(401)
    await scavenge(log)
    checkAll(log, everything(log))
    expect(revisions(stream(log, 's'))).to.deep.equal(Array.from({ length: 300 }, (_, at) => 100 + at))
    await log.close()
  })

  it('removes what $maxAge has hidden', async () => {
    let now = 1_700_000_000_000
    const log = open(directory(), () => now)
    for (let n = 0; n < 10; n++) {
      now += 10_000
      await log.append('aging', 'any', [event({ n })])
    }
    await log.append('$$aging', 'any', [metadata({ $maxAge: 35 })])
    await seal(log)
    await scavenge(log)
    const kept = everything(log).filter((each) => each.stream === 'aging')
    expect(revisions(kept)).to.deep.equal([6, 7, 8, 9])
    now += 1_000_000
    await scavenge(log)
    expect(everything(log).filter((each) => each.stream === 'aging')).to.have.length(1)
    await log.close()
  })

  it('takes nothing from the middle of a stream where more is hidden while it runs', async () => {
    let now = 1_700_000_000_000
    const log = open(directory(), () => now)
    await log.append('$$aging', 'any', [metadata({ $maxAge: 55 })])
    for (let n = 0; n < 30; n++) {
      await log.append('aging', 'any', [event({ n, pad: 'x'.repeat(300) })])
      now += 2000
    }
    await seal(log)
    await log.scavenge(NEVER, () => {
      now += 10_000
    })
    const kept = revisions(everything(log).filter((each) => each.stream === 'aging'))
    expect(kept).to.deep.equal(kept.map((_, at) => (kept[0] ?? 0) + at))
    expect(kept[0]).to.be.above(0).and.below(6)
    await log.close()
    await open(directory()).close()
  })

  it('knows the ids of what is left, and forgets those of what is gone', async () => {
    const log = open(directory())
    const [old, young] = [event({ n: 0 }), event({ n: 1 })]
    await log.append('s', 'no_stream', [old])
    const { position } = (await log.append('s', 0, [young])) as { position: number }
    await log.append('$$s', 'any', [metadata({ $maxCount: 1 })])
    await seal(log)
    await scavenge(log)
    expect(await log.append('s', 'any', [young])).to.deep.equal({ kind: 'appended', revision: 1, position })
    expect(await log.append('s', 0, [young])).to.deep.equal({ kind: 'appended', revision: 1, position })
    expect(await log.append('s', 'no_stream', [old])).to.deep.equal({
      kind: 'wrong_expected_version',
      current: 1,
    })
    expect(await log.append('s', 'any', [old])).to.include({ revision: 2 })
    await log.close()
  })

  const names = ['a', 'b', 'c']
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('append' as const),
        in: fc.constantFrom(...names),
        count: fc.integer({ min: 1, max: 6 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('limit' as const),
        in: fc.constantFrom(...names),
        maxCount: fc.integer({ min: 1, max: 9 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('truncate' as const),
        in: fc.constantFrom(...names),
        before: fc.integer({ min: 0, max: 40 }),
      }),
    },
    fc.record({ do: fc.constant('delete' as const), in: fc.constantFrom(...names) }),
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('scavenge' as const),
        threshold: fc.integer({ min: -1, max: 12 }),
      }),
    },
    fc.record({ do: fc.constant('reopen' as const) }),
    { arbitrary: fc.record({ do: fc.constant('tombstone' as const), in: fc.constant('c') }), weight: 1 },
  )

  it('changes nothing that anybody can see in a stream, whatever was done, with a restart anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        fs.rmSync(directory(), { recursive: true, force: true })
        let log = open(directory())
        const streams = [...names, ...names.map((name) => `$$${name}`)]
        try {
          for (const each of steps) {
            const [seen, all] = [visible(log, streams), everything(log)]
            if (each.do === 'append')
              await log.append(
                each.in,
                'any',
                Array.from({ length: each.count }, () => event({ pad: 'x'.repeat(150) })),
              )
            else if (each.do === 'limit')
              await log.append(`$$${each.in}`, 'any', [metadata({ $maxCount: each.maxCount })])
            else if (each.do === 'truncate')
              await log.append(`$$${each.in}`, 'any', [metadata({ $tb: each.before })])
            else if (each.do === 'delete') await log.delete(each.in, 'any')
            else if (each.do === 'tombstone') await log.tombstone(each.in, 'any')
            else if (each.do === 'scavenge') {
              await scavenge(log, { threshold: each.threshold })
              expect(visible(log, streams)).to.deep.equal(seen)
              const left = everything(log)
              const places = new Set(left.map(({ position }) => position))
              checkAll(
                log,
                all.filter(({ position }) => places.has(position)),
              )
            } else {
              await log.close()
              expect(verifyLog(directory()).problems).to.deep.equal([])
              log = open(directory())
              const gone = log.state('c').status === 'tombstoned'
              // of a tombstoned stream nobody can tell how long it was
              const told = gone ? streams.filter((name) => !name.endsWith('c')) : streams
              expect(JSON.stringify(visible(log, told), bigints)).to.equal(
                JSON.stringify(
                  (seen as { name: string }[]).filter(({ name }) => told.includes(name)),
                  bigints,
                ),
              )
              checkAll(log, all)
            }
          }
        } finally {
          await log.close()
        }
      }),
      { numRuns: 60 },
    )
  })

  it('leaves a file alone that is damaged, and says so; others are done before', async () => {
    let log = open(directory())
    for (let n = 0; n < 40; n++) await log.append('s', 'any', [event({ n, pad: 'x'.repeat(200) })])
    await log.append('$$s', 'any', [metadata({ $maxCount: 1 })])
    await seal(log)
    await log.close()
    log = open(directory())
    const files = fs
      .readdirSync(directory())
      .filter((name) => name.endsWith('.log'))
      .sort()
    const third = path.join(directory(), files[2] ?? '')
    const bytes = fs.readFileSync(third)
    bytes[300] = (bytes[300] ?? 0) ^ 1
    fs.writeFileSync(third, bytes)
    const seen: ScavengedSegment[] = []
    const failed = await log.scavenge(NEVER, (segment) => seen.push(segment)).catch((error: unknown) => error)
    expect(failed).to.be.instanceOf(LogDamagedError)
    expect(failed).to.include({ file: third })
    expect(seen.map(({ number }) => number)).to.deep.equal([0, 1])
    expect(fs.readFileSync(third)).to.deep.equal(bytes)
    await log.close()
  })

  it('leaves files alone from which too little would go, and in later ones what is behind that', async () => {
    const log = open(directory())
    const pad = 'x'.repeat(300)
    // few of the first file, and most of all the others
    await log.append('few', 'any', [event({ pad })])
    for (let n = 0; n < 4; n++) await log.append('kept', 'any', [event({ pad })])
    for (let n = 0; n < 30; n++) await log.append(n % 5 === 0 ? 'few' : 'many', 'any', [event({ pad })])
    for (const name of ['few', 'many']) await log.append(`$$${name}`, 'any', [metadata({ $maxCount: 1 })])
    await seal(log)
    const kept = (name: string): number[] => revisions(everything(log).filter((each) => each.stream === name))

    const weights = new Map<number, number>()
    const done = await scavenge(log, { threshold: 4 })
    for (const { number, events } of done) weights.set(number, 2 * events)
    expect(weights.get(0)).to.equal(0)
    expect([...weights.values()].every((weight) => weight === 0 || weight >= 4)).to.equal(true)
    expect(kept('few')).to.deep.equal([0, 1, 2, 3, 4, 5, 6])
    expect(kept('many').length).to.be.below(24).and.above(0)
    expect(revisions(stream(log, 'few'))).to.deep.equal([6])

    expect((await scavenge(log, { threshold: 1000 })).every(({ events }) => events === 0)).to.equal(true)
    await scavenge(log, { threshold: -1 })
    expect(kept('few')).to.deep.equal([6])
    expect(kept('many')).to.deep.equal([23])
    await log.close()
    expect(verifyLog(directory()).problems).to.deep.equal([])
  })

  it('rests in proportion to its work, until it is told to end', async () => {
    const log = open(directory())
    await seal(log)
    const rests: number[] = []
    const rest = (milliseconds: number): Promise<void> => {
      rests.push(milliseconds)
      return Promise.resolve()
    }
    const quarter = await scavenge(log, { throttlePercent: 25, rest })
    expect(rests).to.deep.equal(quarter.map(({ milliseconds }) => milliseconds * 3))
    expect(rests.length).to.be.above(0)
    await scavenge(log, { throttlePercent: 100, rest })
    expect(rests).to.have.length(quarter.length)

    // its own way of resting, which would take an hour
    const resting = scavenge(log, { throttlePercent: 1e-7 })
    await log.close()
    expect(await resting).to.have.length(1)
  })

  it('ends when it is told to, with the log', async () => {
    const log = open(directory())
    for (let n = 0; n < 60; n++) await log.append('s', 'any', [event({ n, pad: 'x'.repeat(200) })])
    await log.append('$$s', 'any', [metadata({ $maxCount: 1 })])
    await seal(log)
    const ending = new AbortController()
    const seen: ScavengedSegment[] = []
    await log.scavenge(ending.signal, (segment) => {
      seen.push(segment)
      if (segment.number === 1) ending.abort()
    })
    expect(seen).to.have.length(2)
    const second = log.scavenge(NEVER, () => undefined)
    expect(await log.scavenge(NEVER, () => undefined).catch(String)).to.include('runs already')
    await log.close()
    await second
    expect(verifyLog(directory()).problems).to.deep.equal([])
  })

  it('is refused where a byte of a scavenged file is another one, or its end is missing', async () => {
    const log = open(directory())
    for (let n = 0; n < 12; n++)
      await log.append(n % 2 === 0 ? 's' : 't', 'any', [event({ n, pad: 'x'.repeat(200) })])
    await log.append('$$s', 'any', [metadata({ $maxCount: 1 })])
    await seal(log)
    await scavenge(log)
    await log.close()
    const file = path.join(directory(), '0000000000000000.log')
    const bytes = fs.readFileSync(file)
    expect(verifyLog(directory()).problems).to.deep.equal([])
    const index = `${file}.index`
    for (let at = 0; at < bytes.length; at += 7) {
      const harmed = Buffer.from(bytes)
      harmed[at] = (harmed[at] ?? 0) ^ (1 << (at % 8))
      fs.writeFileSync(file, harmed)
      fs.rmSync(index, { force: true })
      expect(() => open(directory()), `byte ${at}`).to.throw(LogDamagedError)
      expect(verifyLog(directory()).problems.length, `byte ${at}`).to.be.above(0)
    }
    for (const length of [bytes.length - 1, 100, 33, 10, 0]) {
      fs.writeFileSync(file, bytes.subarray(0, length))
      expect(() => open(directory()), `${length} bytes`).to.throw(LogDamagedError)
      expect(verifyLog(directory()).problems.length).to.be.above(0)
    }
    fs.writeFileSync(file, bytes)
    await open(directory()).close()
  })

  it('goes on while others append and read, and a backup is taken', async () => {
    const log = open(directory())
    const last = new Map<string, number>()
    let ended = false
    const writer = async (name: string): Promise<void> => {
      await log.append(`$$${name}`, 'any', [metadata({ $maxCount: 4 })])
      for (let n = 0; !ended; n++) {
        const result = await log.append(name, n - 1, [event({ n, pad: 'x'.repeat(100) })])
        expect(result).to.include({ kind: 'appended', revision: n })
        last.set(name, n)
      }
    }
    const reader = async (): Promise<void> => {
      for (let from = 0; !ended;) {
        const { events, next } = log.readAllForwards(from, 50)
        const positions = events.map(({ position }) => position)
        expect(positions).to.deep.equal([...positions].sort((a, b) => a - b))
        for (const name of ['w1', 'w2']) {
          const read = revisions(stream(log, name))
          if (read.length > 0) expect(read).to.deep.equal(read.map((_, at) => (read[0] ?? 0) + at))
        }
        from = next
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const others = Promise.all([writer('w1'), writer('w2'), writer('w3'), reader()])
    for (let n = 0; n < 10; n++) {
      const from = log.end
      while (log.end < from + 3 * SEGMENT) await new Promise((resolve) => setImmediate(resolve))
      const scavenging = scavenge(log)
      const target = path.join(folder(), `backup-${n}`)
      expect((await backUpLog(directory(), target)).problems).to.deep.equal([])
      await scavenging
      const copy = open(target)
      for (const name of ['w1', 'w2', 'w3']) expect(revisions(stream(copy, name)), name).to.have.length(4)
      await copy.close()
    }
    ended = true
    await others
    await log.close()
    expect(verifyLog(directory()).problems).to.deep.equal([])
    const again = open(directory())
    for (const [name, revision] of last) expect(again.state(name).lastRevision).to.equal(revision)
    await again.close()
  })

  it('takes away what one that a crash ended had begun', async () => {
    await open(directory()).close()
    const leftover = path.join(directory(), '0000000000000000.log.scavenging')
    fs.writeFileSync(leftover, 'half of it')
    await open(directory()).close()
    expect(fs.existsSync(leftover)).to.equal(false)
  })
})

const bigints = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)
