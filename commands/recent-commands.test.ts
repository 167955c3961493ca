import { expect } from 'chai'
import fc from 'fast-check'
import { noCommands, recentCommandsOf, type RecentCommands } from './recent-commands.ts'

const named = (from: number, to: number): (readonly [string, number])[] =>
  Array.from({ length: to - from }, (_, index) => [`command-${from + index}`, from + index] as const)

/** As appends bring them: a few at a time. */
const inAppendsOf = (sizes: readonly number[]): RecentCommands => {
  let next = 0
  let commands = noCommands
  for (const size of sizes) {
    commands = commands.with(named(next, next + size))
    next += size
  }
  return commands
}

describe('recent commands', () => {
  it('are none at first', () => {
    expect([...noCommands]).to.deep.equal([])
    expect(noCommands).to.include({ size: 0, oldest: undefined, hasOlder: false })
    expect(noCommands.has('command-0')).to.equal(false)
  })

  it('are the newest thousand at least, in order, however they came', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const total = sizes.reduce((sum, size) => sum + size, 0)
        const commands = inAppendsOf(sizes)
        const kept = [...commands]
        expect(kept.length).to.be.at.least(Math.min(total, 1_000)).and.at.most(1_050)
        expect(kept).to.deep.equal(named(total - kept.length, total))
        expect(commands.size).to.equal(kept.length)
        expect(commands.oldest).to.equal(total - kept.length)
        expect(commands.hasOlder).to.equal(kept.length < total)
        expect(kept.every(([commandId]) => commands.has(commandId))).to.equal(true)
        expect(commands.has(`command-${total - kept.length - 1}`)).to.equal(false)
      }),
    )
  })

  it('do not change when more come', () => {
    const before = inAppendsOf([30])
    before.with(named(30, 60))
    expect([...before]).to.deep.equal(named(0, 30))
  })

  it('count a command once that made several events', () => {
    const commands = noCommands.with([
      ['one', 1],
      ['one', 2],
    ])
    expect([...commands]).to.deep.equal([['one', 2]])
  })

  it('come back from what was kept of them', () => {
    const before = inAppendsOf([700, 700])
    const after = recentCommandsOf(before, before.hasOlder)
    expect([...after]).to.deep.equal([...before])
    expect(after.hasOlder).to.equal(true)
  })
})
