import type { DataKey } from './keys.ts'
import { unwrapKey, type MasterKey } from './master-key.ts'

/** The first one wraps new keys; the others can only unwrap. */
export type MasterKeys = readonly [MasterKey, ...MasterKey[]]

/** A master key that has wrapped customers' keys is not among those that are configured. */
export class MasterKeyMissingError extends Error {
  override readonly name = 'MasterKeyMissingError'
  readonly masterKeyId: string

  constructor(masterKeyId: string) {
    super(`Keys of personal data are wrapped by the master key ${masterKeyId}, which is not given`)
    this.masterKeyId = masterKeyId
  }
}

/** A customer's key as it stands in the database. */
export interface WrappedKey {
  readonly customer_id: string
  readonly key_id: string
  readonly master_key: string
  readonly wrapped_key: Buffer
}

/** @throws MasterKeyMissingError @throws Error where it was changed since it was wrapped */
export const unwrapOne = (masters: MasterKeys, row: WrappedKey): DataKey =>
  unwrapKey(masterWith(masters, row.master_key), row.wrapped_key, row.key_id, row.customer_id)

/** @throws MasterKeyMissingError */
export const masterWith = (masters: MasterKeys, id: string): MasterKey => {
  const master = masters.find((candidate) => candidate.id === id)
  if (master === undefined) throw new MasterKeyMissingError(id)
  return master
}
