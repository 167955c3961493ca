import type { Actor } from '../eventstore/types.ts'

/** Who wants it and why; it goes into the metadata of each event that comes of it. */
export interface CommandContext {
  readonly actor: Actor
  /** The request that all of it goes back to. */
  readonly correlationId: string
  /** Id of the event or request that caused the command. */
  readonly causationId: string
  /** The same id for the same wish: repeating it changes nothing. Event ids are derived from it. */
  readonly commandId: string
  readonly traceparent?: string | undefined
}
