import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { EventContract, EventContracts } from '../../domain/contract.ts'
import type { DomainEvent, StoredEvent } from '../../eventstore/types.ts'
import { contracts, forgetTypes, KINDS, type AnyDecider, type Deciders, type Kind } from '../kinds.ts'

/** The path does not lead to a domain that could stand in for ours. */
export class OtherDomainError extends Error {
  override readonly name = 'OtherDomainError'
}

/** Another version of the domain: how it folds and decides, and what shape it wants events in. */
export interface OtherDomain {
  readonly deciders: Deciders
  /** The event in the shape of the other domain. @throws OtherDomainError where it has none for it */
  readonly adapt: (kind: Kind, event: StoredEvent) => DomainEvent
}

const FOLDERS = {
  order: { folder: 'order', decider: 'orderDecider', contracts: 'orderContracts' },
  inventory: { folder: 'inventory-item', decider: 'inventoryItemDecider', contracts: 'inventoryContracts' },
  payment: { folder: 'payment', decider: 'paymentDecider', contracts: 'paymentContracts' },
  wallet: { folder: 'wallet', decider: 'walletDecider', contracts: 'walletContracts' },
} as const satisfies Record<Kind, object>

/**
 * Loads the domain at `path`: the folder `domain` of another checkout, or the checkout itself.
 * @throws OtherDomainError where there is none, or it can't be loaded
 */
export const loadDomain = async (path: string): Promise<OtherDomain> => {
  const root = await rootOf(resolve(path))
  const theirs = await Promise.all(
    KINDS.map(async (kind) => {
      const names = FOLDERS[kind]
      const decider = await exportOf(join(root, names.folder, 'decide.ts'), names.decider)
      const known = await exportOf(join(root, names.folder, 'events.ts'), names.contracts)
      if (!isDecider(decider)) throw new OtherDomainError(`${names.decider} in ${root} is no decider`)
      // what exports contracts under this name is trusted to: what does not fit fails when an event is read
      return [kind, { decider: forgetTypes(decider), contracts: known as EventContracts }] as const
    }),
  )
  const domain = Object.fromEntries(theirs) as Record<
    Kind,
    { decider: AnyDecider; contracts: EventContracts }
  >
  return {
    deciders: {
      order: domain.order.decider,
      inventory: domain.inventory.decider,
      payment: domain.payment.decider,
      wallet: domain.wallet.decider,
    },
    adapt: (kind, event) => adapted(domain[kind].contracts, kind, event),
  }
}

const rootOf = async (path: string): Promise<string> => {
  for (const candidate of [path, join(path, 'domain')]) {
    if (await isThere(join(candidate, 'order', 'decide.ts'))) return candidate
  }
  throw new OtherDomainError(`there is no order/decide.ts in ${path}, nor in its folder domain`)
}

const isThere = async (path: string): Promise<boolean> => {
  try {
    await stat(path)
    return true
  } catch {
    return false
  }
}

const exportOf = async (file: string, name: string): Promise<unknown> => {
  let module: unknown
  try {
    module = await import(pathToFileURL(file).href)
  } catch (error) {
    throw new OtherDomainError(
      `${file} can't be loaded: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    )
  }
  const found: unknown = typeof module === 'object' && module !== null ? Reflect.get(module, name) : undefined
  if (found !== undefined) return found
  throw new OtherDomainError(`${file} does not export ${name}`)
}

const isDecider = (value: unknown): value is AnyDecider =>
  typeof value === 'object' && value !== null && 'initial' in value && 'evolve' in value && 'decide' in value

const adapted = (theirs: EventContracts, kind: Kind, { type, data }: StoredEvent): DomainEvent => {
  const contract = theirs[type]
  const ours: EventContracts = contracts[kind]
  const version = ours[type]?.version ?? 1
  if (contract === undefined) throw new OtherDomainError(`${type} is not known to it`)
  if (contract.version < version) {
    throw new OtherDomainError(`${type} is known to it in version ${contract.version}, ours is ${version}`)
  }
  const parsed = contract.schema.safeParse(upcast(contract, data, version))
  if (parsed.success) return { type, data: parsed.data }
  throw new OtherDomainError(`${type} does not fit its contract`, { cause: parsed.error })
}

const upcast = ({ version, upcasters }: EventContract, data: unknown, from: number): unknown => {
  let current = data
  for (let step = from; step < version; step += 1) current = upcasters?.[step]?.(current) ?? current
  return current
}
