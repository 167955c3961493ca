import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js'
import { isLoopbackAddress, listen } from './http/port.ts'
import { gossipRoute } from './http/gossip.ts'
import { infoRoute } from './http/info.ts'
import { createRequestListener } from './http/requests.ts'
import { projectionsRoute } from './http/projections.ts'
import { statsRoute } from './http/stats.ts'
import { streamsRoute } from './http/streams.ts'
import { subscriptionsRoute } from './http/subscriptions.ts'
import { openLog, type NodeLog } from './log/log.ts'
import { persistentSubscriptionsService } from './persistent/service.ts'
import { addProjectionsService } from './projections/service.ts'
import { createProjections } from './projections/subsystem.ts'
import { addGossipService, type Member } from './services/gossip.ts'
import { addMonitoringService } from './services/monitoring.ts'
import { addOperationsService } from './services/operations.ts'
import type { Register } from './services/register.ts'
import { addServerFeaturesService } from './services/server-features.ts'
import { nodeStats, type NodeStats } from './stats.ts'
import { addStreamsService } from './streams/service.ts'
import { OPEN_ACCESS } from './users/access.ts'
import { createCatalogue } from './web/catalogue.ts'
import { createLiveTail } from './web/live.ts'
import { webRoute } from './web/routes.ts'

export interface NodeOptions {
  /** Where the node keeps its data; created where it is missing. */
  readonly dataDir?: string | undefined
  /** Keeps the data in memory, until the node is closed. Either this or `dataDir`. */
  readonly inMemory?: boolean | undefined
  /** Default: 127.0.0.1. */
  readonly host?: string | undefined
  /** 0, the default, takes a free one. */
  readonly port?: number | undefined
  /** Takes lines for a person who looks after the node. */
  readonly log?: ((line: string) => void) | undefined
  /** Milliseconds since the Unix epoch, by which events are dated and aged; default: the machine's clock. */
  readonly now?: (() => number) | undefined
  /** `none`: without system projections, whose service is unknown then. Default: `system`. */
  readonly runProjections?: 'none' | 'system' | undefined
  /** System projections that run where nobody has enabled or disabled them yet. Default: `$by_category`. */
  readonly startProjections?: readonly string[] | undefined
  /** Called when a client asks the node to shut down; by default it closes. */
  readonly onShutdown?: (() => void) | undefined
}

export interface EventStoreNode {
  readonly port: number
  /** For `EventStoreDBClient.connectionString`. */
  readonly connectionString: string
  readonly log: NodeLog
  /** Ends all calls, and resolves when all that was appended is on disk. */
  close(): Promise<void>
}

/** Largest message that is taken: as large as EventStoreDB takes, well above what one append may hold. */
const MAXIMUM_MESSAGE = 17 * 1024 * 1024
const CLOSING_TIME = 1000
/** Costs a link for each event, and is what others read most. */
export const DEFAULT_PROJECTIONS: readonly string[] = ['$by_category']

/**
 * Starts an event store node that serves EventStoreDB's gRPC services.
 *
 * @throws TypeError where it is not said whether data is kept in a directory or in memory
 * @throws DataDirectoryInUseError, LogDamagedError from the log; the system's error where the port is not to be had
 */
export async function startNode(options: NodeOptions): Promise<EventStoreNode> {
  const {
    dataDir,
    inMemory = false,
    host = '127.0.0.1',
    port: wantedPort = 0,
    log: report = () => undefined,
  } = options
  if ((dataDir === undefined) !== inMemory)
    throw new TypeError('A node has either a data directory or is in memory.')

  const log = openLog({
    directory: dataDir === undefined ? undefined : path.join(dataDir, 'log'),
    report,
    now: options.now,
  })
  const startTime = new Date()
  const instanceId = randomUUID()
  const definitions: ServiceDefinition[] = []
  const server = new Server({
    'grpc.max_receive_message_length': MAXIMUM_MESSAGE,
    'grpc.max_send_message_length': -1,
  })
  const register: Register = (definition, implementation) => {
    definitions.push(definition)
    server.addService(definition, implementation)
  }

  const persistent = persistentSubscriptionsService(log, {
    report: (error) => {
      report(String(error))
    },
  })
  register(persistent.definition, persistent.implementation)
  const closeStreams = addStreamsService(register, log)
  const projections =
    options.runProjections === 'none'
      ? undefined
      : createProjections(log, { enabled: options.startProjections ?? DEFAULT_PROJECTIONS, report })
  if (projections !== undefined) addProjectionsService(register, projections, () => Promise.resolve())
  const self = (): Member => ({ instanceId, host, port: port.port })
  const stats = (): NodeStats => nodeStats(log, startTime, port.connections)
  addGossipService(register, self)
  addMonitoringService(register, stats)
  addOperationsService(register, {
    shutdown: () => {
      if (options.onShutdown === undefined) void close()
      else options.onShutdown()
    },
    restartPersistentSubscriptions: () => {
      persistent.registry.restart()
    },
  })
  addServerFeaturesService(register, () => definitions)

  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  const access = OPEN_ACCESS
  const catalogue = createCatalogue(log)
  const live = createLiveTail(log)
  const web = createRequestListener({
    routes: [
      infoRoute({
        projections: projections !== undefined,
        authentication: access.hasUsers ? 'internal' : 'insecure',
        isReady: () => log.isWritable,
      }),
      gossipRoute(log, access, self),
      statsRoute(access, stats),
      streamsRoute(log, access),
      subscriptionsRoute(persistent.registry, access),
      ...(projections === undefined ? [] : [projectionsRoute(projections, access)]),
      webRoute(
        { log, registry: persistent.registry, projections, access, catalogue, startTime, dataDir },
        live,
      ),
    ],
    access,
    secure: false,
    onLoopback: isLoopbackAddress(host),
    report,
  })
  const port = await listen(host, wantedPort, injector, web).catch(async (error: unknown) => {
    await projections?.close()
    await persistent.close()
    await log.close()
    throw error
  })

  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= closeAll())
  async function closeAll(): Promise<void> {
    const portClosed = port.close()
    closeStreams()
    live.close()
    await projections?.close()
    await persistent.close()
    injector.drain(CLOSING_TIME)
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => {
        server.forceShutdown()
        resolve()
      }, CLOSING_TIME)
      server.tryShutdown(() => {
        clearTimeout(force)
        resolve()
      })
    })
    injector.destroy()
    port.destroyAll()
    await portClosed
    await log.close()
  }

  return {
    port: port.port,
    connectionString: `esdb://${host.includes(':') ? `[${host}]` : host}:${port.port}?tls=false`,
    log,
    close,
  }
}
