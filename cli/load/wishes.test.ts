import { expect } from 'chai'
import { readArguments } from './arguments.ts'
import { wishes, type Wish } from './wishes.ts'

const PRODUCTS = ['hot', 'a', 'b', 'c'] as const

const draw = (count: number, args: string): Wish[] => {
  const drawn = wishes(readArguments(args.split(' ')), PRODUCTS)
  return Array.from({ length: count }, () => drawn.next().value)
}

const share = (drawn: readonly Wish[], isSo: (wish: Wish) => boolean): number =>
  drawn.filter(isSo).length / drawn.length

describe('wishes of load', () => {
  it('are the same for the same seed', () => {
    expect(draw(50, '--seed 7')).to.deep.equal(draw(50, '--seed 7'))
    expect(draw(50, '--seed 7')).not.to.deep.equal(draw(50, '--seed 8'))
  })

  it('come at the rate that was asked for, at intervals of independent people', () => {
    const intervals = draw(20_000, '--rate 100').map(({ afterMs }) => afterMs)
    const mean = intervals.reduce((sum, ms) => sum + ms, 0) / intervals.length
    expect(mean).to.be.within(9.5, 10.5)
    // of an exponential distribution 1 - 1/e lies below the mean
    expect(intervals.filter((ms) => ms < mean).length / intervals.length).to.be.within(0.61, 0.65)
  })

  it('are mixed as asked', () => {
    const drawn = draw(10_000, '--mix paid=6,declined=3,cancelled=1 --follow 25')
    expect(share(drawn, ({ kind }) => kind === 'paid')).to.be.within(0.57, 0.63)
    expect(share(drawn, ({ kind }) => kind === 'declined')).to.be.within(0.27, 0.33)
    expect(share(drawn, ({ isFollowed }) => isFollowed)).to.be.within(0.22, 0.28)
  })

  it('have as many lines as asked, each product once', () => {
    for (const { items } of draw(1_000, '--lines 2-4')) {
      expect(items.length).to.be.within(1, 4)
      expect(new Set(items.map(({ productId }) => productId))).to.have.lengthOf(items.length)
    }
    expect(share(draw(1_000, '--lines 1 --hot 100'), ({ items }) => items[0]?.productId === 'hot')).to.equal(
      1,
    )
    expect(share(draw(1_000, '--lines 1 --hot 0'), ({ items }) => items[0]?.productId === 'hot')).to.equal(0)
  })
})
