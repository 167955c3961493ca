/** A state as plain JSON data, and back: so that a long stream needs not be read from its start. */
export interface Snapshots<State> {
  readonly toSnapshot: (state: State) => unknown
  /** @throws ZodError where it is not a snapshot of such a state; the stream then has to be read */
  readonly fromSnapshot: (snapshot: unknown) => State
}
