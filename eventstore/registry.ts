import { z } from 'zod'
import { ContractViolationError } from './errors.ts'
import type { EventMetadata } from './types.ts'

/** What the door needs to know of an event type; the domain's contracts have this shape. */
export interface RegisteredContract {
  readonly version: number
  readonly schema: z.ZodType
  /** `upcasters[n]` turns data of version n into data of version n + 1. */
  readonly upcasters?: Readonly<Record<number, (data: unknown) => unknown>>
  readonly personal?: PersonalFields
}

/** Which fields of an event are personal data, and of whom: paths in its data, as `address` or `contact.phone`. */
export interface PersonalFields {
  readonly subject: string
  readonly fields: readonly string[]
}

export interface EventRegistry {
  /** @throws ContractViolationError where the type is unknown or the data does not fit its contract */
  readonly versionFor: (type: string, data: unknown) => number
  /** Data of the current version. @throws ContractViolationError as above, or where no upcaster leads there */
  readonly read: (type: string, data: unknown, schemaVersion: number) => unknown
  /** Undefined where the type is unknown or holds no personal data. */
  readonly personalOf: (type: string) => PersonalFields | undefined
  readonly types: readonly string[]
}

/** What every event has beside its data. There may be more. */
export const metadataSchema = z.looseObject({
  $correlationId: z.string().describe('the request that all of it goes back to'),
  $causationId: z.string().describe('id of the event or command that caused this event'),
  actor: z
    .object({ kind: z.enum(['customer', 'staff', 'service', 'system']), id: z.string() })
    .describe('on whose behalf it was done'),
  commandId: z.string(),
  schemaVersion: z.int().min(1).describe("version of the event's contract that its data follows"),
  traceparent: z.string().exactOptional().describe('W3C trace context, where the request had one'),
})

/** @throws ContractViolationError */
export const readMetadata = (type: string, metadata: unknown): EventMetadata => {
  const parsed = metadataSchema.safeParse(metadata)
  if (!parsed.success) {
    throw new ContractViolationError(type, `metadata: ${z.prettifyError(parsed.error)}`, parsed.error)
  }
  return parsed.data
}

/**
 * All event types that this program reads and writes.
 * @throws ContractViolationError where two contracts share a name or an upcaster is missing
 */
export const createRegistry = (
  ...contractSets: readonly Readonly<Record<string, RegisteredContract>>[]
): EventRegistry => {
  const contracts = new Map<string, RegisteredContract>()
  for (const [type, contract] of contractSets.flatMap((set) => Object.entries(set))) {
    if (contracts.has(type)) throw new ContractViolationError(type, 'is registered twice')
    for (let version = 1; version < contract.version; version += 1) {
      if (contract.upcasters?.[version] === undefined) {
        throw new ContractViolationError(type, `has no upcaster from version ${version}`)
      }
    }
    contracts.set(type, contract)
  }

  const contractOf = (type: string): RegisteredContract => {
    const contract = contracts.get(type)
    if (contract === undefined) throw new ContractViolationError(type, 'no such event type is known')
    return contract
  }

  const upcast = (type: string, contract: RegisteredContract, data: unknown, from: number): unknown => {
    let current = data
    for (let version = from; version < contract.version; version += 1) {
      try {
        current = contract.upcasters?.[version]?.(current)
      } catch (cause) {
        throw new ContractViolationError(type, `can't be brought from version ${version} to the next`, cause)
      }
    }
    return current
  }

  const check = (type: string, contract: RegisteredContract, data: unknown): unknown => {
    const parsed = contract.schema.safeParse(data)
    if (!parsed.success) throw new ContractViolationError(type, z.prettifyError(parsed.error), parsed.error)
    return parsed.data
  }

  return {
    types: [...contracts.keys()],
    personalOf: (type) => contracts.get(type)?.personal,
    versionFor: (type, data) => {
      const contract = contractOf(type)
      check(type, contract, data)
      return contract.version
    },
    read: (type, data, schemaVersion) => {
      const contract = contractOf(type)
      if (schemaVersion > contract.version) {
        throw new ContractViolationError(type, `version ${schemaVersion} is newer than ${contract.version}`)
      }
      return check(type, contract, upcast(type, contract, data, schemaVersion))
    },
  }
}
