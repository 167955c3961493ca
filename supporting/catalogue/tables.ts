import type { Migration } from '../../platform/postgres.ts'
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

/** Slugs and the order among siblings; a version that counts changes. */
export const categoryTreeMigration = sqlMigration(
  '0007_shop_category_tree',
  `alter table shop.categories
    add column slug text,
    add column position integer not null default 0,
    add column version integer not null default 1,
    add column updated_at timestamptz;
  update shop.categories set slug = id, updated_at = created_at;
  update shop.categories as c set position = numbered.place from (
    select id, row_number() over (partition by parent_id order by name, id) - 1 as place from shop.categories
  ) as numbered where numbered.id = c.id;
  alter table shop.categories
    alter column slug set not null,
    alter column updated_at set not null,
    add constraint categories_slug_unique unique (slug),
    add constraint categories_not_own_parent check (parent_id <> id);
  create index categories_by_parent on shop.categories (parent_id, position)`,
)

/**
 * What a search looks at: words without case and accents, as they stand and as English stems. `search_words` are all words that were
 * ever in the catalogue, to find the one that was meant. Prices are kept for good, also of products that are gone.
 */
const SEARCH = `
  create function shop.searchable(text) returns text language sql immutable parallel safe strict
    return lower(regexp_replace(normalize($1, nfkd), '[\\u0300-\\u036f]', '', 'g'));
  alter table shop.products
    add column version integer not null default 1,
    add column search tsvector not null generated always as (
      setweight(to_tsvector('simple', shop.searchable(replace(sku, '-', ' ') || ' ' || name)), 'A') ||
      setweight(to_tsvector('english', shop.searchable(name)), 'B') ||
      setweight(to_tsvector('simple', shop.searchable(description)), 'C') ||
      setweight(to_tsvector('english', shop.searchable(description)), 'D')
    ) stored;
  create index products_by_words on shop.products using gin (search);
  create index products_by_price on shop.products (price_amount, id) where active;
  create index products_by_age on shop.products (created_at, id) where active;

  create table shop.search_words (word text collate "C" primary key);
  create index search_words_alike on shop.search_words using gin (word gin_trgm_ops);
  create function shop.learn_words() returns trigger language plpgsql as $$
  begin
    insert into shop.search_words (word)
      select lexeme from unnest(tsvector_to_array(to_tsvector('simple',
        shop.searchable(replace(new.sku, '-', ' ') || ' ' || new.name || ' ' || new.description)))) as lexeme
      where char_length(lexeme) between 3 and 40
      order by lexeme
      on conflict do nothing;
    return null;
  end $$;
  create trigger learn_words after insert or update of sku, name, description on shop.products
    for each row execute function shop.learn_words();
  update shop.products set name = name;

  create table shop.prices (
    id bigint generated always as identity primary key,
    product_id text not null,
    amount bigint not null,
    currency text not null,
    changed_at timestamptz not null,
    actor_kind text not null,
    actor_id text not null
  );
  create index prices_by_product on shop.prices (product_id, id);
  insert into shop.prices (product_id, amount, currency, changed_at, actor_kind, actor_id)
    select id, price_amount, price_currency, created_at, 'system', 'catalogue' from shop.products order by id`

/** Bytes of images are elsewhere. A name stands in `unused_images` until a row refers to it, and again once none does any more. */
export const imagesMigration = sqlMigration(
  '0009_shop_product_images',
  `create table shop.product_images (
    id text primary key,
    product_id text not null references shop.products (id) on delete cascade,
    position integer not null,
    alt text not null,
    content_type text not null,
    bytes integer not null,
    width integer not null,
    height integer not null,
    digest text not null,
    created_at timestamptz not null
  );
  create index product_images_by_product on shop.product_images (product_id, position);
  create table shop.unused_images (
    name text primary key,
    since timestamptz not null
  );
  create index unused_images_by_age on shop.unused_images (since);
  create function shop.forget_image() returns trigger language plpgsql as $$
  begin
    insert into shop.unused_images (name, since) values (old.id, now()) on conflict do nothing;
    return null;
  end $$;
  create trigger forget_image after delete on shop.product_images
    for each row execute function shop.forget_image()`,
)

/** Postgres has no trigrams for this role, and the search needs them. */
export class TrigramsMissingError extends Error {
  override readonly name = 'TrigramsMissingError'

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(
      `the search needs the extension pg_trgm, which this role may not create (${reason}): have an administrator run ` +
        '"CREATE EXTENSION pg_trgm" in this database (it comes with the package postgresql-contrib), then start again',
      { cause },
    )
  }
}

/** @throws TrigramsMissingError where the extension is not there and can't be made */
export const searchMigration: Migration = {
  name: '0008_shop_catalogue_search',
  up: async (knex) => {
    try {
      await knex.raw('create extension if not exists pg_trgm')
    } catch (error) {
      throw new TrigramsMissingError(error)
    }
    await knex.raw(SEARCH)
  },
}
