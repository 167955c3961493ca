import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js'
import { isLoopbackAddress, listen } from './http/port.ts'
import { gossipRoute } from './http/gossip.ts'
import { infoRoute } from './http/info.ts'
import { createRequestListener } from './http/requests.ts'
import { projectionsRoute } from './http/projections.ts'
import { statsRoute } from './http/stats.ts'
import { streamWritesRoute } from './http/stream-writes.ts'
import { streamsRoute } from './http/streams.ts'
import { subscriptionsRoute } from './http/subscriptions.ts'
import { openLog, type NodeLog } from './log/log.ts'
import { persistentSubscriptionsService } from './persistent/service.ts'
import { addProjectionsService } from './projections/service.ts'
import { createProjections } from './projections/subsystem.ts'
import { addGossipService, type Member } from './services/gossip.ts'
import { addMonitoringService } from './services/monitoring.ts'
import { addOperationsService, type NodeOperations } from './services/operations.ts'
import { checked, type Register } from './services/register.ts'
import { createScavenger } from './services/scavenger.ts'
import { addServerFeaturesService } from './services/server-features.ts'
import { nodeStats, type NodeStats } from './stats.ts'
import { addStreamsService } from './streams/service.ts'
import { checkExposure } from './exposure.ts'
import { adminRoute } from './http/admin.ts'
import { usersRoute } from './http/users.ts'
import { loadCertificate, type CertificateFiles } from './tls/certificate.ts'
import { createCallers } from './users/callers.ts'
import { addUsersService } from './users/service.ts'
import type { InitialPasswords } from './users/standard-users.ts'
import { openUsers, type AuthOptions } from './users/users.ts'
import { createSessions } from './web/sessions.ts'
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
  /** Asks callers who they are, and keeps streams to whom they are for. Default: everybody may do everything. */
  readonly auth?: AuthOptions | undefined
  /** Encrypts connections with this certificate. */
  readonly tls?: CertificateFiles | undefined
  /** Serves other machines without TLS or without `auth`, which is refused else. */
  readonly insecure?: boolean | undefined
  /** Bytes after which a new file of the log is begun. Default: 32 MiB. */
  readonly segmentLength?: number | undefined
  /** Milliseconds after which a silent client is asked whether it is still there. Default: 10,000, as in EventStoreDB. */
  readonly keepAliveInterval?: number | undefined
  /** Milliseconds in which it has to answer; its calls are ended else. Default: 10,000, as in EventStoreDB. */
  readonly keepAliveTimeout?: number | undefined
  /** Called when a client asks the node to shut down; by default it closes. */
  readonly onShutdown?: (() => void) | undefined
}

export interface EventStoreNode {
  readonly port: number
  /** For `EventStoreDBClient.connectionString`. */
  readonly connectionString: string
  readonly log: NodeLog
  /** Passwords that were made up for `admin` and `ops`, if any: to be shown to a person once. */
  readonly madePasswords: InitialPasswords
  /** Serves new connections with the certificate as it is now. @throws CertificateError */
  reloadCertificate(): void
  /** Paths of the gRPC methods that it serves. */
  readonly methods: readonly string[]
  /** Ends all calls, and resolves when all that was appended is on disk. */
  close(): Promise<void>
}

/** Largest message that is taken: as large as EventStoreDB takes, well above what one append may hold. */
const MAXIMUM_MESSAGE = 17 * 1024 * 1024
/** Milliseconds that calls get to end by themselves when the node closes; EventStoreDB gives them five seconds. */
const CLOSING_TIME = 1000
/** Calls at once on one connection, beyond which the client waits; a subscription is one as long as it lasts. */
const MOST_CALLS = 5000
const KEEP_ALIVE = 10_000
/** Costs a link for each event, and is what others read most. */
export const DEFAULT_PROJECTIONS: readonly string[] = ['$by_category']

