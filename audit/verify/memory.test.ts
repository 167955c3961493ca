import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { createEventIds, hashOf } from './event-ids.ts'
import { createSpilledMap, createSpillFile } from './spilled-map.ts'

describe('what an audit remembers', () => {
  it('of states is what was last set, however many are in the file', () => {
    const numbers = { encode: (n: number) => JSON.stringify(n), decode: (text: string) => Number(text) }
    const file = createSpillFile()
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.option(fc.nat()))),
        (steps) => {
          const states = createSpilledMap(file, numbers, 2)
          const model = new Map<string, number>()
          for (const [key, value] of steps) {
            if (value === null) expect(states.get(key)).to.equal(model.get(key))
            else {
              states.set(key, value)
              model.set(key, value)
            }
          }
          expect(states.size()).to.equal(model.size)
          expect(new Map(states.entries())).to.deep.equal(model)
        },
      ),
    )
    file.close()
  })

  it('of texts is each of them, short ones, long ones and none that is only nearly the same', () => {
    const file = createSpillFile()
    const texts = [0, 1, 100, 5_000, 1 << 20, 3 << 20, 10, (1 << 20) - 4, 7].flatMap((length, index) => [
      'x'.repeat(length),
      `${index}·`.repeat(Math.ceil(length / 3)),
    ])
    const places = texts.map((text) => file.append(text))
    places.forEach((place, index) => {
      expect(file.read(place) === texts[index], `text ${index}`).to.equal(true)
    })
    file.close()
  })

  it('leaves no file behind, and makes none for little', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orderstream-spill-'))
    try {
      const file = createSpillFile(folder)
      file.append('x'.repeat(2 << 20))
      expect(await readdir(folder)).to.deep.equal([])
      file.close()
      expect(() => createSpillFile(join(folder, 'none')).append('short')).to.not.throw()
      expect(() => createSpillFile(join(folder, 'none')).append('x'.repeat(2 << 20))).to.throw('ENOENT')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('of ids is every one, while its table grows', () => {
    const ids = createEventIds(2)
    const known = Array.from({ length: 5_000 }, (_, index) =>
      index % 10 === 0 ? `no uuid ${index}` : randomUUID(),
    )
    for (const id of known) expect(ids.add(id, hashOf(id)), id).to.equal(true)
    for (const id of known) {
      expect(ids.tagOf(id)).to.equal(hashOf(id))
      expect(ids.add(id, 1)).to.equal(false)
    }
    expect(ids.size()).to.equal(5_000)
    expect(ids.tagOf(randomUUID())).to.equal(undefined)
    expect(ids.add('00000000-0000-0000-0000-000000000000', 7)).to.equal(true)
    expect(ids.tagOf('00000000-0000-0000-0000-000000000000')).to.equal(7)
  })
})
