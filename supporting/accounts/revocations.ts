import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Logger } from 'pino'

// Access tokens are good without a look at any store. What makes them bad before their time (new roles, a new password, an
// erased account) is rare, so that every instance can hold all of it.

/** Longer than any access token lasts. */
const MEMORY_MS = 3_600_000

/** When a revocation at `now` may be forgotten. */
export const revocationEnd = (now: Date): Date => new Date(now.getTime() + MEMORY_MS)

/** Part of a statement: revokes the access tokens of whom the part `changed` returns the id. All three are SQL. */
export const revoking = (isWanted: string, now: string, forgetAt: string): string => `revoked as (
  insert into shop.revocations (account_id, issued_before, forget_at)
  select id, ${now}::timestamptz, ${forgetAt}::timestamptz from changed where ${isWanted}
  on conflict (account_id) do update set issued_before = excluded.issued_before, forget_at = excluded.forget_at
)`

export interface Revocations {
  /** Whether a token of `accountId` that was given at `issuedAt` is good no more. */
  isRevoked(accountId: string, issuedAt: Date): boolean
  /** Reads them now, instead of within the next two seconds. */
  refresh(): Promise<void>
  stop(): Promise<void>
}

export interface RevocationsOptions {
  readonly pool: Pool
  readonly logger: Logger
  /** Default 2 s. */
  readonly pollMs?: number
}

/** Knows which tokens were revoked, up to `pollMs` late. Where Postgres is away it goes by what it knew last. */
export const startRevocations = async ({
  pool,
  logger,
  pollMs = 2_000,
}: RevocationsOptions): Promise<Revocations> => {
  let revoked: ReadonlyMap<string, Date> = new Map()
  const refresh = async (): Promise<void> => {
    const { rows } = await pool.query<{ account_id: string; issued_before: Date }>(
      'select account_id, issued_before from shop.revocations where forget_at > now()',
    )
    revoked = new Map(rows.map((row) => [row.account_id, row.issued_before]))
  }
  await refresh()

  const stopping = new AbortController()
  const poll = async (): Promise<void> => {
    for (;;) {
      await delay(pollMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
      if (stopping.signal.aborted) return
      await refresh().catch((error: unknown) => {
        logger.warn({ err: error }, 'revocations of access tokens can not be read')
      })
    }
  }
  const polling = poll()

  return {
    isRevoked: (accountId, issuedAt) => {
      const before = revoked.get(accountId)
      return before !== undefined && issuedAt < before
    },
    refresh,
    stop: async () => {
      stopping.abort()
      await polling
    },
  }
}

/** Deletes revocations whose time is over. Returns how many. */
export const sweepRevocations = async (pool: Pool): Promise<number> => {
  const { rowCount } = await pool.query('delete from shop.revocations where forget_at <= now()')
  return rowCount ?? 0
}
