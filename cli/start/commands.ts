import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { createCommandHandler } from '../../commands/handle.ts'
import { openSnapshotStore } from '../../commands/snapshot-store.ts'
import type { PlaceOrderDeps } from '../../commands/place-order.ts'
import type { PricingRules } from '../../domain/totals.ts'
import type { EventStore } from '../../eventstore/types.ts'
import { createProviders } from '../../gateways/payments/providers.ts'
import { resilient } from '../../gateways/payments/resilient.ts'
import { openSimulatorLedger } from '../../gateways/payments/simulator-ledger.ts'
import { createSimulator } from '../../gateways/payments/simulator.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Metrics } from '../../platform/metrics.ts'
import { conflictCounter, countCommands } from './metrics.ts'

export interface CommandOptions {
  readonly store: EventStore
  readonly pool: Pool
  readonly clock: Clock
  readonly pricing: PricingRules
  readonly reservationMinutes: number
  readonly logger: Logger
  readonly metrics: Metrics
}

/** What every command works with, whoever gives it. */
export const createCommands = async (options: CommandOptions): Promise<PlaceOrderDeps> => {
  const { store, pool, clock, pricing, reservationMinutes, logger, metrics } = options
  const simulator = resilient(createSimulator(await openSimulatorLedger(pool)))
  simulator.breaker.onChange((state) => {
    logger.warn(
      { provider: simulator.name, breaker: state },
      'the circuit breaker of a payment provider has changed',
    )
  })
  const snapshots = {
    store: await openSnapshotStore(pool),
    onError: (error: unknown, stream: string) => {
      logger.warn({ err: error, stream }, 'a snapshot could not be used, the stream is read instead')
    },
  }
  return {
    handler: countCommands(
      metrics,
      createCommandHandler({ store, snapshots, onConflict: conflictCounter(metrics) }),
    ),
    now: () => clock.now(),
    providers: createProviders({ prefix: 'sim_', provider: simulator }),
    pricing,
    reservationMinutes,
  }
}
