import { expect } from 'chai'
import { checkpointTracker } from './checkpoint.ts'

const rules = { checkpointAfter: 2_000, minCheckpointCount: 2, maxCheckpointCount: 5 }

const tracking = (count: number, from?: number) => {
  const tracker = checkpointTracker(rules, from)
  const first = from === undefined ? 0 : from + 1
  const tracked = Array.from({ length: count }, (_, index) => tracker.track(first + index))
  return {
    tracker,
    tracked,
    settle: (...places: number[]) => {
      for (const place of places) tracker.settle(tracked[place - first]?.ordinal ?? -1)
    },
  }
}

describe('checkpoint tracker', () => {
  it('has nothing to write before anything is done', () => {
    const { tracker } = tracking(10)
    expect(tracker.due(0, true)).to.equal(undefined)
  })

  it('writes at once after the maximum count, whatever the time', () => {
    const { tracker, settle } = tracking(10)
    settle(0, 1, 2, 3)
    expect(tracker.due(0, false)).to.equal(undefined)
    settle(4)
    expect(tracker.due(0, false)).to.equal(4)
    settle(5, 6, 7, 8)
    expect(tracker.due(10_000, false)).to.equal(undefined)
    settle(9)
    expect(tracker.due(10_000, false)).to.equal(9)
  })

  it('writes after the minimum count when the clock asks and the last write is long enough ago', () => {
    const { tracker, settle } = tracking(10)
    settle(0)
    expect(tracker.due(0, true)).to.equal(undefined)
    settle(1)
    expect(tracker.due(0, false)).to.equal(undefined)
    expect(tracker.due(0, true)).to.equal(1)
    settle(2, 3)
    expect(tracker.due(1_999, true)).to.equal(undefined)
    expect(tracker.due(2_000, true)).to.equal(3)
    expect(tracker.due(9_000, true)).to.equal(undefined)
  })

  it('never writes for the time where the group is told not to', () => {
    const tracker = checkpointTracker({ ...rules, checkpointAfter: 0 }, undefined)
    tracker.skip(4, 40)
    expect(tracker.due(1e9, true)).to.equal(undefined)
    tracker.skip(1, 50)
    expect(tracker.due(1e9, true)).to.equal(50)
  })

  it('stays before the first message that is not settled, whatever is settled behind it', () => {
    const { tracker, settle } = tracking(10)
    settle(0, 1, 3, 4, 5, 6, 7, 8, 9)
    expect(tracker.due(0, true)).to.equal(1)
    expect(tracker.due(1e9, true)).to.equal(undefined)
    settle(2)
    expect(tracker.due(1e9, false)).to.equal(9)
  })

  it('moves on with events that are passed over, but not past one that waits', () => {
    const tracker = checkpointTracker(rules, undefined)
    tracker.skip(3, 300)
    const waiting = tracker.track(400)
    expect(waiting).to.include({ place: 400, previous: 300, sequence: 3 })
    tracker.skip(10, 1_400)
    expect(tracker.due(0, true)).to.equal(300)
    tracker.settle(waiting.ordinal)
    expect(tracker.due(0, false)).to.equal(1_400)
  })

  it('goes on from the checkpoint that it starts with', () => {
    const { tracker, tracked, settle } = tracking(6, 41)
    expect(tracked[0]?.previous).to.equal(41)
    expect(tracker.due(0, true)).to.equal(undefined)
    settle(42, 43)
    expect(tracker.due(0, true)).to.equal(43)
  })
})
