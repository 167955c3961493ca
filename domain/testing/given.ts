import { expect } from 'chai'
import type { EventContracts } from '../contract.ts'
import { fold, type Decider } from '../decider.ts'

export interface Outcome<Event, Rejection> {
  /** Exactly these events, in this order. */
  readonly thenEvents: (...events: readonly Event[]) => void
  /** Accepted, and nothing happens. */
  readonly thenNothing: () => void
  readonly thenRejected: (rejection: Rejection) => void
}

export interface Given<Command, Event, Rejection> {
  readonly when: (command: Command) => Outcome<Event, Rejection>
}

type Known<Event> = Event & { readonly type: string; readonly data: unknown }

/**
 * given(what happened).when(command).then…: events must fit their contracts, and neither decide nor evolve may change
 * what they are given.
 */
export const specification =
  <State, Command, Event, Rejection>(
    decider: Decider<State, Command, Known<Event>, Rejection>,
    contracts: EventContracts,
  ): ((...history: readonly Known<Event>[]) => Given<Command, Known<Event>, Rejection>) =>
  (...history) => ({
    when: (command) => {
      for (const event of history) fitsItsContract(contracts, event)
      const decision = decider.decide(frozen(command), frozen(fold(decider, frozen(history))))
      return {
        thenEvents: (...events) => {
          expect(decision).to.deep.equal({ accepted: true, events })
          for (const event of events) fitsItsContract(contracts, event)
          fold({ ...decider, initial: frozen(fold(decider, history)) }, events)
        },
        thenNothing: () => {
          expect(decision).to.deep.equal({ accepted: true, events: [] })
        },
        thenRejected: (rejection) => {
          expect(decision).to.deep.equal({ accepted: false, rejection })
        },
      }
    },
  })

/** As it is stored: what the schema gives back is what went in. */
export const fitsItsContract = (contracts: EventContracts, event: { type: string; data: unknown }): void => {
  expect(contracts[event.type]?.schema.parse(event.data), event.type).to.deep.equal(event.data)
}

/** Frozen as deep as it consists of plain objects and arrays; persistent maps guard themselves. */
export const frozen = <Value>(value: Value): Value => {
  if (Array.isArray(value) || isPlain(value)) {
    for (const part of Object.values(value)) frozen<unknown>(part)
    Object.freeze(value)
  }
  return value
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
