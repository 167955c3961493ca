import type { Position } from '../eventstore/types.ts'

export type Outcome<State, Event, Rejection> =
  | {
      readonly accepted: true
      /** The aggregate after the command. */
      readonly state: State
      /** What was appended for it; empty where it was so already. */
      readonly events: readonly Event[]
      /** Up to here the stream has to be read to see the command done; undefined where it is empty. */
      readonly revision: bigint | undefined
      readonly position: Position | undefined
    }
  | { readonly accepted: false; readonly rejection: Rejection }
