import fs from 'node:fs'
import path from 'node:path'
import { expect } from 'chai'
import { openLog } from './log.ts'
import { event } from './testing/events.ts'
import { useFolder } from './testing/folder.ts'
import type { RecordedEvent } from './types.ts'

const SEGMENT_LENGTH = 4 * 1024

describe('A log whose index or marker is harmed', function () {
  this.timeout(60_000)
  const folder = useFolder()
  let original: readonly RecordedEvent[] = []
  const open = (lines: string[] = []) =>
    openLog({ directory: folder(), segmentLength: SEGMENT_LENGTH, report: (line) => lines.push(line) })
  const indexes = (): string[] =>
    fs
      .readdirSync(folder())
      .filter((name) => name.endsWith('.index'))
      .map((name) => path.join(folder(), name))

  /** The log opens, and gives what was written: in order, by stream, and by id. */
  async function expectWhole(what: string): Promise<string[]> {
    const lines: string[] = []
    const log = open(lines)
    try {
      expect(log.readAllForwards(0, 1000).events, what).to.deep.equal(original)
      for (const stream of ['stream-0', 'stream-1', 'stream-2'])
        expect(log.readForwards(stream, 0, 1000), what).to.deep.equal(
          original.filter((each) => each.stream === stream),
        )
      const [first] = original
      const again = await log.append('stream-0', 'no_stream', [{ ...event({ n: 0 }), id: first?.id ?? '' }])
      expect(again, what).to.include({ kind: 'appended', position: first?.position })
    } finally {
      await log.close()
    }
    return lines
  }

  beforeEach(async () => {
    const log = open()
    for (let n = 0; n < 60; n++)
      await log.append(`stream-${n % 3}`, 'any', [event({ n, pad: 'x'.repeat(100) })])
    original = log.readAllForwards(0, 1000).events
    await log.close()
  })

  it('gives what was written, whichever byte of an index is another one', async () => {
    const [file = ''] = indexes()
    const whole = fs.readFileSync(file)
    for (let offset = 0; offset < whole.length; offset += 7) {
      const bytes = Buffer.from(whole)
      bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (offset % 8))
      fs.writeFileSync(file, bytes)
      await expectWhole(`byte ${offset} of ${whole.length}`)
      expect(fs.readFileSync(file).equals(whole), 'it is made anew').to.equal(true)
    }
  })

  it('gives what was written, where an index is short, missing, or that of another segment', async () => {
    const [first = '', second = ''] = indexes()
    const whole = fs.readFileSync(first)
    for (const length of [0, 1, 7, 35, 36, 37, whole.length - 1]) {
      fs.truncateSync(first, length)
      await expectWhole(`cut to ${length}`)
    }
    fs.rmSync(first)
    await expectWhole('missing')
    fs.copyFileSync(second, first)
    await expectWhole('that of another segment')
    fs.appendFileSync(first, 'more')
    await expectWhole('longer than it was')
    expect(fs.readFileSync(first).equals(whole)).to.equal(true)
  })

  it('says that the marker is harmed, and writes it anew', async () => {
    const marker = path.join(folder(), 'synced')
    const whole = fs.readFileSync(marker)
    for (let offset = 0; offset < 12; offset++) {
      const bytes = Buffer.from(whole)
      bytes[offset] = (bytes[offset] ?? 0) ^ 4
      fs.writeFileSync(marker, bytes)
      const lines = await expectWhole(`byte ${offset} of the marker`)
      expect(lines.join()).to.include(`${marker} is harmed`)
      expect(fs.readFileSync(marker).equals(whole)).to.equal(true)
    }
  })
})
