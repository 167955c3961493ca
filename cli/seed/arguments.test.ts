import { expect } from 'chai'
import { StartError } from '../start/start-error.ts'
import { readArguments } from './arguments.ts'
import { planShop } from './plan.ts'

const NOW = new Date('2030-05-05T11:22:33.444Z')
const read = (...args: string[]): ReturnType<typeof readArguments> => readArguments(args, NOW)

describe('npm run seed', () => {
  it('ends with the day before where nothing is said', () => {
    expect(read()).to.deep.equal({
      ...{ products: 2_000, orders: 10_000, months: 6, seed: 1, again: false, help: false },
      until: new Date('2030-05-05T00:00:00.000Z'),
    })
  })

  for (const [args, problem] of [
    [['--orders', 'many'], '--orders is "many"'],
    [['--products', '0'], '--products is 0, but it has to be from 1'],
    [['--months', '121'], 'from 1 to 120'],
    [['--until', '2030-05-06T00:00:00Z'], 'yet to come'],
    [['--until', 'today'], '--until is "today"'],
    [['more'], 'no argument "more"'],
    [['--shops', '2'], "Unknown option '--shops'"],
  ] as const) {
    it(`refuses ${args.join(' ')}`, () => {
      expect(() => read(...args)).to.throw(StartError, problem)
    })
  }

  it('draws the same shop for the same seed, and another one for another', () => {
    const sizes = { ...read(), products: 40, orders: 60 }
    const drawn = (seed: number): unknown => {
      const plan = planShop({ ...sizes, seed })
      const orders = Array.from({ length: 60 }, (_, number) => {
        const { chance, ...order } = plan.order(number)
        return { ...order, next: chance.next() }
      })
      return { products: plan.products, customers: plan.customers, orders }
    }
    expect(drawn(1)).to.deep.equal(drawn(1))
    expect(drawn(1)).not.to.deep.equal(drawn(2))
  })

  it('plans as many orders as it was asked for, each on its day', () => {
    const plan = planShop({ ...read(), products: 40, orders: 500 })
    expect(plan.days.reduce((sum, { orders }) => sum + orders, 0)).to.equal(500)
    for (const { begins, first, orders } of plan.days) {
      for (let number = first; number < first + orders; number += 1) {
        const at = plan.order(number).placedAt.getTime() - begins.getTime()
        expect(at).to.be.within(0, 24 * 60 * 60 * 1_000 - 1)
      }
    }
  })
})
