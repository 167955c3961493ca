import type { KeyObject } from 'node:crypto'

/** A key that the personal data of one customer is encrypted with. */
export interface DataKey {
  /** UUID. */
  readonly id: string
  /** AES, 256 bits. */
  readonly secret: KeyObject
}

/** The key, or that it was destroyed. */
export type DataKeyState = DataKey | 'erased'

/** Where the keys of personal data are kept: one for each customer. */
export interface PersonalDataKeys {
  /**
   * The customers' keys, to encrypt with; who has none gets one. One round trip at most.
   * @throws StoreUnavailableError
   */
  readonly forCustomers: (customerIds: readonly string[]) => Promise<ReadonlyMap<string, DataKeyState>>
  /**
   * The keys with these ids, to decrypt with; ids that were never given to a key are left out. One round trip at most.
   * @throws StoreUnavailableError
   */
  readonly byId: (keyIds: readonly string[]) => Promise<ReadonlyMap<string, DataKeyState>>
}
