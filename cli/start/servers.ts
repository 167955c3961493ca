import { join } from 'node:path'
import type { Logger } from 'pino'
import { startPostgres } from '../../embedded/postgres.ts'
import type { Config } from '../../platform/config.ts'
import { openDataDirectory } from './data-directory.ts'
import { startEventStoreNode } from './event-store-node.ts'
import type { System } from './system.ts'

/** A server that is there, ours or not. */
export interface Server {
  /** With credentials: not for the log. */
  readonly url: string
  /** Of the embedded server; undefined where one was named. */
  readonly embeddedPort: number | undefined
}

/** Holds the data directory, where anything embedded keeps its data there. */
export const holdDataDirectory = async (system: System, config: Config): Promise<void> => {
  if (config.eventStore.kind === 'external' && config.postgres.kind === 'external') return
  await system.start('data directory', () => openDataDirectory(config.dataDir))
}

export const startEventStore = async (system: System, config: Config, logger: Logger): Promise<Server> => {
  const { eventStore, dataDir } = config
  if (eventStore.kind === 'external') return { url: eventStore.connectionString, embeddedPort: undefined }
  const node = await system.start('event store node', () =>
    startEventStoreNode({
      dataDir,
      port: eventStore.port,
      logger: logger.child({ room: 'eventstore-node' }),
    }),
  )
  return { url: node.connectionString, embeddedPort: node.port }
}

export const startDatabase = async (system: System, config: Config, logger: Logger): Promise<Server> => {
  const { postgres, dataDir } = config
  if (postgres.kind === 'external') return { url: postgres.url, embeddedPort: undefined }
  const server = await system.start('Postgres', () =>
    startPostgres({
      dataDir: join(dataDir, 'postgres'),
      port: postgres.port,
      logger: logger.child({ room: 'postgres' }),
    }),
  )
  return { url: server.url, embeddedPort: server.port }
}
