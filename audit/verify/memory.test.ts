import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { asJson, createColdStates } from './cold-states.ts'
import { createEventIds } from './event-ids.ts'
import { createKeyTable, hashOf, keyOf } from './key-table.ts'
import { createScratchFile, ScratchFileError, type ScratchFile } from './scratch-file.ts'

describe('what an audit remembers', () => {
  let folder: string
  let file: ScratchFile
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderstream-test-'))
    file = createScratchFile(folder)
  })
  afterEach(async () => {
    file.close()
    await rm(folder, { recursive: true })
  })

  it('of states is what was last set, however many lie on disk and however their size changes', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'an order with ümläuts']
    const steps = fc.array(fc.tuple(fc.constantFrom(...names), fc.option(fc.string({ maxLength: 600 }))), {
      size: 'large',
    })
    fc.assert(
      fc.property(steps, (taken) => {
        const states = createColdStates(asJson<string>(), file, 2)
        const model = new Map<string, string>()
        for (const [name, value] of taken) {
          if (value === null) expect(states.get(name)).to.equal(model.get(name))
          else {
            states.set(name, value)
            model.set(name, value)
          }
        }
        expect(states.size()).to.equal(model.size)
        expect(new Map(states.all())).to.deep.equal(model)
        expect([...states.all()]).to.have.length(model.size)
      }),
    )
  })

  it('of states that grow and shrink takes no more of the disk than they need at most', () => {
    let allocated = 0
    const measured: ScratchFile = {
      ...file,
      allocate: (size) => {
        allocated += size
        return file.allocate(size)
      },
    }
    const states = createColdStates(asJson<string>(), measured, 1)
    for (let round = 0; round < 200; round += 1) {
      for (const name of ['a', 'b', 'c']) states.set(name, 'x'.repeat(round % 2 === 0 ? 100 : 900))
    }
    expect(allocated).to.be.lessThan(3 * 2 * 1_024)
  })

  it('of ids is every one, in memory and in the tables on disk', () => {
    const ids = createEventIds(file, 300)
    const known = Array.from({ length: 5_000 }, (_, index) =>
      index % 10 === 0 ? `no uuid ${index}` : randomUUID(),
    )
    for (const id of known) expect(ids.add(id, hashOf(id)), id).to.equal(true)
    for (const id of known) {
      expect(ids.tagOf(id)).to.equal(hashOf(id))
      expect(ids.add(id, 1)).to.equal(false)
    }
    for (let time = 0; time < 5_000; time += 1) expect(ids.tagOf(randomUUID())).to.equal(undefined)
    expect(ids.add('00000000-0000-0000-0000-000000000000', 7)).to.equal(true)
    expect(ids.tagOf('00000000-0000-0000-0000-000000000000')).to.equal(7)
  })

  it('of keys is each one with its numbers, while their table grows', () => {
    const table = createKeyTable(2, 2)
    for (let index = 0; index < 3_000; index += 1) {
      expect(table.set(keyOf(`name ${index}`), index, 1)).to.equal(true)
      expect(table.set(keyOf(`name ${index}`), index, 2)).to.equal(false)
    }
    expect(table.size()).to.equal(3_000)
    expect(table.get(keyOf('name 77'), 0)).to.equal(77)
    expect(table.get(keyOf('name 77'), 1)).to.equal(2)
    expect(table.get(keyOf('name 3000'), 0)).to.equal(undefined)
    expect(table.has(keyOf('name 3000'))).to.equal(false)
    expect([...table.all()].map(([index]) => index).sort((a = 0, b = 0) => a - b)).to.deep.equal(
      Array.from({ length: 3_000 }, (_, index) => index),
    )
  })

  it('by names that are no UUIDs is told apart by 64 bits, of which no half follows from the other', () => {
    const [firsts, seconds] = [new Map<number, number>(), new Set<number>()]
    let isOneFollowing = false
    for (let index = 0; index < 300_000; index += 1) {
      const [high, low] = keyOf(`order-${index}`)
      const before = firsts.get(high)
      if (before !== undefined && before === low) isOneFollowing = true
      firsts.set(high, low)
      seconds.add(low)
    }
    // some ten of 300,000 share one half of 31 or 32 bits; none both
    expect(isOneFollowing).to.equal(false)
    expect(firsts.size).to.be.within(299_900, 299_999)
    expect(seconds.size).to.be.greaterThan(299_950)
  })

  it('leaves no file behind, not even while it is used', async () => {
    file.write(Buffer.from('something'), file.allocate(9))
    expect(await readdir(folder)).to.deep.equal([])
    const back = Buffer.alloc(12, '.')
    file.read(back, 0)
    expect(back.toString()).to.equal('something...')
  })

  it('needs a folder that takes it, and says so', () => {
    const nowhere = createScratchFile(join(folder, 'missing'))
    expect(() => {
      nowhere.write(Buffer.from('x'), 0)
    }).to.throw(ScratchFileError, /missing can not be used \(ENOENT.*TMPDIR/)
    nowhere.close()
  })
})
