// Starts a Postgres on the directory it is given, tells its process numbers, and lives until it is killed
// or is told to let go of it.
import { pino } from 'pino'
import { startPostgres } from '../../postgres.ts'

const [dataDir = ''] = process.argv.slice(2)
const server = await startPostgres({ dataDir, port: 0, logger: pino({ level: 'silent' }), durable: false })
const { pid, url } = server
process.send?.({ pid, url })
process.once('message', () => {
  server.unref()
  process.disconnect()
})
