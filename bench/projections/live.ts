import { pino } from 'pino'
import { connectEventStore } from '../../eventstore/connect.ts'
import { connectPostgres } from '../../platform/postgres.ts'
import { startProjections } from '../../projections/index.ts'
import { registry } from './registry.ts'

// The projections of a shop and nothing else, so that what they cost can be told from the rest.

const logger = pino({ level: 'error' })
const pool = connectPostgres(process.env['DATABASE_URL'] ?? '', { applicationName: 'bench-live', logger })
const store = connectEventStore({
  connectionString: process.env['ESDB_URL'] ?? '',
  registry,
  logger,
})
const projections = await startProjections({ store, pool, logger })
const before = process.cpuUsage()
process.send?.('ready')
process.once('message', () => {
  const { user, system } = process.cpuUsage(before)
  process.send?.({ cpuMs: (user + system) / 1_000 })
  void projections
    .stop()
    .then(() => Promise.all([pool.end(), store.close()]))
    .then(() => {
      process.disconnect()
    })
})
