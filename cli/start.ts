import { createApi } from '../api/app.ts'
import { systemClock } from '../platform/clock.ts'
import { loadConfig } from '../platform/config.ts'
import type { Config } from '../platform/config.ts'
import { createLogger } from '../platform/logger.ts'
import { giveBackMemoryWhenIdle } from '../platform/idle-memory.ts'
import { createMetrics } from '../platform/metrics.ts'
import { startCartClearing } from '../processes/cart-clearing.ts'
import { resumeByHand, startDeadlines, startProcesses, startSweep } from '../processes/index.ts'
import { deadlineBook } from '../projections/deadlines/queries.ts'
import { forgetCustomer } from '../projections/forget-customer.ts'
import { createOrderSignals } from '../projections/live/order-signals.ts'
import { createWaiting, projectionStatus, startProjections } from '../projections/index.ts'
import { allProjections } from '../projections/projections.ts'
import { standingOrders } from '../projections/sagas/queries.ts'
import { createCarts } from '../supporting/carts/carts.ts'
import { createPasswords } from '../supporting/accounts/passwords.ts'
import { createKeyRing } from '../supporting/accounts/signing-keys.ts'
import { postgresKeyValue } from '../supporting/key-value/postgres.ts'
import { redisKeyValue } from '../supporting/key-value/redis.ts'
import { startMailDelivery } from '../supporting/mail/outbox.ts'
import { openDemoShop, refuseExposedDemo } from './demo-shop.ts'
import { readArguments, USAGE } from './start/arguments.ts'
import type { Role } from './start/arguments.ts'
import { clearingIn } from './start/carts.ts'
import { createCommands } from './start/commands.ts'
import { connectPool, connectStore, migrateShop } from './start/connections.ts'
import { shopDeadLetters } from './dead-letters/letters.ts'
import { announce } from './start/announce.ts'
import { healthChecks, serveHealth } from './start/health.ts'
import { startHousekeeping } from './start/housekeeping.ts'
import { listen } from './start/listen.ts'
import { openImages } from './start/images.ts'
import { inboxOf, mailerOf } from './start/mail.ts'
import {
  deadlineCounter,
  measureDeadLetters,
  measureProjections,
  measureSagas,
  processCounter,
} from './start/metrics.ts'
import { openPersonalData } from './start/personal-data.ts'
import { loadPricingRules } from './start/pricing.ts'
import { runProgram } from './start/program.ts'
import { redisOf } from './start/redis.ts'
import { holdDataDirectory, startEventStore, startDatabase } from './start/servers.ts'
import { startProjectionsProcess } from './start/projections-process.ts'
import { loadSigningKeys } from './start/signing-key.ts'
import { runSystem } from './start/system.ts'
import type { Part, System } from './start/system.ts'
import { readVersion } from './start/version.ts'
import type { Logger } from 'pino'

/**
 * The map of the running system: what starts, in which order, and what waits for what. Whatever `system` starts is
 * stopped in the reverse order, however the end comes.
 */
