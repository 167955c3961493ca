import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { createCommandHandler } from '../../commands/handle.ts'
import { openSnapshotStore } from '../../commands/snapshot-store.ts'
import type { PlaceOrderDeps } from '../../commands/place-order.ts'
import type { PreauthorizeDeps } from '../../commands/preauthorize-payment.ts'
import type { PricingRules } from '../../domain/totals.ts'
import type { EventStore } from '../../eventstore/types.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config.ts'
import type { Metrics } from '../../platform/metrics.ts'
import { conflictCounter, countCommands, showBreakers } from './metrics.ts'
import { openPayments, type Payments } from './payments.ts'

export interface CommandOptions {
  readonly store: EventStore
  readonly pool: Pool
  readonly clock: Clock
  readonly pricing: PricingRules
  readonly config: Config
  readonly logger: Logger
  readonly metrics: Metrics
}

/** What every command works with, whoever gives it. */
export const createCommands = async (
  options: CommandOptions,
): Promise<{ readonly commands: PlaceOrderDeps & PreauthorizeDeps; readonly payments: Payments }> => {
  const { store, pool, clock, pricing, config, logger, metrics } = options
  const snapshots = {
    store: await openSnapshotStore(pool),
    onError: (error: unknown, stream: string) => {
      logger.warn({ err: error, stream }, 'a snapshot could not be used, the stream is read instead')
    },
  }
  const handler = countCommands(
    metrics,
    createCommandHandler({ store, snapshots, onConflict: conflictCounter(metrics) }),
  )
  const payments = await openPayments({ config, pool, handler, clock, logger })
  showBreakers(metrics, payments.resilient)
  const { reservationMinutes, preauthLimitMs } = config
  const { providers } = payments
  return {
    commands: { handler, now: () => clock.now(), providers, pricing, reservationMinutes, preauthLimitMs },
    payments,
  }
}
