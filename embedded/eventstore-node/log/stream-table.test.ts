import { expect } from 'chai'
import { createIdTable, hashId } from './id-table.ts'
import { createStreamTable } from './stream-table.ts'

describe('The table of streams', () => {
  it('finds streams by name, whatever the name is made of', () => {
    const table = createStreamTable()
    const names = ['a', '$$a', 'ordre-é', '注文-1', '😀', 'x'.repeat(60_000), 'y\u0000z']
    const numbers = names.map((name) => table.findOrAdd(name))
    expect(new Set(numbers).size).to.equal(names.length)
    names.forEach((name, at) => {
      expect(table.find(name)).to.equal(numbers[at])
      expect(table.nameOf(numbers[at] ?? -1)).to.equal(name)
      const bytes = Buffer.from(`<${name}>`)
      expect(table.findOrAddBytes(bytes, 1, bytes.length - 1)).to.equal(numbers[at])
    })
    expect(table.find('b')).to.equal(-1)
  })

  it('grows', () => {
    const table = createStreamTable()
    for (let n = 0; n < 20_000; n++) table.push(table.findOrAdd(`order-${n}`), n)
    expect(table.count).to.equal(20_000)
    for (let n = 0; n < 20_000; n += 13) {
      const stream = table.find(`order-${n}`)
      expect(table.positionOf(stream, 0)).to.equal(n)
      expect(table.nameOf(stream)).to.equal(`order-${n}`)
    }
  })

  it('tells what is decided from what is committed', () => {
    const table = createStreamTable()
    const stream = table.findOrAdd('s')
    table.push(stream, 10)
    table.push(stream, 20)
    table.commit(stream, 1)
    expect([table.decidedCount(stream), table.committedCount(stream)]).to.deep.equal([2, 1])
    table.markTombstoned(stream)
    expect([table.isTombstoneDecided(stream), table.isTombstoneCommitted(stream)]).to.deep.equal([
      true,
      false,
    ])
    table.commitTombstone(stream)
    expect(table.isTombstoneCommitted(stream)).to.equal(true)
  })
})

describe('The table of event ids', () => {
  it('leads to every position that an id was added with', () => {
    const table = createIdTable()
    const ids = Array.from({ length: 20_000 }, (_, n) => {
      const id = Buffer.alloc(16)
      id.writeUInt32BE(n, 12)
      return id
    })
    ids.forEach((id, n) => {
      table.add(hashId(id, 0), n)
    })
    table.add(hashId(ids[5] ?? Buffer.alloc(16), 0), 777_777)
    ids.forEach((id, n) => {
      expect(table.find(hashId(id, 0), (position) => position === n)).to.equal(true)
    })
    const found: number[] = []
    table.find(hashId(ids[5] ?? Buffer.alloc(16), 0), (position) => {
      found.push(position)
      return false
    })
    expect(found).to.include.members([5, 777_777])
  })
})
