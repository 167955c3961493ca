import type { Pool } from 'pg'
import { loadConfig, type Config } from '../platform/config.ts'
import { createLogger } from '../platform/logger.ts'
import { createMetrics } from '../platform/metrics.ts'
import { resumeByHand } from '../processes/index.ts'
import { createPasswords } from '../supporting/accounts/passwords.ts'
import { createProgressLine } from './projections/progress-line.ts'
import { readArguments, USAGE, type SeedArguments } from './seed/arguments.ts'
import { refuseRunningShop, refuseSeededShop } from './seed/refusals.ts'
import { seedShop } from './seed/seed-shop.ts'
import { createSimulatedTime } from './seed/simulated-time.ts'
import { createCommands } from './start/commands.ts'
import { connectPool, connectStore, migrateShop } from './start/connections.ts'
import { openPersonalData } from './start/personal-data.ts'
import { loadPricingRules } from './start/pricing.ts'
import { runProgram } from './start/program.ts'
import { holdDataDirectory, startDatabase, startEventStore } from './start/servers.ts'
import { runSystem, type System } from './start/system.ts'
import { outputTo } from './tools/output.ts'

const output = outputTo(process.stdout)
const logger = createLogger({ level: 'warn', format: 'pretty', destination: process.stderr })

/** The parts of a shop that a history needs: its servers and its commands, and nothing that goes on by itself. */
const seed = async (system: System, config: Config, args: SeedArguments): Promise<void> => {
  const began = performance.now()
  await holdDataDirectory(system, config)
  const [eventStore, database] = await Promise.all([
    startEventStore(system, config, logger),
    startDatabase(system, config, logger),
  ])
  await migrateShop(database, system.stopping, logger)
  const { pool } = await system.start('database', () => connectPool(database, config, 'seed', logger))
  await refuse(pool, args)
  const personalData = await openPersonalData(config, pool, logger)
  const { store } = await system.start('event store', () =>
    connectStore(eventStore, system.stopping, logger, personalData),
  )
  let events = 0
  const counted: typeof store = {
    ...store,
    append: async (stream, added, expected) => {
      const receipt = await store.append(stream, added, expected)
      events += added.length
      return receipt
    },
  }
  const time = createSimulatedTime()
  const { commands } = await createCommands({
    ...{ store: counted, pool, clock: time.clock, config, logger, metrics: createMetrics() },
    pricing: await loadPricingRules(config.pricingFile),
  })
  const line = createProgressLine(process.stderr)
  try {
    const { products, customers } = await seedShop(
      {
        ...{ pool, commands, time, passwords: await createPasswords(), signal: system.stopping },
        resume: (orderId) => resumeByHand({ ...commands, store }, orderId),
        onProgress: ({ phase, done, of }) => {
          const what = `${done.toLocaleString('en')} of ${of.toLocaleString('en')}`
          line.show({ phase, projections: [what], events, fraction: done / of })
        },
      },
      args,
    )
    line.end()
    const seconds = (performance.now() - began) / 1_000
    const count = (number: number, what: string): string => `${number.toLocaleString('en')} ${what}`
    await output.line(
      `${count(products.length, 'products')}, ${count(customers.length, 'customers')}, ${count(args.orders, 'orders')}: ${count(events, 'events')} in ${seconds.toFixed(1)} s.`,
    )
  } finally {
    line.end()
  }
}

const refuse = async (pool: Pool, { again }: SeedArguments): Promise<void> => {
  await refuseRunningShop(pool)
  if (!again) await refuseSeededShop(pool)
}

await runProgram(async (signal) => {
  const args = readArguments(process.argv.slice(2), new Date())
  if (args.help) return output.line(USAGE)
  const config = loadConfig(process.env)
  const done = new AbortController()
  await runSystem(
    { logger, stopMs: config.shutdownSeconds * 1_000, signal: AbortSignal.any([signal, done.signal]) },
    async (system) => {
      await seed(system, config, args)
      done.abort()
    },
  )
})
