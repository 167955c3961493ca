import { sqlMigration } from '../migration.ts'

/** E-mail addresses are stored as `normalizeEmail` leaves them, so that the unique index needs no function. */
export const accountsMigration = sqlMigration(
  '0001_shop_accounts',
  `create table shop.accounts (
    id text primary key,
    email text not null constraint accounts_email_unique unique,
    name text not null,
    password_hash text not null,
    roles text[] not null check (roles <@ array['customer', 'support', 'warehouse', 'admin']),
    email_verified_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
)

/**
 * Sessions that began before `sessions_from` are over. An erased account keeps its id, to which orders belong, and nothing else.
 * A revocation is forgotten when every access token that it concerns has expired.
 */
export const sessionsMigration = sqlMigration(
  '0005_shop_sessions',
  `alter table shop.accounts
    add column version int not null default 1,
    add column sessions_from timestamptz not null default 'epoch',
    add column erased_at timestamptz,
    alter column password_hash drop not null;
  create index accounts_by_creation on shop.accounts (created_at desc, id desc);
  create table shop.revocations (
    account_id text primary key,
    issued_before timestamptz not null,
    forget_at timestamptz not null
  );
  create table shop.service_accounts (
    id text primary key,
    name text not null constraint service_accounts_name_unique unique,
    secret_hash bytea not null,
    scopes text[] not null,
    created_at timestamptz not null,
    revoked_at timestamptz
  )`,
)
