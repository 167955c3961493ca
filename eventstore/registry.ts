import { z } from 'zod'
import { ContractViolationError } from './errors.ts'
import type { EventMetadata } from './types.ts'

/** What the door needs to know of an event type; the domain's contracts have this shape. */
export interface RegisteredContract {
  readonly version: number
  readonly schema: z.ZodType
  readonly upcasters?: Readonly<Record<number, (data: unknown) => unknown>>
}

export interface EventRegistry {
  /** @throws ContractViolationError where the type is unknown or the data does not fit its contract */
  readonly versionFor: (type: string, data: unknown) => number
  /** Data of the current version. @throws ContractViolationError as above, or where no upcaster leads there */
  readonly read: (type: string, data: unknown, schemaVersion: number) => unknown
  readonly types: readonly string[]
}

const Metadata = z.looseObject({
  $correlationId: z.string(),
  $causationId: z.string(),
  actor: z.object({ kind: z.enum(['customer', 'staff', 'service', 'system']), id: z.string() }),
  commandId: z.string(),
  schemaVersion: z.int().min(1),
  traceparent: z.string().exactOptional(),
})

/** @throws ContractViolationError */
export const readMetadata = (type: string, metadata: unknown): EventMetadata => {
  const parsed = Metadata.safeParse(metadata)
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

  const check = (type: string, contract: RegisteredContract, data: unknown): unknown => {
    const parsed = contract.schema.safeParse(data)
    if (!parsed.success) throw new ContractViolationError(type, z.prettifyError(parsed.error), parsed.error)
    return parsed.data
  }

  return {
    types: [...contracts.keys()],
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
      let current = data
      for (let version = schemaVersion; version < contract.version; version += 1) {
        current = contract.upcasters?.[version]?.(current)
      }
      return check(type, contract, current)
    },
  }
}
