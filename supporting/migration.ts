import type { Migration } from '../platform/postgres.ts'

/** A migration in plain SQL. */
export const sqlMigration = (name: string, sql: string): Migration => ({
  name,
  up: async (knex) => {
    await knex.raw(sql)
  },
})
