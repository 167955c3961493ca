import { v4 as randomUuid, v7 as commandUuid } from 'uuid'
import { coalesced } from '../../platform/coalesce.ts'
import { prepared } from '../../platform/prepared.ts'
import { perDatabase, type Database } from '../database.ts'

/** Which request a key stands for: a client's keys mean nothing to another client or on another route. */
export interface IdempotentRequest {
  readonly accountId: string
  /** Method and route pattern. */
  readonly route: string
  readonly key: string
  /** Of all that the request asks for; see `fingerprintOf`. */
  readonly fingerprint: Buffer
}

export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The right to carry a request out. */
export interface Claim {
  readonly request: IdempotentRequest
  readonly claimId: string
  /**
   * The command's id, a UUID v7: the same for every attempt at this request, so that an attempt after one that was broken off between
   * its effect and its answer changes nothing and finds the effect of the first.
   */
  readonly commandId: string
}

export type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly claim: Claim }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  /** Another attempt holds the claim for at most `retryAfterMs` more. */
  | { readonly kind: 'in_flight'; readonly retryAfterMs: number }
  /** The key was used for something else. */
  | { readonly kind: 'mismatch' }

export interface IdempotencyOptions {
  /**
   * How long an attempt may take before another one may take over. One that takes longer does no harm: both carry out the same
   * command. Shorter, and whoever asks again after a crash waits less.
   */
  readonly leaseMs: number
  /** How long a key is remembered. */
  readonly keepMs: number
}

export const DEFAULT_IDEMPOTENCY: IdempotencyOptions = { leaseMs: 5_000, keepMs: 24 * 3_600_000 }

interface KeyRow {
  readonly same: boolean
  readonly status: number | null
  readonly headers: Record<string, string> | null
  readonly body: string | null
  readonly lease_left_ms: number
}

interface Wish extends IdempotencyOptions {
  readonly request: IdempotentRequest
  readonly claimId: string
}

/** Names a key among all. The parts hold no line break: the key is printable ASCII. */
const nameOf = ({ accountId, route, key }: IdempotentRequest): string => [accountId, route, key].join('\n')

/**
 * The claims of all who ask at the same time, in one statement; ids of the commands where there was something to be had. In the order
 * of their keys, so that two instances do not wait for each other.
 */
const claims = perDatabase((db) =>
  coalesced<Wish, string | undefined>(
    async (wishes) => {
      const rows = wishes.toSorted((a, b) => (nameOf(a.request) < nameOf(b.request) ? -1 : 1))
      const column = <Value>(valueOf: (wish: Wish) => Value): Value[] => rows.map(valueOf)
      const taken = await db.query<{ claim_id: string; command_id: string }>(
        prepared(CLAIM, [
          column(({ request }) => request.accountId),
          column(({ request }) => request.route),
          column(({ request }) => request.key),
          column(({ request }) => request.fingerprint),
          column(() => commandUuid()),
          column(({ claimId }) => claimId),
          column(({ leaseMs }) => leaseMs),
          column(({ keepMs }) => keepMs),
        ]),
      )
      const commands = new Map(taken.rows.map((row) => [row.claim_id, row.command_id]))
      return wishes.map(({ claimId }) => commands.get(claimId))
    },
    { keyOf: ({ request }) => nameOf(request) },
  ),
)

const CLAIM = `
  insert into shop.idempotency_keys as held
    (account_id, route, key, fingerprint, command_id, claim_id, lease_until, expires_at)
  select account_id, route, key, fingerprint, command_id, claim_id,
    now() + lease * interval '1 ms', now() + keep * interval '1 ms'
  from unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::uuid[], $6::uuid[], $7::float8[], $8::float8[])
    as wish (account_id, route, key, fingerprint, command_id, claim_id, lease, keep)
  on conflict (account_id, route, key) do update set
    fingerprint = excluded.fingerprint,
    command_id = case when held.expires_at <= now() then excluded.command_id else held.command_id end,
    claim_id = excluded.claim_id,
    lease_until = excluded.lease_until,
    expires_at = excluded.expires_at,
    status = null, headers = null, body = null
  where held.expires_at <= now()
    or (held.status is null and held.lease_until <= now() and held.fingerprint = excluded.fingerprint)
  returning claim_id, command_id`

/**
 * Claims a request. All instances go by the database's clock.
 *
 * The claim is one statement, so that of two at once only one gets it: it takes a key that is new or has expired, or whose
 * attempt was broken off (its lease ran out without an answer) if it asks for the same.
 */