/**
 * Starts an event store node that serves EventStoreDB's gRPC services.
 *
 * @throws TypeError where it is not said whether data is kept in a directory or in memory
 * @throws UnsafeExposureError where other machines could reach a node without passwords or encryption, and nobody said that
 *   this is wanted
 * @throws CertificateError where certificate or key can't be used
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

  const { auth, tls, insecure = false } = options
  const warnings = checkExposure({
    host,
    hasTls: tls !== undefined,
    hasAuth: auth !== undefined,
    insecure,
  })
  for (const warning of warnings) report(warning)
  const certificate = tls === undefined ? undefined : loadCertificate(tls)

  const log = openLog({
    directory: dataDir === undefined ? undefined : path.join(dataDir, 'log'),
    report,
    now: options.now,
    segmentLength: options.segmentLength,
  })
  const users = await openUsers(log, auth).catch(async (error: unknown) => {
    await log.close()
    throw error
  })
  const { access } = users
  const callers = createCallers(access)
  const startTime = new Date()
  const instanceId = randomUUID()
  const definitions: ServiceDefinition[] = []
  const server = new Server({
    'grpc.max_receive_message_length': MAXIMUM_MESSAGE,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': MOST_CALLS,
    'grpc.keepalive_time_ms': options.keepAliveInterval ?? KEEP_ALIVE,
    'grpc.keepalive_timeout_ms': options.keepAliveTimeout ?? KEEP_ALIVE,
    interceptors: callers.interceptors,
  })
  const register: Register = (definition, implementation) => {
    definitions.push(definition)
    server.addService(checked(definition), implementation)
  }

  const persistent = persistentSubscriptionsService(log, {
    authorize: (metadata, operation, stream) => {
      const identity = callers.identityOf(metadata)
      if (operation === 'process' && stream !== undefined) access.requireStream(identity, 'read', stream)
      return identity.name
    },
    report: (error) => {
      report(String(error))
    },
  })
  register(persistent.definition, persistent.implementation)
  const closeStreams = addStreamsService(register, log, access, callers)
  const projections =
    options.runProjections === 'none'
      ? undefined
      : createProjections(log, { enabled: options.startProjections ?? DEFAULT_PROJECTIONS, report })
  if (projections !== undefined) addProjectionsService(register, projections)
  addUsersService(register, users.store, access, callers)
  const self = (): Member => ({ instanceId, host, port: port.port })
  const stats = (): NodeStats => nodeStats(log, startTime, port.connections)
  const reloadCertificate = (): void => {
    if (tls !== undefined) port.useCertificate(loadCertificate(tls))
  }
  const scavenger = createScavenger(log, () => `${host}:${port.port}`, report)
  const operations: NodeOperations = {
    shutdown: () => {
      if (options.onShutdown === undefined) void close()
      else options.onShutdown()
    },
    restartPersistentSubscriptions: () => {
      persistent.registry.restart()
    },
    reloadConfiguration: reloadCertificate,
    scavenger,
  }
  addGossipService(register, self)
  addMonitoringService(register, stats)
  addOperationsService(register, operations)
  addServerFeaturesService(register, () => definitions)

  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  const catalogue = createCatalogue(log)
  const live = createLiveTail(log)
  const sessions = createSessions(Date.now)
  const web = createRequestListener({
    routes: [
      infoRoute({
        projections: projections !== undefined,
        authentication: access.hasUsers ? 'internal' : 'insecure',
        isReady: () => log.isWritable,
      }),
      gossipRoute(log, access, self),
      statsRoute(access, stats),
      streamWritesRoute(log, access),
      streamsRoute({ log, access }),
      subscriptionsRoute(persistent.registry, access),
      ...(projections === undefined ? [] : [projectionsRoute(projections, access)]),
      usersRoute(users.store, access),
      adminRoute(operations, access),
      webRoute(
        { log, registry: persistent.registry, projections, access, catalogue, scavenger, startTime, dataDir },
        live,
        sessions,
      ),
    ],
    access,
    sessions,
    secure: certificate !== undefined,
    onLoopback: isLoopbackAddress(host),
    report,
  })
  const port = await listen({ host, port: wantedPort, http2: injector, http1: web, certificate }).catch(
    async (error: unknown) => {
      await projections?.close()
      await persistent.close()
      await log.close()
      throw error
    },
  )

  await scavenger.endInterrupted()

  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= closeAll())
  async function closeAll(): Promise<void> {
    const portClosed = port.close()
    closeStreams()
    live.close()
    await scavenger.close()
    await projections?.close()
    await persistent.close()
    injector.drain(CLOSING_TIME)
    server.tryShutdown(() => undefined)
    // the last answers are on their way, and clients hang up when they have them
    let force: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      force = setTimeout(resolve, CLOSING_TIME)
    })
    await Promise.race([portClosed, patience])
    clearTimeout(force)
    server.forceShutdown()
    injector.destroy()
    port.destroyAll()
    await portClosed
    await log.close()
  }

  return {
    port: port.port,
    connectionString: `esdb://${host.includes(':') ? `[${host}]` : host}:${port.port}?tls=${certificate !== undefined}`,
    log,
    madePasswords: users.madePasswords,
    reloadCertificate,
    methods: definitions.flatMap((definition) => Object.values(definition).map(({ path: method }) => method)),
    close,
  }
}
