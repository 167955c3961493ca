import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { createColdStates } from './cold-states.ts'
import { createEventIds, hashOf } from './event-ids.ts'

describe('what an audit remembers', () => {
  it('of states is what was last set, however many are frozen', () => {
    const freezer = {
      freeze: (n: number) => JSON.stringify(n),
      thaw: (text: string) => JSON.parse(text) as number,
    }
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.option(fc.nat()))),
        (steps) => {
          const states = createColdStates(freezer, 2)
          const model = new Map<string, number>()
          for (const [stream, value] of steps) {
            if (value === null) expect(states.get(stream)).to.equal(model.get(stream))
            else {
              states.set(stream, value)
              model.set(stream, value)
            }
          }
          expect(states.size()).to.equal(model.size)
          expect(new Map(states.all())).to.deep.equal(model)
        },
      ),
    )
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
