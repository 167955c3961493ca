import fs from 'node:fs'
import path from 'node:path'
import { expect } from 'chai'
import { DataDirectoryInUseError } from './errors.ts'
import { openLog } from './log.ts'
import { event } from './testing/events.ts'
import { useFolder } from './testing/folder.ts'
import { verifyLog } from './verify.ts'

describe('Checking an event log', () => {
  const folder = useFolder()
  const files = (suffix: string): string[] =>
    fs
      .readdirSync(folder())
      .filter((name) => name.endsWith(suffix))
      .map((name) => path.join(folder(), name))
  const flip = (file: string, offset: number): void => {
    const bytes = fs.readFileSync(file)
    bytes[offset] = (bytes[offset] ?? 0) ^ 0x20
    fs.writeFileSync(file, bytes)
  }

  beforeEach(async () => {
    const log = openLog({ directory: folder(), segmentLength: 4 * 1024 })
    for (let n = 0; n < 60; n++)
      await log.append(`stream-${n % 3}`, 'any', [event({ n, pad: 'x'.repeat(100) })])
    await log.tombstone('stream-1', 'any')
    await log.close()
  })

  it('finds nothing in one that is whole, and counts what there is', () => {
    expect(verifyLog(folder())).to.deep.include({ events: 61, streams: 3, unfinished: 0, problems: [] })
    expect(verifyLog(folder()).indexes).to.equal(files('.log').length - 1)
  })

  it('names file and byte for a flipped byte anywhere, and goes on behind it', () => {
    for (const file of files('.log')) {
      const { size } = fs.statSync(file)
      for (const offset of [3, 40, Math.floor(size / 2), size - 1]) {
        flip(file, offset)
        const { problems, events } = verifyLog(folder())
        const [problem] = problems
        expect(problem, `${file} ${offset}`).to.include({ file, losesEvents: true })
        expect(problem?.offset).to.be.at.most(offset)
        expect(events).to.be.at.least(58)
        flip(file, offset)
      }
    }
    expect(verifyLog(folder()).problems).to.deep.equal([])
  })

  it('names a file that was cut short, and one that is missing', () => {
    const [first = '', second = ''] = files('.log')
    const last = files('.log').at(-1) ?? ''
    const whole = fs.readFileSync(last)
    fs.truncateSync(last, whole.length - 5)
    expect(verifyLog(folder()).problems[0]).to.include({ file: last, losesEvents: true })
    fs.writeFileSync(last, whole)
    fs.truncateSync(first, 500)
    expect(verifyLog(folder()).problems[0]).to.include({ file: first, offset: 500 })
    fs.rmSync(second)
    expect(verifyLog(folder()).problems[0]).to.include({ file: first })
  })

  it('names an index that is harmed or short, and the marker: no event is lost by that', () => {
    for (const file of files('.index')) {
      const { size } = fs.statSync(file)
      for (const offset of [0, 20, 40, size - 1]) {
        flip(file, offset)
        expect(verifyLog(folder()).problems).to.deep.equal([
          { file, offset, reason: 'it does not say what the segment says', losesEvents: false },
        ])
        flip(file, offset)
      }
      const whole = fs.readFileSync(file)
      fs.truncateSync(file, size - 3)
      expect(verifyLog(folder()).problems[0]).to.include({ file, offset: size - 3, losesEvents: false })
      fs.writeFileSync(file, whole)
    }
    const marker = path.join(folder(), 'synced')
    flip(marker, 2)
    expect(verifyLog(folder()).problems[0]).to.include({ file: marker, losesEvents: false })
  })

  it('tells an append that was never acknowledged from damage', () => {
    const last = files('.log').at(-1) ?? ''
    fs.appendFileSync(last, Buffer.alloc(77, 3))
    expect(verifyLog(folder())).to.deep.include({ events: 61, unfinished: 77, problems: [] })
  })

  it('is not done while a node has the log open', async () => {
    const log = openLog({ directory: folder(), segmentLength: 4 * 1024 })
    expect(() => verifyLog(folder())).to.throw(DataDirectoryInUseError)
    await log.close()
  })
})
