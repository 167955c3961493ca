import type { EventContracts } from '../../domain/contract.ts'
import type { RecordReads } from '../../eventstore/read.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import { contracts, partsOf } from '../kinds.ts'
import type { PersonalView } from './replay.ts'

export interface PersonalDeps {
  readonly store: RecordReads
  /** Ids of those of the keys that were destroyed. */
  readonly erasedKeys: (keyIds: readonly string[]) => Promise<ReadonlySet<string>>
  /** Whether what is not erased is shown in clear. */
  readonly reveal: boolean
}

/** Shows of each field that holds personal data what it holds, or that it is encrypted, or erased. */
export const createPersonalView =
  ({ store, erasedKeys, reveal }: PersonalDeps): PersonalView =>
  async (event) => {
    const fields = personalFields(event)
    if (fields.length === 0) return {}
    let stored: unknown
    for await (const record of store.readRecords(event.stream, { from: event.revision })) {
      stored = record.data
      break
    }
    const shown = fields.map(async (field) => {
      const [clear, raw] = [memberOf(event.data, field), memberOf(stored, field)]
      const keyId = keyOf(raw)
      if (keyId === undefined) return [field, raw !== null && !reveal ? '(withheld)' : raw] as const
      if ((await erasedKeys([keyId])).has(keyId)) return [field, '(erased)'] as const
      return [field, reveal ? clear : '(encrypted)'] as const
    })
    return Object.fromEntries(await Promise.all(shown))
  }

const personalFields = ({ stream, type }: StoredEvent): readonly string[] => {
  const kind = partsOf(stream)?.kind
  if (kind === undefined) return []
  const known: EventContracts = contracts[kind]
  return known[type]?.personal?.fields ?? []
}

const memberOf = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
      value,
    )

/** Id of the key that a value is encrypted with; undefined where it is not. */
const keyOf = (value: unknown): string | undefined => {
  const key = memberOf(value, '$encrypted.key')
  return typeof key === 'string' ? key : undefined
}
