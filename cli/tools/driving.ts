import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import { systemClock } from '../../platform/clock.ts'
import { loadConfig, type Environment } from '../../platform/config.ts'
import { createMetrics } from '../../platform/metrics.ts'
import { resumeByHand, type Resumption } from '../../processes/index.ts'
import { createBookkeeping } from '../../projections/bookkeeping.ts'
import { inTransaction } from '../../platform/transaction.ts'
import { createCommands } from '../start/commands.ts'
import { loadPricingRules } from '../start/pricing.ts'
import { withServers } from './servers.ts'

/** What a tool works with that takes orders further. */
export interface DrivingTools {
  readonly store: ConnectedEventStore
  readonly pool: Pool
  /**
   * Takes an order as far as it goes, in this process, with the payment providers that `env` configures as for `npm start`. They are
   * opened when the first order needs them: a tool that only looks does without.
   */
  readonly resume: (orderId: string) => Promise<Resumption | undefined>
}

/** @throws StartError where a server or a key is not there @throws ConfigError for a variable that is wrong */
export const withDriving = (
  env: Environment,
  signal: AbortSignal,
  purpose: string,
  work: (tools: DrivingTools) => Promise<void>,
): Promise<void> =>
  withServers(env, signal, { purpose, personalData: 'kept' }, async ({ store, pool, logger }) => {
    await inTransaction(pool, createBookkeeping)
    let driving: ReturnType<typeof openDriving> | undefined
    const resume = async (orderId: string): Promise<Resumption | undefined> => {
      driving ??= openDriving(env, { store, pool, logger })
      return (await driving)(orderId)
    }
    await work({ store, pool, resume })
  })

const openDriving = async (
  env: Environment,
  tools: { readonly store: ConnectedEventStore; readonly pool: Pool; readonly logger: Logger },
): Promise<(orderId: string) => Promise<Resumption | undefined>> => {
  // no server of the shop is started: nothing that the API alone needs has to be set here
  const config = loadConfig({ ...env, ESDB_URL: undefined, DATABASE_URL: undefined })
  const pricing = await loadPricingRules(config.pricingFile)
  const options = { ...tools, config, pricing, clock: systemClock, metrics: createMetrics() }
  const { commands } = await createCommands(options)
  return (orderId) => resumeByHand({ ...commands, store: tools.store }, orderId)
}