export const claim = async (
  db: Database,
  request: IdempotentRequest,
  options: IdempotencyOptions = DEFAULT_IDEMPOTENCY,
): Promise<ClaimOutcome> => {
  const { accountId, route, key, fingerprint } = request
  const claimId = randomUuid()
  const commandId = await claims(db)({ ...options, request, claimId })
  if (commandId !== undefined) return { kind: 'claimed', claim: { request, claimId, commandId } }

  const { rows } = await db.query<KeyRow>(
    `select fingerprint = $4 as same, status, headers, body,
       greatest(0, extract(epoch from lease_until - now()) * 1000)::int as lease_left_ms
     from shop.idempotency_keys where account_id = $1 and route = $2 and key = $3`,
    [accountId, route, key, fingerprint],
  )
  const [held] = rows
  // Swept between the two statements: it was in flight or had just expired; the next try finds it free.
  if (held === undefined) return { kind: 'in_flight', retryAfterMs: 0 }
  if (!held.same) return { kind: 'mismatch' }
  const { status, headers, body } = held
  if (status === null || headers === null || body === null) {
    return { kind: 'in_flight', retryAfterMs: held.lease_left_ms }
  }
  return { kind: 'answered', answer: { status, headers, body } }
}

/** Keeps the answer of a claimed request. Where another attempt took over and has answered, that answer stands. */
export const settle = async (db: Database, claim: Claim, answer: StoredAnswer): Promise<void> => {
  // What carries a position is in the streams: if Postgres crashes before this is on its disk, the same command finds it done and
  // gives the same answer, so that nobody has to wait for the disk. A refusal is nowhere else.
  const isInStreams = answer.status < 300 && answer.headers['position'] !== undefined
  const { soon, durably } = settlements(db)
  await (isInStreams ? soon : durably)({ claim, answer })
}

interface Settlement {
  readonly claim: Claim
  readonly answer: StoredAnswer
}

/** The answers of all requests that end at the same time, in one statement. */
const settlements = perDatabase((db) => {
  const by = (statement: string) =>
    coalesced<Settlement, undefined>(
      async (settled) => {
        const rows = settled.toSorted((a, b) => (nameOf(a.claim.request) < nameOf(b.claim.request) ? -1 : 1))
        const column = <Value>(valueOf: (settlement: Settlement) => Value): Value[] => rows.map(valueOf)
        await db.query(
          prepared(statement, [
            column(({ claim }) => claim.request.accountId),
            column(({ claim }) => claim.request.route),
            column(({ claim }) => claim.request.key),
            column(({ claim }) => claim.commandId),
            column(({ answer }) => answer.status),
            column(({ answer }) => JSON.stringify(answer.headers)),
            column(({ answer }) => answer.body),
            column(({ claim }) => claim.request.fingerprint),
            column(({ claim }) => claim.claimId),
          ]),
        )
        return settled.map(() => undefined)
      },
      { keyOf: ({ claim }) => nameOf(claim.request) },
    )
  return { soon: by(SETTLE_SOON), durably: by(SETTLE) }
})

/**
 * An insert that always conflicts, as the key was claimed: so each row is found by the primary key, whatever plan was made when the
 * table was small. A key that was swept meanwhile comes back as one that has expired.
 */
const SETTLE = `
  insert into shop.idempotency_keys as held
    (account_id, route, key, command_id, status, headers, body, fingerprint, claim_id, lease_until, expires_at)
  select account_id, route, key, command_id, status, headers::jsonb, body, fingerprint, claim_id, now(), now()
  from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::bytea[], $9::uuid[])
    as settled (account_id, route, key, command_id, status, headers, body, fingerprint, claim_id)
  on conflict (account_id, route, key) do update set
    status = excluded.status, headers = excluded.headers, body = excluded.body
  where held.command_id = excluded.command_id and held.status is null`

/** For this statement's own transaction. */
const SETTLE_SOON = `${SETTLE} and (select set_config('synchronous_commit', 'off', true)) is not null`

/** Gives a claim back without an answer: the request may be tried again at once, with the same command id. */
export const release = async (db: Database, { request, claimId }: Claim): Promise<void> => {
  await db.query(
    `update shop.idempotency_keys set lease_until = now()
     where account_id = $1 and route = $2 and key = $3 and claim_id = $4 and status is null`,
    [request.accountId, request.route, request.key, claimId],
  )
}

/** Deletes keys whose time is over, at most `limit` of them. Returns how many. */
export const sweep = async (db: Database, limit = 10_000): Promise<number> => {
  const { rowCount } = await db.query(
    `delete from shop.idempotency_keys where ctid in
       (select ctid from shop.idempotency_keys where expires_at <= now() limit $1)`,
    [limit],
  )
  return rowCount ?? 0
}
