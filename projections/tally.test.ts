import { expect } from 'chai'
import { instant, integer, table, text, type RowOf, type Table } from './tables.ts'
import { createTally } from './tally.ts'
import type { Rows } from './rows.ts'

const counters = table({
  name: 'counters',
  columns: { name: text, n: integer, first: instant, last: instant },
  key: ['name'],
  indexes: [],
})

describe('a tally', () => {
  it('adds up rows of the same key in memory, and tells how they are added to what is there', async () => {
    const merges = { first: 'least', last: 'greatest' } as const
    const tally = createTally(counters, merges)
    const [early, middle, late] = ['2030-01-01', '2030-01-02', '2030-01-03'] as const
    tally.add({ name: 'a', n: 1, first: middle, last: middle })
    tally.add({ name: 'a', n: 2, first: early, last: early })
    tally.add({ name: 'b', n: 5, first: late, last: late })
    tally.add({ name: 'a', n: -4, first: late, last: late })
    const asked: unknown[] = []
    const rows = {
      increase: <T extends Table>(given: T, more: readonly RowOf<T>[], how: unknown) => {
        asked.push([given.name, more, how])
        return Promise.resolve()
      },
    } as Partial<Rows> as Rows
    await tally.write(rows)
    const sums = [
      { name: 'a', n: -1, first: early, last: late },
      { name: 'b', n: 5, first: late, last: late },
    ]
    expect(asked).to.deep.equal([['counters', sums, merges]])
  })
})
