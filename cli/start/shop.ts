import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { PlaceOrderDeps } from '../../commands/place-order.ts'
import type { PreauthorizeDeps } from '../../commands/preauthorize-payment.ts'
import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import type { BlobStore } from '../../platform/blob-store.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config.ts'
import type { Metrics } from '../../platform/metrics.ts'
import type { resumeByHand } from '../../processes/index.ts'
import type { DeadLetters } from '../../projections/dead-letters.ts'
import type { KeyValueStore } from '../../supporting/key-value/key-value.ts'
import type { HealthCheck } from '../../api/deps.ts'
import type { System } from './system.ts'

/** What the parts of an instance share, whichever of them it runs. */
export interface Shop {
  readonly system: System
  readonly config: Config
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock: Clock
  readonly pool: Pool
  readonly store: ConnectedEventStore
  /** Where sessions, carts and counters are kept. */
  readonly keyValue: KeyValueStore
  /** Where the files of products' images are kept. */
  readonly images: BlobStore
  readonly commands: PlaceOrderDeps & PreauthorizeDeps
  /** Takes an order as far as it goes, now. */
  readonly resume: (orderId: string) => ReturnType<typeof resumeByHand>
  readonly deadLetters: DeadLetters
  /** Whether what every part needs answers. */
  readonly health: Readonly<Record<string, HealthCheck>>
}
