import { expect } from 'chai'
import { StartError } from '../start/start-error.ts'
import { readArguments } from './arguments.ts'

describe('arguments of load', () => {
  it('have defaults', () => {
    expect(readArguments([])).to.deep.equal({
      help: false,
      urls: ['http://127.0.0.1:3000'],
      rate: 50,
      durationMs: 60_000,
      warmUpMs: 5_000,
      mix: { paid: 90, declined: 5, cancelled: 5 },
      lines: { least: 1, most: 5 },
      hot: 0.2,
      follow: 0.2,
      seed: 1,
      json: false,
    })
  })

  it('are read', () => {
    const args =
      '--rate 200 --duration 1.5m --warm-up 0s --mix paid=1,declined=1 --lines 2 --hot 0 --url https://shop.test/'
    expect(readArguments(args.split(' '))).to.deep.include({
      ...{ rate: 200, durationMs: 90_000, warmUpMs: 0, urls: ['https://shop.test'] },
      ...{ mix: { paid: 1, declined: 1, cancelled: 0 }, lines: { least: 2, most: 2 }, hot: 0 },
    })
  })

  const wrong: readonly (readonly [string, string])[] = [
    ['--rate fast', '--rate is fast, but it has to be a number from 0.1 to 10000.'],
    ['--rate 0', '--rate is 0, but'],
    ['--duration 60', '--duration is 60, but it has to be a time as 60s or 5m.'],
    ['--mix paid', '--mix has "paid", but it has to be KIND=N with paid, declined, cancelled.'],
    ['--mix lost=3', '--mix has "lost=3"'],
    ['--mix paid=0', '--mix leaves no order to be placed.'],
    ['--lines 5-1', '--lines is 5-1, but it has to be a range as 1-5, of 50 at most.'],
    ['--lines 0-1', '--lines is 0-1'],
    ['--hot 101', '--hot is 101, but it has to be a number from 0 to 100.'],
    ['--url localhost', '--url is localhost, but it has to be an address'],
    ['--speed 3', "Unknown option '--speed': see --help."],
  ]
  for (const [args, sentence] of wrong) {
    it(`refuse ${args}`, () => {
      expect(() => readArguments(args.split(' '))).to.throw(StartError, sentence)
    })
  }
})
