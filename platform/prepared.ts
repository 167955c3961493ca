import { createHash } from 'node:crypto'
import type { QueryConfig } from 'pg'

const names = new Map<string, string>()

/**
 * A statement that each connection parses and plans once. For those whose text is one of a few: a connection keeps every one that it
 * has seen. What it reads must not change its columns while the program runs: Postgres refuses the statement then.
 *
 * Measured on the insert of an idempotency key: 195 µs of the server's CPU without, 112 µs with it; 86 and 64 µs of ours.
 */
export const prepared = (text: string, values: readonly unknown[]): QueryConfig => {
  let name = names.get(text)
  if (name === undefined) {
    // Postgres takes names of up to 63 bytes
    name = createHash('sha256').update(text).digest('base64url').slice(0, 32)
    names.set(text, name)
  }
  return { name, text, values: [...values] }
}
