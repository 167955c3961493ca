import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { StoreUnavailableError } from '../errors.ts'
import { withDeadline } from '../../platform/with-deadline.ts'
import { createKeyCache } from './key-cache.ts'
import type { DataKeyState, PersonalDataKeys } from './keys.ts'
import { makeDataKey, wrapKey } from './master-key.ts'
import { MasterKeyMissingError, masterWith, unwrapOne, type MasterKeys } from './master-keys.ts'
import { rewrapKeys } from './rewrap.ts'

/** The customers' keys in Postgres. */
export interface PersonalDataKeyStore extends PersonalDataKeys {
  /**
   * Destroys a customer's key, for good: what it has encrypted counts as null from then on, and personal data of this customer that
   * comes later is stored as null. Instances that hold the key in memory forget it within a minute.
   * @throws StoreUnavailableError where it is not known whether it was done; it can be asked for again
   */
  eraseCustomer(customerId: string): Promise<void>
  /**
   * Wraps with the first master key whatever another one has wrapped. Any number of instances may do so at once.
   * @returns how many keys were wrapped anew
   */
  rewrap(): Promise<number>
}

export interface KeyStoreOptions {
  readonly pool: Pool
  readonly masterKeys: MasterKeys
  /** Milliseconds, for the age of what is held in memory; default: the machine's monotonic clock. */
  readonly now?: () => number
}

interface Row {
  readonly customer_id: string
  readonly key_id: string
  readonly master_key: string | null
  readonly wrapped_key: Buffer | null
}

const COLUMNS = 'customer_id, key_id, master_key, wrapped_key'

/** For those who have no key yet one is made. Who has one is only read, unless two make it at the same moment. */
const GET_OR_MAKE = `
  with asked as (
    select * from unnest($1::text[], $2::uuid[], $3::bytea[]) as asked (customer_id, key_id, wrapped_key)
  ), known as (
    select ${COLUMNS} from shop.personal_data_keys where customer_id = any ($1)
  ), made as (
    insert into shop.personal_data_keys (customer_id, key_id, master_key, wrapped_key)
    select customer_id, key_id, $4, wrapped_key from asked
    where customer_id not in (select customer_id from known)
    order by customer_id
    on conflict (customer_id) do update set customer_id = excluded.customer_id
    returning ${COLUMNS}
  )
  select ${COLUMNS} from known union all select ${COLUMNS} from made`

const ERASE = `
  insert into shop.personal_data_keys as kept (customer_id, key_id, erased_at) values ($1, $2, now())
  on conflict (customer_id) do update
    set wrapped_key = null, master_key = null, erased_at = coalesce(kept.erased_at, now())
  returning key_id`

/**
 * The keys in the database of `pool`.
 * @throws MasterKeyMissingError where a key there was wrapped by none of `masterKeys`
 */
export const openKeyStore = async (options: KeyStoreOptions): Promise<PersonalDataKeyStore> => {
  const { pool, masterKeys, now } = options
  const [current] = masterKeys
  const cache = createKeyCache(
    {
      forCustomers: (customerIds) => surely(fetchOrMake(customerIds)),
      byId: (keyIds) => surely(fetchById(keyIds)),
    },
    now,
  )
  await refuseMissing(pool, masterKeys)

  /** Remembers what was read; a key that was tampered with is as good as none. */
  const statesIn = (rows: readonly Row[]): (readonly [Row, DataKeyState])[] =>
    rows.flatMap((row) => {
      const state = stateOf(masterKeys, row)
      if (state === undefined) return []
      cache.put(row.customer_id, row.key_id, state)
      return [[row, state] as const]
    })

  const fetchOrMake: PersonalDataKeys['forCustomers'] = async (customerIds) => {
    const made = customerIds.map((customerId) => {
      const key = makeDataKey(randomUUID())
      return { id: key.id, wrapped: wrapKey(current, key, customerId) }
    })
    const { rows } = await pool.query<Row>({
      name: 'personal-data-keys-of-customers',
      text: GET_OR_MAKE,
      values: [customerIds, made.map(({ id }) => id), made.map(({ wrapped }) => wrapped), current.id],
    })
    return new Map(statesIn(rows).map(([row, state]) => [row.customer_id, state]))
  }

  const fetchById: PersonalDataKeys['byId'] = async (keyIds) => {
    const { rows } = await pool.query<Row>({
      name: 'personal-data-keys-by-id',
      text: `select ${COLUMNS} from shop.personal_data_keys where key_id = any ($1::uuid[])`,
      values: [keyIds],
    })
    return new Map(statesIn(rows).map(([row, state]) => [row.key_id, state]))
  }

  return {
    forCustomers: cache.forCustomers,
    byId: cache.byId,
    eraseCustomer: async (customerId) => {
      const { rows } = await surely(pool.query<{ key_id: string }>(ERASE, [customerId, randomUUID()]))
      for (const row of rows) cache.put(customerId, row.key_id, 'erased')
    },
    rewrap: () => rewrapKeys(pool, masterKeys),
  }
}

const refuseMissing = async (pool: Pool, masterKeys: MasterKeys): Promise<void> => {
  const { rows } = await pool.query<{ id: string }>(
    'select distinct master_key as id from shop.personal_data_keys where master_key is not null',
  )
  for (const { id } of rows) masterWith(masterKeys, id)
}

/** @throws MasterKeyMissingError */
const stateOf = (masterKeys: MasterKeys, row: Row): DataKeyState | undefined => {
  const { master_key, wrapped_key } = row
  if (master_key === null || wrapped_key === null) return 'erased'
  try {
    return unwrapOne(masterKeys, { ...row, master_key, wrapped_key })
  } catch (error) {
    if (error instanceof MasterKeyMissingError) throw error
    return undefined
  }
}

const LIMIT_MS = 5_000

/** Without its keys an event can neither be written nor read: it is for the caller to come back, as when the store is away. */
const surely = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await withDeadline(LIMIT_MS, work)
  } catch (error) {
    throw new StoreUnavailableError('keys of personal data', error)
  }
}
