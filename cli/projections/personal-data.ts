import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { PersonalDataKeys } from '../../eventstore/personal-data/keys.ts'
import type { Environment } from '../../platform/config.ts'
import { openPersonalData } from '../start/personal-data.ts'
import { StartError } from '../start/start-error.ts'
import { dataDirectory, readValue } from './servers.ts'

/**
 * The keys of personal data that the shop of this database uses; undefined where it has never used any. Nothing is made here: a
 * tool that reads events without the keys would take what is encrypted for unreadable.
 *
 * @throws ConfigError for a variable that is wrong
 * @throws StartError where there are keys and no master key that opens them
 */
export const findPersonalData = async (
  env: Environment,
  pool: Pool,
  logger: Logger,
): Promise<PersonalDataKeys | undefined> => {
  const { rows } = await pool.query<{ tables: string | null }>(
    `SELECT to_regclass('shop.personal_data_keys')::text AS tables`,
  )
  if ((rows[0]?.tables ?? null) === null) return undefined
  const secrets = readValue(env, 'MASTER_KEY')
  const dataDir = dataDirectory(env)
  if (secrets !== undefined) {
    return openPersonalData({ masterKeys: { kind: 'given', secrets }, dataDir }, pool, logger)
  }
  const path = join(dataDir, 'master-key')
  try {
    await access(path)
  } catch (error) {
    throw new StartError(
      `Personal data in events is encrypted, and there is no master key in ${path}: set MASTER_KEY, or DATA_DIR to the shop's directory.`,
      { cause: error },
    )
  }
  return openPersonalData({ masterKeys: { kind: 'generated' }, dataDir }, pool, logger)
}
