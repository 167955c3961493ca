import type { ConnectedEventStore } from '../eventstore/connect.ts'
import { createLogger } from '../platform/logger.ts'
import { connectPostgres } from '../platform/postgres.ts'
import { allProjections } from '../projections/projections.ts'
import { readArguments, USAGE } from './projections/arguments.ts'
import { findPersonalData } from './projections/personal-data.ts'
import { run } from './projections/run.ts'
import { findServers } from './projections/servers.ts'
import { connectStore } from './start/connections.ts'
import { runProgram } from './start/program.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

await runProgram(async (signal) => {
  const args = readArguments(process.argv.slice(2), allProjections)
  if (args.command === 'help') {
    say(USAGE)
    return
  }
  const servers = await findServers(process.env)
  const logger = createLogger({ level: 'warn', format: 'pretty', destination: process.stderr })
  // a rebuild holds two connections and uses a few more side by side
  const pool = connectPostgres(servers.database, {
    applicationName: 'orderstream-projections-tool',
    logger,
    max: 8,
  })
  let store: ConnectedEventStore | undefined
  try {
    const keys = await findPersonalData(process.env, pool, logger)
    const server = { url: servers.eventStore, embeddedPort: undefined }
    ;({ store } = await connectStore(server, signal, logger, keys))
    await run({ store, pool, logger, signal, say, progress: process.stderr }, args)
  } finally {
    await Promise.all([pool.end(), store?.close()])
  }
})
