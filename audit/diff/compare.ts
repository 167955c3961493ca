import type { DomainEvent, StoredEvent } from '../../eventstore/types.ts'
import { deciders, isTypeOf, partsOf, type Kind } from '../kinds.ts'
import { decideAgain, inWords } from '../recall/recall.ts'
import { changesBetween, type Change } from '../replay/changes.ts'
import { OtherDomainError, type OtherDomain } from './other-domain.ts'

/** What would be otherwise with the other code. */
export type Difference =
  /** It can't read or fold an event that ours can. */
  | {
      readonly kind: 'event'
      readonly stream: string
      readonly revision: string
      readonly type: string
      readonly problem: string
    }
  /** A command that was carried out would be refused, or make other events. */
  | {
      readonly kind: 'decision'
      readonly stream: string
      readonly revision: string
      readonly type: string
      readonly problem: string
    }
  /** The same events come to another state. */
  | {
      readonly kind: 'state'
      readonly stream: string
      readonly revision: string
      readonly changes: readonly Change[]
    }

export interface Comparison {
  readonly take: (event: StoredEvent) => void
  /** To be asked once, after the last event: the states are compared then. */
  readonly finish: () => ComparisonResult
}

export interface ComparisonResult {
  readonly events: number
  readonly streams: number
  /** Events that not even the domain of today can fold: verify tells of them. Their streams are left out. */
  readonly skipped: number
  readonly differences: Readonly<Record<Difference['kind'], number>>
}

interface Entry {
  readonly kind: Kind
  revision: bigint
  ours: unknown
  theirs: unknown
  isOver: boolean
}

interface Group {
  readonly stream: string
  readonly commandId: string
  readonly entry: Entry
  readonly before: { readonly ours: unknown; readonly theirs: unknown }
  readonly events: StoredEvent[]
  readonly adapted: DomainEvent[]
}

/** Folds and decides history with both domains, side by side. @param tell told of each difference, as it is found */
export const createComparison = (other: OtherDomain, tell: (difference: Difference) => void): Comparison => {
  const streams = new Map<string, Entry>()
  const differences = { event: 0, decision: 0, state: 0 }
  let events = 0
  let skipped = 0
  let group: Group | undefined

  const add = (difference: Difference): void => {
    differences[difference.kind] += 1
    tell(difference)
  }

  const closeGroup = (): void => {
    if (group === undefined) return
    const { stream, entry, before, events: made, adapted } = group
    group = undefined
    const [first] = made
    if (first === undefined || entry.isOver) return
    const mine = decideAgain(deciders[entry.kind], entry.kind, made, before.ours)
    const theirs = decideAgain(other.deciders[entry.kind], entry.kind, adapted, before.theirs)
    if (theirs === undefined || (mine !== undefined && inWords(mine) === inWords(theirs))) return
    const { revision, type } = first
    add({ kind: 'decision', stream, revision: String(revision), type, problem: inWords(theirs) })
  }

  const entryOf = (stream: string, kind: Kind): Entry => {
    const known = streams.get(stream)
    if (known !== undefined) return known
    const { initial: ours } = deciders[kind]
    const { initial: theirs } = other.deciders[kind]
    const entry: Entry = { kind, revision: -1n, ours, theirs, isOver: false }
    streams.set(stream, entry)
    return entry
  }

  const take = (event: StoredEvent): void => {
    const { stream, type, metadata } = event
    if (group !== undefined && (group.stream !== stream || group.commandId !== metadata.commandId))
      closeGroup()
    const kind = partsOf(stream)?.kind
    if (kind === undefined || !isTypeOf(kind, type)) return
    events += 1
    const entry = entryOf(stream, kind)
    if (entry.isOver) return
    const before = { ours: entry.ours, theirs: entry.theirs }
    try {
      entry.ours = deciders[kind].evolve(entry.ours, event)
    } catch {
      skipped += 1
      entry.isOver = true
      return
    }
    try {
      const adapted = other.adapt(kind, event)
      group ??= { stream, commandId: metadata.commandId, entry, before, events: [], adapted: [] }
      group.events.push(event)
      group.adapted.push(adapted)
      entry.theirs = other.deciders[kind].evolve(entry.theirs, adapted)
      entry.revision = event.revision
    } catch (error) {
      entry.isOver = true
      const problem = error instanceof Error ? error.message : String(error)
      const how = error instanceof OtherDomainError ? problem : `it can't be folded: ${problem}`
      add({ kind: 'event', stream, revision: String(event.revision), type, problem: how })
    }
  }

  return {
    take,
    finish: () => {
      closeGroup()
      for (const [stream, { ours, theirs, revision, isOver }] of streams) {
        if (isOver) continue
        const changes = changesBetween(plain(ours), plain(theirs))
        if (changes.length > 0) add({ kind: 'state', stream, revision: String(revision), changes })
      }
      return { events, streams: streams.size, skipped, differences }
    },
  }
}

/** Maps and sets, of whatever library, as plain data. */
const plain = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Map || isKeyed(value)) {
    return Object.fromEntries([...value.entries()].map(([key, member]) => [String(key), plain(member)]))
  }
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, plain)
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]))
}

/** A persistent map; a persistent set has entries as well, but no keys of its own. */
const isKeyed = (value: object): value is { entries: () => Iterable<[unknown, unknown]> } =>
  'toMap' in value && 'entries' in value && '@@__IMMUTABLE_KEYED__@@' in value