const startAll = async (
  system: System,
  config: Config,
  roles: ReadonlySet<Role>,
  logger: Logger,
): Promise<void> => {
  const clock = systemClock
  const metrics = createMetrics()
  const pricing = await loadPricingRules(config.pricingFile)

  await system.start('idle memory', () => giveBackMemoryWhenIdle())

  // the servers: those that are named, else embedded ones, side by side
  await holdDataDirectory(system, config)
  const [eventStore, database] = await Promise.all([
    startEventStore(system, config, logger),
    startDatabase(system, config, logger),
  ])
  const keys = createKeyRing(await loadSigningKeys(config))

  // the ways to them
  await migrateShop(database, system.stopping, logger)
  const { pool } = await system.start('database', () => connectPool(database, config, 'api', logger))
  const personalData = await openPersonalData(config, pool, logger)
  const { store } = await system.start('event store', () =>
    connectStore(eventStore, system.stopping, logger, personalData),
  )
  const redis = await redisOf(system, config, logger)
  const { images } = await system.start('images', () => openImages(config, logger))
  const keyValue = redis ? redisKeyValue(redis) : postgresKeyValue(pool)

  // what is in the shop
  const { commands, payments } = await createCommands({
    ...{ store, pool, clock, pricing, config, logger, metrics },
  })
  const passwords = await createPasswords()
  if (config.demo === 'off') await refuseExposedDemo(pool, config.api.host)
  else await openDemoShop({ pool, commands, passwords, logger })

  const resume = (orderId: string): ReturnType<typeof resumeByHand> =>
    resumeByHand({ ...commands, store }, orderId)
  const deadLetters = shopDeadLetters({ store, pool, resume })

  // what goes on in it
  if (roles.has('processes')) {
    const processes = { ...commands, store, logger: logger.child({ room: 'processes' }) }
    await system.start('processes', () =>
      startProcesses({ ...processes, onSettled: processCounter(metrics) }),
    )
    await system.start('deadlines', () =>
      startDeadlines({ ...processes, book: deadlineBook(pool), onDeadline: deadlineCounter(metrics) }),
    )
    await system.start('sweep', () => startSweep({ ...processes, standing: standingOrders(pool) }))
    measureSagas(metrics, { ...processes, pool })
    measureDeadLetters(metrics, deadLetters, processes.logger)
    await system.start('cart clearing', () =>
      startCartClearing({
        ...{ store, handler: commands.handler, logger: logger.child({ room: 'processes' }) },
        clearCart: clearingIn(createCarts({ store: keyValue, now: () => clock.now() })),
      }),
    )
    await system.start('mail', () =>
      startMailDelivery({ pool, send: mailerOf(config, clock), logger: logger.child({ room: 'mail' }) }),
    )
    await system.start('housekeeping', () =>
      startHousekeeping({ pool, images, logger: logger.child({ room: 'housekeeping' }) }),
    )
  }
  if (roles.has('projections')) {
    const room = logger.child({ room: 'projections' })
    // alone, they need no process beside this one
    await system.start<Part>('projections', () =>
      roles.size > 1
        ? startProjectionsProcess({ eventStoreUrl: eventStore.url, databaseUrl: database.url, config })
        : startProjections({ store, pool, signal: system.stopping, logger: room }),
    )
    measureProjections(metrics, () => projectionStatus(pool, store), room)
  }

  // its door
  const health = healthChecks({ store, pool, redis })
  const version = await readVersion()
  if (!roles.has('api')) {
    const { url } = await system.start('health', () => serveHealth(health, metrics, config))
    announce({ version, config, roles, eventStore, health: url }, logger)
    return
  }
  const inbox = inboxOf(config, clock)
  const waiting = await system.start('waiting', () =>
    createWaiting({ pool, logger: logger.child({ room: 'api' }) }),
  )
  const signals = await system.start('signals of orders', () =>
    createOrderSignals({ store, logger: logger.child({ room: 'api' }) }),
  )
  const { url } = await system.start('API', async () =>
    listen(
      await createApi({
        ...{
          commands,
          pool,
          store,
          images,
          waiting,
          signals,
          passwords,
          keys,
          clock,
          health,
          version,
          metrics,
        },
        metricsAccess: config.metrics,
        keyValue,
        links: { shopFront: config.shopUrl ?? `http://${config.api.host}:${config.api.port}` },
        verifiers: payments.verifiers,
        resume,
        deadLetters,
        erasePersonalData: async (customerId) => {
          await personalData.eraseCustomer(customerId)
          // only now: what is projected from here on has none of it
          await forgetCustomer(pool, allProjections, customerId)
        },
        trustedProxies: config.api.trustedProxies,
        corsOrigins: config.api.corsOrigins,
        ...(config.api.rateLimits ? {} : { rateLimits: 'off' as const }),
        ...(inbox && { inbox }),
        logger: logger.child({ room: 'api' }),
      }),
      config.api,
    ),
  )
  await system.start('webhooks of payment providers', () => payments.startWebhooks(url))
  announce({ version, config, roles, eventStore, api: url }, logger)
}

await runProgram(async (signal) => {
  const { roles, help } = readArguments(process.argv.slice(2))
  if (help) {
    process.stdout.write(`${USAGE}\n`)
    return
  }
  const config = loadConfig(process.env)
  const format = config.log.format ?? (process.stdout.isTTY ? 'pretty' : 'json')
  const logger = createLogger({ level: config.log.level, format })
  await runSystem({ logger, stopMs: config.shutdownSeconds * 1_000, signal }, (system) =>
    startAll(system, config, roles, logger),
  )
})
