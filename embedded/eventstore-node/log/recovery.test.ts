import { fork } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { DataDirectoryInUseError, LogDamagedError } from './errors.ts'
import { openLog, type NodeLog } from './log.ts'
import { event, metadata, textOf } from './testing/events.ts'
import { useFolder } from './testing/folder.ts'
import type { RecordedEvent } from './types.ts'

const SEGMENT = 8_000

describe('Opening an event log again', () => {
  const folder = useFolder()
  const open = (report?: (line: string) => void): NodeLog =>
    openLog({ directory: folder(), segmentLength: SEGMENT, ...(report === undefined ? {} : { report }) })

  const everything = (log: NodeLog): RecordedEvent[] => log.readAllForwards(0, 100_000).events
  const segments = (): string[] =>
    fs
      .readdirSync(folder())
      .filter((name) => name.endsWith('.log'))
      .sort()
      .map((name) => path.join(folder(), name))
  const newest = (): string => segments().at(-1) ?? ''

  /** Some appends of one to four events, in several segments. */
  async function fill(log: NodeLog, appends = 100): Promise<void> {
    for (let n = 0; n < appends; n++) {
      const events = Array.from({ length: 1 + (n % 4) }, (_, at) => event({ n, at, pad: 'x'.repeat(n % 90) }))
      await log.append(`s-${n % 9}`, 'any', events)
    }
  }

  /** Adds bytes behind the log, as an append that was cut off leaves them. */
  const leave = (bytes: Buffer): void => {
    fs.appendFileSync(newest(), bytes)
  }

  function change(file: string, offset: number, by = 1): void {
    const bytes = fs.readFileSync(file)
    bytes[offset] = (bytes[offset] ?? 0) ^ by
    fs.writeFileSync(file, bytes)
  }

  /** The bytes of one more append, cut out of a copy of the log, which has the position that the log would give it. */
  async function nextAppend(events: number): Promise<Buffer> {
    const size = fs.statSync(newest()).size
    const copy = `${folder()}-copy`
    fs.cpSync(folder(), copy, { recursive: true })
    try {
      const log = openLog({ directory: copy, segmentLength: 1e9 })
      await log.append(
        'cut off',
        'any',
        Array.from({ length: events }, () => event({ pad: 'y'.repeat(100) })),
      )
      await log.close()
      return fs.readFileSync(path.join(copy, path.basename(newest()))).subarray(size)
    } finally {
      fs.rmSync(copy, { recursive: true, force: true })
    }
  }

  it('finds everything again, whether from index files or from the segments themselves', async () => {
    const first = open()
    await fill(first)
    await first.append('$$s-1', 'any', [metadata({ $maxCount: 2 })])
    await first.delete('s-2', 'any')
    await first.tombstone('s-3', 'any')
    const before = everything(first)
    const states = (log: NodeLog): unknown => Array.from({ length: 9 }, (_, n) => log.state(`s-${n}`))
    const statesBefore = states(first)
    await first.close()
    expect(segments().length).to.be.above(5)

    for (const prepare of [
      () => undefined,
      () => {
        for (const segment of segments()) fs.rmSync(`${segment}.index`, { force: true })
      },
      () => {
        for (const segment of segments().slice(0, -1)) change(`${segment}.index`, 60)
      },
      () => {
        for (const segment of segments().slice(0, -1)) fs.truncateSync(`${segment}.index`, 20)
      },
    ]) {
      prepare()
      const log = open()
      expect(everything(log)).to.deep.equal(before)
      expect(log.readAllBackwards(log.end, 1000).events).to.deep.equal([...before].reverse())
      expect(states(log)).to.deep.equal(statesBefore)
      expect(log.readForwards('s-4', 3, 5)).to.deep.equal(
        before.filter(({ stream, revision }) => stream === 's-4' && revision >= 3).slice(0, 5),
      )
      expect(log.lastPosition).to.equal(before.at(-1)?.position)
      const [known] = before
      const again = await log.append('s-0', 'any', [event({}, known?.id)])
      expect(again).to.deep.equal({ kind: 'appended', revision: 0, position: known?.position })
      await log.close()
    }
  })

  it('goes on where it stood', async () => {
    for (let round = 0; round < 4; round++) {
      const log = open()
      expect(log.state('s').lastRevision).to.equal(round - 1)
      await log.append('s', round === 0 ? 'no_stream' : round - 1, [event({ round })])
      await log.close()
    }
    const log = open()
    expect(everything(log).map(textOf)).to.deep.equal([0, 1, 2, 3].map((round) => JSON.stringify({ round })))
    await log.close()
  })

  it('cuts off an append that was not written to its end, wherever it was cut, and says so', async () => {
    const first = open()
    await fill(first, 30)
    const before = everything(first)
    await first.close()
    const size = fs.statSync(newest()).size
    const rest = await nextAppend(3)

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: rest.length - 1 }), async (length) => {
        leave(rest.subarray(0, length))
        const lines: string[] = []
        const log = open((line) => lines.push(line))
        expect(everything(log)).to.deep.equal(before)
        await log.close()
        expect(fs.statSync(newest()).size).to.equal(size)
        expect(lines).to.have.length(1)
        expect(lines[0]).to.include(`${length} bytes`).and.include(`byte ${size}`)
      }),
      { numRuns: 25 },
    )
  })

  it('keeps a whole append that was written but not acknowledged', async () => {
    const first = open()
    await fill(first, 5)
    await first.close()
    leave(await nextAppend(3))
    const log = open()
    expect(log.state('cut off').lastRevision).to.equal(2)
    await log.close()
  })

  it('takes zeros behind the log, as a file system may leave them, for an append that was cut off', async () => {
    const first = open()
    await fill(first, 5)
    const before = everything(first)
    await first.close()
    leave(Buffer.alloc(5000))
    const log = open()
    expect(everything(log)).to.deep.equal(before)
    await log.close()
  })

  it('starts anew in a segment that was created but never written to', async () => {
    const first = open()
    await fill(first)
    const before = everything(first)
    const { end } = first
    await first.close()
    fs.writeFileSync(path.join(folder(), `${String(end).padStart(16, '0')}.log`), Buffer.of(1, 2, 3))
    const log = open()
    expect(everything(log)).to.deep.equal(before)
    await log.append('s', 'any', [event()])
    await log.close()
    const again = open()
    expect(everything(again)).to.have.length(before.length + 1)
    await again.close()
  })

  it('refuses acknowledged events of which a byte was changed, and names file and place, at once or on reading', async () => {
    const first = open()
    await fill(first)
    const before = everything(first)
    await first.close()
    const files = segments()

    await fc.assert(
      fc.asyncProperty(
        fc.nat(files.length - 1),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (which, at, by) => {
          const file = files[which] ?? ''
          const offset = at % fs.statSync(file).size
          change(file, offset, by)
          try {
            let log: NodeLog | undefined
            let failure: unknown
            try {
              log = open()
              expect(everything(log)).to.deep.equal(before)
            } catch (error) {
              failure = error
            }
            await log?.close()
            if (failure === undefined) expect(offset).to.be.below(32)
            else {
              expect(failure).to.be.instanceOf(LogDamagedError)
              if (!(failure instanceof LogDamagedError)) return
              expect(failure.file).to.equal(file)
              expect(failure.offset).to.be.at.most(offset)
              expect(failure.message).to.include(file)
            }
          } finally {
            change(file, offset, by)
          }
        },
      ),
      { numRuns: 60 },
    )
    const log = open()
    expect(everything(log)).to.deep.equal(before)
    await log.close()
  })

  it('refuses files that were cut short or are missing', async () => {
    const first = open()
    await fill(first)
    const before = everything(first)
    await first.close()
    const files = segments()
    const [oldest = '', , third = ''] = files
    const last = newest()
    const refused = (file: string, act: () => void): void => {
      const bytes = fs.readFileSync(file)
      act()
      expect(() => open()).to.throw(LogDamagedError, 'The event log is damaged')
      fs.writeFileSync(file, bytes)
    }
    refused(third, () => {
      fs.truncateSync(third, 3000)
    })
    refused(third, () => {
      fs.rmSync(third)
    })
    refused(oldest, () => {
      fs.rmSync(oldest)
    })
    refused(last, () => {
      fs.truncateSync(last, fs.statSync(last).size - 1)
    })
    refused(last, () => {
      fs.truncateSync(last, (before.at(-1)?.position ?? 0) - Number(path.basename(last, '.log')))
    })
    refused(last, () => {
      fs.truncateSync(last, 10)
    })
    refused(last, () => {
      fs.rmSync(last)
    })
    const log = open()
    expect(everything(log)).to.deep.equal(before)
    await log.close()
  })

  it('knows acknowledged events by what later ones say, where the marker lags behind or is lost', async () => {
    const first = open()
    await fill(first, 4)
    const events = everything(first)
    await first.close()
    fs.rmSync(path.join(folder(), 'synced'))
    const earlier = events[2]?.position ?? 0
    change(newest(), earlier + 70)
    expect(() => open()).to.throw(LogDamagedError, 'acknowledged')
    change(newest(), earlier + 70)
    const log = open()
    expect(everything(log)).to.deep.equal(events)
    await log.close()
  })

  it('lets one process in at a time, and the next one in when that one was killed', async () => {
    const child = fork(new URL('testing/holder.ts', import.meta.url), [folder()], {
      execArgv: ['--import', 'tsx'],
    })
    await once(child, 'message')
    expect(() => open()).to.throw(DataDirectoryInUseError, `process ${child.pid}`)
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    const log = open()
    expect(() => open()).to.throw(DataDirectoryInUseError)
    expect(log.state('held').lastRevision).to.equal(0)
    await log.close()
    await open().close()
  })
})
