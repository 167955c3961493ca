import { pino } from 'pino'
import { createCommandHandler } from '../../commands/handle.ts'
import { connectEventStore } from '../../eventstore/connect.ts'
import { createSimulator } from '../../gateways/payments/simulator.ts'
import { intercept } from '../../gateways/payments/intercept.ts'
import { createProviders } from '../../gateways/payments/providers.ts'
import { openSimulatorLedger } from '../../gateways/payments/simulator-ledger.ts'
import { connectPostgres } from '../../platform/postgres.ts'
import { startProcesses } from '../../processes/index.ts'
import { registry } from '../../processes/testing/memory-books.ts'

/**
 * An instance of the process managers in a process of its own: `process-instance.ts <event store> <database> <message time-out in ms>`.
 * It says `paying <order>` when it asks for the money of one, and `settled <order>` when a wake-up of one is seen to.
 */
const [eventStoreUrl = '', databaseUrl = '', messageTimeoutMs = ''] = process.argv.slice(2)
const logger = pino({ level: 'silent' })
const say = (what: string): void => {
  process.stdout.write(`${what}\n`)
}
const pool = connectPostgres(databaseUrl, { applicationName: 'instance', logger })
const store = connectEventStore({ connectionString: eventStoreUrl, registry, logger })
const simulator = createSimulator(await openSimulatorLedger(pool), { slowMs: 250 })
const provider = intercept(simulator, (operation, { idempotencyKey }, call) => {
  if (operation === 'authorize') say(`paying ${idempotencyKey.replace('/authorize', '')}`)
  return call()
})
const running = startProcesses({
  ...{ store, logger, concurrency: 10, messageTimeoutMs: Number(messageTimeoutMs) },
  handler: createCommandHandler({ store }),
  now: () => new Date(),
  providers: createProviders({ prefix: 'sim_', provider }),
  onSettled: ({ stream }) => {
    say(`settled ${stream.slice('order-'.length)}`)
  },
})
process.once('SIGTERM', () => {
  void running
    .stop()
    .then(() => store.close())
    .then(() => pool.end())
})
