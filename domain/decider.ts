/**
 * An aggregate as a decider (Jérémie Chassaing, "Functional Event Sourcing Decider"): what it is before anything happened,
 * how an event changes it, and what a command makes happen. All three are pure.
 */
export interface Decider<State, Command, Event, Rejection> {
  readonly initial: State
  readonly evolve: (state: State, event: Event) => State
  readonly decide: (command: Command, state: State) => Decision<Event, Rejection>
}

/** Accepted without events: what the command asks for is already so. */
export type Decision<Event, Rejection> =
  | { readonly accepted: true; readonly events: readonly Event[] }
  | { readonly accepted: false; readonly rejection: Rejection }

export const accept = <Event>(...events: Event[]): Decision<Event, never> => ({ accepted: true, events })

export const reject = <Rejection>(rejection: Rejection): Decision<never, Rejection> => ({
  accepted: false,
  rejection,
})

/** The state after `events`, oldest first. */
export const fold = <State, Event>(
  decider: Pick<Decider<State, never, Event, unknown>, 'initial' | 'evolve'>,
  events: Iterable<Event>,
): State => {
  let state = decider.initial
  for (const event of events) state = decider.evolve(state, event)
  return state
}
