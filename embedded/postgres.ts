import { resolve } from 'node:path'
import type { Logger } from 'pino'
import { serverAccount } from './postgres/account.ts'
import { ensureLibraryLinks, findInstallation } from './postgres/binaries.ts'
import { clusterPath, openCluster, removeSockets, ROLE } from './postgres/cluster.ts'
import { PostgresPortInUseError } from './postgres/errors.ts'
import { freePort } from './postgres/free-port.ts'
import { stopOrphan } from './postgres/orphan.ts'
import { installationFor } from './postgres/reach.ts'
import { runServer } from './postgres/server.ts'
import type { Server } from './postgres/server.ts'

export { PostgresEndedError, PostgresPortInUseError, PostgresStartError } from './postgres/errors.ts'

export interface EmbeddedPostgresOptions {
  /** Directory of its own, made where it does not exist. Nobody else may start a Postgres on it at the same time. */
  readonly dataDir: string
  /** On loopback; 0 for any free one. */
  readonly port: number
  readonly logger: Logger
  readonly maxConnections?: number
  /** Default true. False is for tests: quicker, and a power cut loses data. */
  readonly durable?: boolean
  /** Whether its role may make more databases, for tests. Decided when the data directory is made. Default false. */
  readonly mayCreateDatabases?: boolean
  /** Where root keeps what the server's account can't reach otherwise: see reach.ts. */
  readonly commonPlace?: string
}

export interface EmbeddedPostgres extends Server {
  /** Of the product's database, with its password; by the Unix socket, where there is one. */
  readonly url: string
  readonly port: number
}

/**
 * Starts a real Postgres from the binaries that npm installed, as a process of its own that ends with this one,
 * however this one ends. What an earlier run left behind is cleared away first.
 *
 * @throws PostgresPortInUseError when another program has the port
 * @throws PostgresStartError when it can't run here; the message is one sentence for the person who started it
 */
export const startPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const { logger, maxConnections = 60, durable = true, mayCreateDatabases = false, commonPlace } = options
  const dataDir = resolve(options.dataDir)
  const account = await serverAccount(clusterPath(dataDir), logger)
  const installed = findInstallation()
  await ensureLibraryLinks(installed)
  const installation = account ? await installationFor(installed, account, commonPlace) : installed
  const { directory, password } = await openCluster({
    dataDir,
    installation,
    account,
    mayCreateDatabases,
    durable,
    commonPlace,
  })
  await stopOrphan(directory, logger)
  await removeSockets({ directory })
  const start = async (port: number): Promise<EmbeddedPostgres> => {
    const server = await runServer({
      installation,
      account,
      cluster: directory,
      port,
      maxConnections,
      durable,
      logger,
    })
    const url = new URL(`postgres://${ROLE}:${password}@127.0.0.1:${port}/${ROLE}`)
    // where statements come singly, each costs some 60 µs of CPU less than over loopback, both ends together
    if (server.socketDirectory !== undefined) url.searchParams.set('host', server.socketDirectory)
    return { ...server, url: url.href, port }
  }
  return options.port === 0 ? onFreePort(start) : start(options.port)
}

/** Postgres can't choose a port itself, and the one that was free may be taken before it is there. */
const onFreePort = async <Started>(start: (port: number) => Promise<Started>): Promise<Started> => {
  for (let attempts = 1; ; attempts++) {
    try {
      return await start(await freePort())
    } catch (error) {
      if (!(error instanceof PostgresPortInUseError) || attempts === 5) throw error
    }
  }
}
