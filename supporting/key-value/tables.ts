import { sqlMigration } from '../migration.ts'

/** Counters are not logged: they change with every request, and may begin anew after the server had to recover. */
export const keyValueMigration = sqlMigration(
  '0004_shop_key_values',
  `create table shop.key_values (
    key text primary key,
    value text not null,
    expires_at timestamptz not null
  );
  create index key_values_by_expiry on shop.key_values (expires_at);
  create unlogged table shop.counters (
    key text primary key,
    value bigint not null,
    expires_at timestamptz not null
  );
  create index counters_by_expiry on shop.counters (expires_at)`,
)
