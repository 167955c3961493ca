import { sqlMigration } from '../migration.ts'

/** Prices are minor units. Names sort by the code points of `lower(name)`, which no change of the collation library moves. */
export const catalogueMigration = sqlMigration(
  '0002_shop_catalogue',
  `create table shop.categories (
    id text primary key,
    name text not null,
    parent_id text constraint categories_parent_exists references shop.categories (id),
    created_at timestamptz not null
  );
  create table shop.products (
    id text primary key,
    sku text not null constraint products_sku_unique unique,
    name text not null,
    description text not null,
    category_id text not null constraint products_category_exists references shop.categories (id),
    price_amount bigint not null check (price_amount between 0 and 9007199254740991),
    price_currency text not null check (price_currency ~ '^[A-Z]{3}$'),
    active boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    sort_name text collate "C" not null generated always as (lower(name)) stored
  );
  create index products_by_name on shop.products (sort_name, id) where active;
  create index products_by_category on shop.products (category_id, sort_name, id) where active`,
)
