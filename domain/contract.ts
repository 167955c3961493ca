import type { z } from 'zod'

/**
 * The contract of one event type: the shape of its data as it is stored. A shape that was ever written is never changed in
 * an incompatible way: it gets the next version, and an upcaster that turns the version before into it.
 */
export interface EventContract<Schema extends z.ZodType = z.ZodType> {
  readonly version: number
  /** What has happened, in words: it is published with the schema. */
  readonly meaning: string
  readonly schema: Schema
  /** `upcasters[n]` turns data of version n into data of version n + 1. */
  readonly upcasters?: Readonly<Record<number, (data: unknown) => unknown>>
  /** Paths of fields that hold personal data; they are encrypted with the key of the customer whom `subject` names. */
  readonly personal?: { readonly subject: string; readonly fields: readonly string[] }
}

export type EventContracts = Readonly<Record<string, EventContract>>

/** The union of `{ type, data }` that a set of contracts describes. */
export type EventOf<Contracts extends EventContracts> = {
  [Type in keyof Contracts & string]: {
    readonly type: Type
    readonly data: z.output<Contracts[Type]['schema']>
  }
}[keyof Contracts & string]
