import { systemClock } from '../platform/clock.ts'
import { loadConfig } from '../platform/config.ts'
import type { Config } from '../platform/config.ts'
import { createLogger } from '../platform/logger.ts'
import { giveBackMemoryWhenIdle } from '../platform/idle-memory.ts'
import { createMetrics } from '../platform/metrics.ts'
import { resumeByHand } from '../processes/index.ts'
import { createPasswords } from '../supporting/accounts/passwords.ts'
import { createKeyRing } from '../supporting/accounts/signing-keys.ts'
import { postgresKeyValue } from '../supporting/key-value/postgres.ts'
import { redisKeyValue } from '../supporting/key-value/redis.ts'
import { openDemoShop, refuseExposedDemo } from './demo-shop.ts'
import { shopDeadLetters } from './dead-letters/letters.ts'
import { announce } from './start/announce.ts'
import { readArguments, USAGE } from './start/arguments.ts'
import type { Role } from './start/arguments.ts'
import { createCommands } from './start/commands.ts'
import { connectPool, connectStore, migrateShop } from './start/connections.ts'
import { startApi, startHealth } from './start/door.ts'
import { healthChecks } from './start/health.ts'
import { openImages } from './start/images.ts'
import { openPersonalData } from './start/personal-data.ts'
import { loadPricingRules } from './start/pricing.ts'
import { startProcessManagers } from './start/process-managers.ts'
import { runProgram } from './start/program.ts'
import { startReadModelsBeside, startReadModelsHere } from './start/read-models.ts'
import { redisOf } from './start/redis.ts'
import { holdDataDirectory, startEventStore, startDatabase } from './start/servers.ts'
import type { Shop } from './start/shop.ts'
import { loadSigningKeys } from './start/signing-key.ts'
import { runSystem } from './start/system.ts'
import type { System } from './start/system.ts'
import { readVersion } from './start/version.ts'
import type { Logger } from 'pino'

// clients of other services (Redis, S3, SMTP) are loaded by whoever opens them: by default there is none of them

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
  const health = healthChecks({ store, pool, redis })
  const version = await readVersion()
  const shop: Shop = {
    ...{ system, config, logger, metrics, clock, pool, store, keyValue, images },
    ...{ commands, resume, deadLetters, health },
  }

  // which part runs in which process. The embedded servers above have one each. Sagas and requests share this one: an order that was
  // just placed is in its memory when the next step is decided. Read models share nothing with them, and have the other core
  const isAlone = roles.size === 1
  if (roles.has('processes')) await startProcessManagers(shop)
  if (roles.has('projections') && isAlone) await startReadModelsHere(shop)
  if (roles.has('projections') && !isAlone) await startReadModelsBeside(shop, { eventStore, database })
  const door = roles.has('api')
    ? { api: await startApi(shop, { keys, passwords, personalData, payments, version }) }
    : { health: await startHealth(shop) }
  announce({ version, config, roles, eventStore, ...door }, logger)
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
