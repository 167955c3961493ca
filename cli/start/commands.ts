import type { Pool } from 'pg'
import { createCommandHandler } from '../../commands/handle.ts'
import type { PlaceOrderDeps } from '../../commands/place-order.ts'
import type { PricingRules } from '../../domain/totals.ts'
import type { EventStore } from '../../eventstore/types.ts'
import { createProviders } from '../../gateways/payments/providers.ts'
import { openSimulatorLedger } from '../../gateways/payments/simulator-ledger.ts'
import { createSimulator } from '../../gateways/payments/simulator.ts'
import type { Clock } from '../../platform/clock.ts'

export interface CommandOptions {
  readonly store: EventStore
  readonly pool: Pool
  readonly clock: Clock
  readonly pricing: PricingRules
  readonly reservationMinutes: number
}

/** What every command works with, whoever gives it. */
export const createCommands = async (options: CommandOptions): Promise<PlaceOrderDeps> => {
  const { store, pool, clock, pricing, reservationMinutes } = options
  const simulator = createSimulator(await openSimulatorLedger(pool))
  return {
    handler: createCommandHandler({ store }),
    now: () => clock.now(),
    providers: createProviders({ prefix: 'sim_', provider: simulator }),
    pricing,
    reservationMinutes,
  }
}
