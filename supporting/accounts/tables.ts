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
