import { expect } from 'chai'
import fc from 'fast-check'
import { isMap, isSet } from 'immutable'
import type { EventContracts } from '../contract.ts'
import { fold, type Decider } from '../decider.ts'
import type { Snapshots } from '../snapshot.ts'
import { fitsItsContract, frozen } from './given.ts'

type Recorded = { readonly type: string; readonly data: unknown }

export interface Laws<State, Command extends { readonly type: string }, Event extends Recorded, Rejection> {
  readonly decider: Decider<State, Command, Event, Rejection>
  readonly contracts: EventContracts
  readonly snapshots: Snapshots<State>
  readonly commands: fc.Arbitrary<Command>
  /** Fits a command to the state that it meets, where chance alone would seldom hit. */
  readonly aim?: (command: Command, state: State) => Command
  /** Where a course of commands begins. */
  readonly beginnings?: readonly (readonly Event[])[]
  /** A state as plain data, alike where two states mean the same. */
  readonly comparable?: (state: State) => unknown
  /** Commands of which each is a new deed, even where it looks like the one before. */
  readonly notIdempotent?: readonly Command['type'][]
  /** What must hold after every step; throws where it doesn't. */
  readonly invariant: (state: State, history: readonly Event[], before: State) => void
  readonly runs?: number
}

/** The laws that hold for any aggregate, and its own, over random courses of commands. */
export const itKeepsItsLaws = <
  State,
  Command extends { readonly type: string },
  Event extends Recorded,
  Rejection,
>({
  decider,
  contracts,
  snapshots,
  commands,
  aim = (command) => command,
  beginnings = [[]],
  comparable = plain,
  notIdempotent = [],
  invariant,
  runs = 300,
}: Laws<State, Command, Event, Rejection>): void => {
  const courses = fc.record({
    beginning: fc.constantFrom(...beginnings),
    commands: fc.array(commands, { maxLength: 40, size: 'max' }),
  })

  /** The history that a course of commands leaves; `step` sees each decision that was accepted. */
  const live = (
    course: { beginning: readonly Event[]; commands: readonly Command[] },
    step: (command: Command, state: State, history: readonly Event[], before: State) => void,
  ): void => {
    let history: readonly Event[] = course.beginning
    let state = frozen(fold(decider, history))
    for (const drawn of course.commands) {
      const command = frozen(aim(drawn, state))
      const decision = decider.decide(command, state)
      if (!decision.accepted) continue
      const before = state
      history = [...history, ...decision.events]
      state = frozen(fold({ ...decider, initial: state }, frozen(decision.events)))
      step(command, state, history, before)
    }
  }

  it('keeps its invariants after any course of commands', () => {
    fc.assert(
      fc.property(courses, (course) => {
        live(course, (_command, state, history, before) => {
          invariant(state, history, before)
        })
      }),
      { numRuns: runs },
    )
  })
  it('writes only what fits its contracts', () => {
    fc.assert(
      fc.property(courses, (course) => {
        let written: readonly Event[] = []
        live(course, (_command, _state, history) => {
          written = history
        })
        for (const event of written) fitsItsContract(contracts, event)
      }),
      { numRuns: runs },
    )
  })
  it('changes nothing when a command comes a second time', () => {
    fc.assert(
      fc.property(courses, (course) => {
        live(course, (command, state) => {
          if (notIdempotent.includes(command.type)) return
          expect(decider.decide(command, state)).to.deep.equal({ accepted: true, events: [] })
        })
      }),
      { numRuns: runs },
    )
  })
  it('is the same after a snapshot, and decides the same', () => {
    fc.assert(
      fc.property(courses, commands, (course, next) => {
        live(course, (_command, state) => {
          const restored = snapshots.fromSnapshot(JSON.parse(JSON.stringify(snapshots.toSnapshot(state))))
          expect(comparable(restored)).to.deep.equal(comparable(state))
          expect(decider.decide(next, restored)).to.deep.equal(decider.decide(next, state))
        })
      }),
      { numRuns: runs },
    )
  })
  it('is the same whether it is folded from the start or step by step', () => {
    fc.assert(
      fc.property(courses, (course) => {
        live(course, (_command, state, history) => {
          expect(comparable(fold(decider, history))).to.deep.equal(comparable(state))
        })
      }),
      { numRuns: Math.min(runs, 100) },
    )
  })
}

/** Persistent maps and sets as plain data, whatever the order in which they were filled. */
const plain = (value: unknown): unknown => {
  if (isMap(value)) return value.toJS()
  if (isSet(value)) return value.toArray().map(String).sort()
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]))
}
