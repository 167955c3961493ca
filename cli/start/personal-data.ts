import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { openKeyStore, type PersonalDataKeyStore } from '../../eventstore/personal-data/key-store.ts'
import { KEY_BYTES, masterKeyOf } from '../../eventstore/personal-data/master-key.ts'
import { MasterKeyMissingError, type MasterKeys } from '../../eventstore/personal-data/master-keys.ts'
import type { Config } from '../../platform/config.ts'
import { keptOrMade } from './kept-file.ts'
import { StartError } from './start-error.ts'

type MasterKeyConfig = Pick<Config, 'masterKeys' | 'dataDir'>

/**
 * The keys of personal data. Where several master keys are given, all is wrapped by the first one when this resolves.
 * @throws StartError where no master key is to be had, or not the one that fits the database
 */
export const openPersonalData = async (
  config: MasterKeyConfig,
  pool: Pool,
  logger: Logger,
): Promise<PersonalDataKeyStore> => {
  const masterKeys = await loadMasterKeys(config)
  try {
    const keys = await openKeyStore({ pool, masterKeys })
    if (masterKeys.length > 1) {
      const anew = await keys.rewrap()
      logger.info({ anew }, 'keys of personal data are wrapped by the first master key: the others can go')
    }
    return keys
  } catch (error) {
    if (!(error instanceof MasterKeyMissingError)) throw error
    const source = config.masterKeys.kind === 'given' ? 'MASTER_KEY' : fileIn(config.dataDir)
    throw new StartError(
      `${source} is not the master key that personal data in the database was encrypted with: restore that one.`,
      { cause: error },
    )
  }
}

/** The configured ones, or on the embedded default one that is made at the first start and kept in the data directory. */
export const loadMasterKeys = async ({ masterKeys, dataDir }: MasterKeyConfig): Promise<MasterKeys> => {
  if (masterKeys.kind === 'given') {
    const [first, ...others] = masterKeys.secrets
    return [masterKeyOf(first), ...others.map(masterKeyOf)]
  }
  const path = fileIn(dataDir)
  const make = (): string => `${randomBytes(KEY_BYTES).toString('base64')}\n`
  return [masterKeyOf(secretIn(path, await keptOrMade(path, 'master key', make)))]
}

const fileIn = (dataDir: string): string => join(dataDir, 'master-key')

const secretIn = (path: string, text: string): Buffer => {
  const secret = Buffer.from(text.trim(), 'base64')
  if (secret.length === KEY_BYTES) return secret
  throw new StartError(`The master key ${path} can't be used: restore it.`)
}
