import { expect } from 'chai'
import { rejection } from '../testing/rejection.ts'
import { inTurn } from './in-turn.ts'

describe('questions in turn', () => {
  let asked: string[][]
  /** Answers, or fails, the question that was asked first of those that are open. */
  let settle: ((error?: Error) => void)[]
  let ask: ReturnType<typeof inTurn<string>>

  beforeEach(() => {
    asked = []
    settle = []
    ask = inTurn<string>((ids) => {
      asked.push([...ids])
      return new Promise((resolve, reject) => {
        settle.push((error) => {
          if (error === undefined) resolve(new Map(ids.map((id) => [id, `${id}!`])))
          else reject(error)
        })
      })
    })
  })

  /** Settles open questions until `work` has come to its end. */
  const finish = async <T>(work: Promise<T>): Promise<T> => {
    const state = { isOver: false }
    const over = work.finally(() => {
      state.isOver = true
    })
    over.catch(() => undefined)
    while (!state.isOver) {
      settle.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    return over
  }
  const answersOf = (answers: readonly ReadonlyMap<string, string>[]): string[] =>
    answers.flatMap((each) => [...each.values()])

  it('are asked at once where nothing is being asked', async () => {
    expect(answersOf(await finish(ask(['a', 'b'])))).to.deep.equal(['a!', 'b!'])
    expect(answersOf(await finish(ask(['c'])))).to.deep.equal(['c!'])
    expect(asked).to.deep.equal([['a', 'b'], ['c']])
  })

  it('are collected while one is being asked, and asked together then', async () => {
    const questions = [ask(['a']), ask(['b']), ask(['c', 'b']), ask(['d'])]
    await finish(Promise.all(questions))
    expect(asked).to.deep.equal([['a'], ['b', 'c', 'd']])
  })

  it('are not asked again while the same is being asked', async () => {
    const questions = [ask(['a', 'b']), ask(['b']), ask(['b', 'c'])]
    const answers = await finish(Promise.all(questions))
    expect(asked).to.deep.equal([['a', 'b'], ['c']])
    expect(answers.map(answersOf)).to.deep.equal([
      ['a!', 'b!'],
      ['a!', 'b!'],
      ['a!', 'b!', 'c!'],
    ])
  })

  it('fail for those who have asked, not for those who come after', async () => {
    const failing = ask(['a'])
    const next = ask(['b'])
    settle.shift()?.(new RangeError('no'))
    await rejection(failing, RangeError)
    expect(answersOf(await finish(next))).to.deep.equal(['b!'])
  })
})
