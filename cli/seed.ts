import type { Pool } from 'pg'
import { loadConfig, type Config } from '../platform/config.ts'
import { createLogger } from '../platform/logger.ts'
import { createPasswords } from '../supporting/accounts/passwords.ts'
import { createProgressLine } from './projections/progress-line.ts'
import { readArguments, USAGE, type SeedArguments } from './seed/arguments.ts'
import { refuseRunningShop, refuseSeededShop } from './seed/refusals.ts'
import { seedShop, type SeedDeps } from './seed/seed-shop.ts'
import { connectPool, connectStore, migrateShop } from './start/connections.ts'
import { openPersonalData } from './start/personal-data.ts'
import { loadPricingRules } from './start/pricing.ts'
import { runProgram } from './start/program.ts'
import { StartError } from './start/start-error.ts'
import { holdDataDirectory, startDatabase, startEventStore } from './start/servers.ts'
import { runSystem, type System } from './start/system.ts'
import { outputTo } from './tools/output.ts'

const output = outputTo(process.stdout)
const logger = createLogger({ level: 'warn', format: 'pretty', destination: process.stderr })

/** Hundreds of appends are under way at once: none of them has to be quick. */
const PATIENCE_MS = 60_000

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
    connectStore(eventStore, system.stopping, logger, personalData, PATIENCE_MS),
  )
  const line = createProgressLine(process.stderr)
  try {
    const { reservationMinutes } = config
    const deps: SeedDeps = {
      ...{ pool, store, passwords: await createPasswords(), signal: system.stopping },
      ...{ pricing: await loadPricingRules(config.pricingFile), reservationMinutes },
      onProgress: ({ phase, done, of, events }) => {
        const what = `${done.toLocaleString('en')} of ${of.toLocaleString('en')}`
        line.show({ phase, projections: [what], events, fraction: done / of })
      },
    }
    // as a part that starts: the servers are not stopped before what is in hand is written
    const { plan, events } = await system.start('history', async () => ({
      ...(await seedShop(deps, args)),
      stop: () => Promise.resolve(),
    }))
    line.end()
    const seconds = (performance.now() - began) / 1_000
    const count = (number: number, what: string): string => `${number.toLocaleString('en')} ${what}`
    await output.line(
      `${count(plan.products.length, 'products')}, ${count(plan.customers.length, 'customers')}, ${count(args.orders, 'orders')}: ${count(events, 'events')} in ${seconds.toFixed(1)} s.`,
    )
  } catch (error) {
    line.end()
    if (system.stopping.aborted && error instanceof StartError) await output.line(error.message)
    throw error
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
