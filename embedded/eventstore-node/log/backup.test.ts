import fs from 'node:fs'
import path from 'node:path'
import { expect } from 'chai'
import { backUpLog } from './backup.ts'
import { BackupError, LogDamagedError } from './errors.ts'
import { openLog } from './log.ts'
import { event, textOf } from './testing/events.ts'
import { useFolder } from './testing/folder.ts'

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('A backup of the event log', () => {
  const folder = useFolder()
  const source = (): string => path.join(folder(), 'data')
  const target = (): string => path.join(folder(), 'backup')

  it('is taken while appends go on, and holds all that was acknowledged when it began', async () => {
    const log = openLog({ directory: source(), segmentLength: 8 * 1024 })
    let acknowledged = 0
    let ended = false
    const append = async (stream: string): Promise<void> => {
      for (let n = 0; !ended; n++) {
        await log.append(stream, n - 1, [event({ n, pad: 'x'.repeat(200) })])
        acknowledged++
      }
    }
    const writers = Promise.all(['a', 'b', 'c', 'd'].map(append))
    while (acknowledged < 200) await new Promise((resolve) => setImmediate(resolve))
    const before = acknowledged
    const report = await backUpLog(source(), target())
    ended = true
    await writers
    await log.close()

    expect(report.problems).to.deep.equal([])
    expect(report.events).to.be.at.least(before).and.at.most(acknowledged)
    expect(report.segments).to.be.above(2)
    const copy = openLog({ directory: target(), segmentLength: 8 * 1024 })
    const original = openLog({ directory: source(), segmentLength: 8 * 1024 })
    const { events } = copy.readAllForwards(0, 1_000_000)
    expect(events).to.have.length(report.events)
    expect(events).to.deep.equal(original.readAllForwards(0, report.events).events)
    // it is a log like any other: revisions go on
    const { lastRevision } = copy.state('a')
    const next = await copy.append('a', lastRevision, [event({ n: 'next' })])
    expect(next).to.include({ kind: 'appended', revision: lastRevision + 1 })
    expect(textOf(copy.readForwards('a', lastRevision + 1, 1)[0] ?? raise())).to.equal('{"n":"next"}')
    await copy.close()
    await original.close()
  })

  it('leaves out what was never acknowledged, as of a log that a crash cut off', async () => {
    const log = openLog({ directory: source() })
    await log.append('a', 'any', [event({ n: 1 })])
    await log.close()
    fs.appendFileSync(path.join(source(), '0000000000000000.log'), Buffer.alloc(100, 7))
    expect(await backUpLog(source(), target())).to.include({ events: 1, unfinished: 0 })
  })

  it('of a log without events is one', async () => {
    await openLog({ directory: source() }).close()
    expect(await backUpLog(source(), target())).to.include({ events: 0, segments: 0 })
    await openLog({ directory: target() }).close()
  })

  it('is not begun where there is no log, or something is in its way', async () => {
    expect(await failureOf(backUpLog(source(), target()))).to.be.instanceOf(BackupError)
    await openLog({ directory: source() }).close()
    fs.mkdirSync(target())
    fs.writeFileSync(path.join(target(), 'kept'), '')
    expect(await failureOf(backUpLog(source(), target()))).to.be.instanceOf(BackupError)
    expect(fs.readdirSync(target())).to.deep.equal(['kept'])
  })

  it('is refused where the log is damaged, and leaves nothing behind', async () => {
    const log = openLog({ directory: source() })
    await log.append('a', 'any', [event(), event(), event()])
    await log.close()
    const file = path.join(source(), '0000000000000000.log')
    const bytes = fs.readFileSync(file)
    bytes[bytes.length - 10] = (bytes.at(-10) ?? 0) ^ 1
    fs.writeFileSync(file, bytes)
    expect(await failureOf(backUpLog(source(), target()))).to.be.instanceOf(LogDamagedError)
    fs.truncateSync(file, 40)
    expect(await failureOf(backUpLog(source(), target()))).to.be.instanceOf(LogDamagedError)
    expect(fs.readdirSync(folder())).to.deep.equal(['data'])
  })
})

function raise(): never {
  throw new Error('nothing was read')
}
