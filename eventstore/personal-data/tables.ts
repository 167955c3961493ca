import type { Migration } from '../../platform/postgres.ts'

/**
 * One row a customer, also when the key is gone: it says then that there was one, and that there must be no other. The events hold
 * the ids of keys for good.
 */
export const personalDataMigration: Migration = {
  name: '0101_shop_personal_data_keys',
  up: async (knex) => {
    await knex.raw(`create table shop.personal_data_keys (
      customer_id text primary key,
      key_id uuid not null unique,
      master_key text,
      wrapped_key bytea,
      made_at timestamptz not null default now(),
      erased_at timestamptz,
      check ((wrapped_key is null) = (erased_at is not null)),
      check ((wrapped_key is null) = (master_key is null))
    )`)
  },
}
