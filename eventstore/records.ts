import type { RecordedEvent } from '@eventstore/db-client'
import { ContractViolationError } from './errors.ts'
import type { PersonalDataSeal } from './personal-data/seal.ts'
import type { Position, SubscriptionItem } from './types.ts'

/** An event as the store has it: not upcast, not checked, personal data encrypted. What an export and a browser show. */
export interface StoredRecord {
  readonly id: string
  readonly type: string
  readonly stream: string
  readonly revision: bigint
  /** Undefined where a server before 22.6 does not say it. */
  readonly position: Position | undefined
  readonly created: Date
  /** Bytes where it is no JSON. */
  readonly data: unknown
  readonly metadata: unknown
}

/** What a subscription to records brings, in the order of `$all`. */
export type RecordItem =
  | { readonly kind: 'record'; readonly event: StoredRecord & { readonly position: Position } }
  | Extract<SubscriptionItem, { kind: 'checkpoint' | 'caught_up' }>

export const recordOf = ({
  id,
  type,
  streamId: stream,
  revision,
  position,
  created,
  data,
  metadata,
}: RecordedEvent): StoredRecord => ({ id, type, stream, revision, position, created, data, metadata })

export interface RecordReader {
  tryDecode(records: readonly RecordedEvent[]): Promise<Extract<RecordItem, { kind: 'record' }>[]>
}

/** @param seal decrypts personal data whose key still exists; undefined: it stays as it is stored */
export const createRecordReader = (seal: PersonalDataSeal | undefined): RecordReader => ({
  tryDecode: async (records) => {
    const open = await seal?.opener(records)
    return records.map((record) => {
      const event = recordOf(record)
      const { position } = event
      if (position === undefined) {
        throw new ContractViolationError(record.type, 'the store did not give its position')
      }
      return { kind: 'record', event: { ...event, position, data: open ? opened(open, record) : event.data } }
    })
  },
})

/** What can't be decrypted, because it was tampered with or by another program, stays as it is. */
const opened = (open: (event: RecordedEvent) => unknown, record: RecordedEvent): unknown => {
  try {
    return open(record)
  } catch (error) {
    if (error instanceof ContractViolationError) return record.data
    throw error
  }
}
