import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROLE } from '../../embedded/postgres/cluster.ts'

/** The address of the embedded Postgres of a shop that was started on `dataDir`, with `POSTGRES_PORT` set to `port`. */
export const embeddedDatabaseUrl = async (dataDir: string, port: number): Promise<string> => {
  const password = (await readFile(join(dataDir, 'postgres', 'password'), 'utf8')).trim()
  return `postgres://${ROLE}:${password}@127.0.0.1:${port}/${ROLE}`
}
