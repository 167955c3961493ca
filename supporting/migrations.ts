import type { Migration } from '../platform/postgres.ts'
import { accountsMigration, sessionsMigration } from './accounts/tables.ts'
import {
  catalogueMigration,
  categoryTreeMigration,
  imagesMigration,
  searchMigration,
} from './catalogue/tables.ts'
import { idempotencyMigration } from './idempotency/tables.ts'
import { keyValueMigration } from './key-value/tables.ts'
import { mailMigration } from './mail/tables.ts'

/**
 * The schema `shop`, in order: what must outlive every rebuild of the read models. New steps are added at the end.
 */
export const shopMigrations: readonly Migration[] = [
  accountsMigration,
  catalogueMigration,
  idempotencyMigration,
  keyValueMigration,
  sessionsMigration,
  mailMigration,
  categoryTreeMigration,
  searchMigration,
  imagesMigration,
]
