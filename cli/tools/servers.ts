import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import { MasterKeyMissingError } from '../../eventstore/personal-data/master-keys.ts'
import { openKeyStore } from '../../eventstore/personal-data/key-store.ts'
import { withheldKeys } from '../../eventstore/personal-data/withheld.ts'
import { createLogger } from '../../platform/logger.ts'
import { connectPostgres } from '../../platform/postgres.ts'
import type { Environment } from '../../platform/config.ts'
import { findPersonalData } from '../projections/personal-data.ts'
import { findEventStore, findServers, masterKeysIn } from '../projections/servers.ts'
import { connectStore } from '../start/connections.ts'
import { StartError } from '../start/start-error.ts'

/** What a tool that reads works with. */
export interface ReadingTools {
  readonly store: ConnectedEventStore
  readonly logger: Logger
}

export interface ServerNeeds {
  /** What for: Postgres shows it as `orderstream-<purpose>`. */
  readonly purpose: string
  /** To the database, at most. Default 4. */
  readonly connections?: number
  /**
   * How personal data is read: `withheld` as if it were erased; `revealed` in clear, which needs the master key; `kept` as the shop
   * itself does, which needs it where the shop has any. Default `withheld`.
   */
  readonly personalData?: 'withheld' | 'revealed' | 'kept'
}

const toolLogger = (): Logger =>
  createLogger({ level: 'warn', format: 'pretty', destination: process.stderr })

/**
 * The event store alone, to read from: for tools that work where Postgres is away.
 * @throws StartError @throws ConfigError
 */
export const withEventStore = async <Result>(
  env: Environment,
  signal: AbortSignal,
  work: (tools: ReadingTools) => Promise<Result>,
): Promise<Result> => {
  const logger = toolLogger()
  const url = findEventStore(env)
  const { store } = await connectStore({ url }, signal, logger, withheldKeys)
  try {
    return await work({ store, logger })
  } finally {
    await store.close()
  }
}

/** The event store and the database. @throws StartError @throws ConfigError */
export const withServers = async <Result>(
  env: Environment,
  signal: AbortSignal,
  { purpose, connections = 4, personalData = 'withheld' }: ServerNeeds,
  work: (tools: ReadingTools & { readonly pool: Pool }) => Promise<Result>,
): Promise<Result> => {
  const logger = toolLogger()
  const servers = await findServers(env)
  const pool = connectPostgres(servers.database, {
    applicationName: `orderstream-${purpose}`,
    logger,
    max: connections,
  })
  try {
    const keys = await {
      withheld: () => withheldKeys,
      revealed: () => openKeys(env, pool),
      kept: () => findPersonalData(env, pool, logger),
    }[personalData]()
    const { store } = await connectStore({ url: servers.eventStore }, signal, logger, keys)
    try {
      return await work({ store, pool, logger })
    } finally {
      await store.close()
    }
  } finally {
    await pool.end()
  }
}

const openKeys = async (env: Environment, pool: Pool): ReturnType<typeof openKeyStore> => {
  try {
    return await openKeyStore({ pool, masterKeys: await masterKeysIn(env) })
  } catch (error) {
    if (!(error instanceof MasterKeyMissingError)) throw error
    throw new StartError(`--reveal needs the master key of this shop: ${error.message}.`, { cause: error })
  }
}
