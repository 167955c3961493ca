import type { Actor, StoredEvent } from '../eventstore/types.ts'

/** A step from one status to the next, and the event that made it. */
export interface Transition<Status extends string> {
  readonly status: Status
  readonly at: string
  /** The triggering event; `causationId` is the event or command that it goes back to. */
  readonly cause: { readonly type: string; readonly id: string; readonly causationId: string }
  readonly actor: Actor
}

/** A transition into `status`, caused by `event`. */
export const transition = <Status extends string>(
  status: Status,
  at: string,
  { type, id, metadata }: Pick<StoredEvent, 'type' | 'id' | 'metadata'>,
): Transition<Status> => ({
  status,
  at,
  cause: { type, id, causationId: metadata.$causationId },
  actor: metadata.actor,
})
