import { sqlMigration } from '../migration.ts'

/** A row without `status` is a claim: its command is being carried out until `lease_until`, or was broken off. */
export const idempotencyMigration = sqlMigration(
  '0003_shop_idempotency_keys',
  `create table shop.idempotency_keys (
    account_id text not null,
    route text not null,
    key text not null,
    fingerprint bytea not null,
    command_id uuid not null,
    claim_id uuid not null,
    lease_until timestamptz not null,
    status int,
    headers jsonb,
    body text,
    expires_at timestamptz not null,
    primary key (account_id, route, key),
    check ((status is null) = (headers is null) and (status is null) = (body is null))
  );
  create index idempotency_keys_by_expiry on shop.idempotency_keys (expires_at)`,
)
