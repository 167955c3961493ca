import type { Logger } from 'pino'
import type { Pool } from 'pg'
import type { PlaceOrderDeps } from '../commands/place-order.ts'
import type { PreauthorizeDeps } from '../commands/preauthorize-payment.ts'
import type { WebhookDeps } from '../commands/take-webhook.ts'
import type { orderAuditTrail } from '../projections/audit/queries.ts'
import type { DeadLetters } from '../projections/dead-letters.ts'
import type { OrderSignals } from '../projections/live/order-signals.ts'
import type { Waiting } from '../projections/waiting.ts'
import type { BlobStore } from '../platform/blob-store.ts'
import type { Clock } from '../platform/clock.ts'
import type { Metrics, MetricsAccess } from '../platform/metrics.ts'
import type { MailLinks } from '../supporting/accounts/mails.ts'
import type { Passwords } from '../supporting/accounts/passwords.ts'
import type { KeyRing } from '../supporting/accounts/signing-keys.ts'
import type { KeyValueStore } from '../supporting/key-value/key-value.ts'
import type { RateLimits } from './plugins/rate-limits.ts'
import type { ReadInbox } from './routes/inbox.ts'

/** Whether a part that the API needs answers. It rejects, with a reason, where it does not. */
export type HealthCheck = () => Promise<void>

export interface ApiLimits {
  /** Bytes of a request's body. */
  readonly bodyBytes: number
  /** How long `Prefer: wait` may hold a request, in seconds. */
  readonly waitSeconds: number
  /** How long a query waits for its read model to reach a position, in milliseconds. */
  readonly positionMs: number
  readonly live: LiveLimits
  /** How long a client may take to send the header fields of a request, and all of it, in milliseconds. */
  readonly headersMs: number
  readonly requestMs: number
}

/** Of connections over which orders are followed. All are of one instance. */
export interface LiveLimits {
  readonly perAccount: number
  /** A service may stand for all customers of a shop front. */
  readonly perService: number
  readonly inAll: number
  /** How often something is sent where nothing happens, in milliseconds. */
  readonly quietMs: number
  /** How long a client may take nothing before it is hung up on, in milliseconds. */
  readonly stallMs: number
  /** How long one lasts, in milliseconds; it ends with the access token at the latest. */
  readonly lastMs: number
}

export const DEFAULT_LIMITS: ApiLimits = {
  bodyBytes: 64 * 1024,
  waitSeconds: 10,
  positionMs: 5_000,
  headersMs: 10_000,
  requestMs: 15_000,
  live: {
    ...{ perAccount: 10, perService: 1_000, inAll: 2_000 },
    ...{ quietMs: 15_000, stallMs: 60_000, lastMs: 3_600_000 },
  },
}

/** All that the API works with. It opens nothing itself and closes nothing of it. */
export interface ApiDeps {
  readonly commands: PlaceOrderDeps & PreauthorizeDeps
  /** Of the payment providers that send webhooks. Default: none does. */
  readonly verifiers?: WebhookDeps['verifiers']
  readonly pool: Pool
  /** Where the audit trail is read from. */
  readonly store: Parameters<typeof orderAuditTrail>[0]
  readonly waiting: Waiting
  /** Tells when something happens to an order. */
  readonly signals: OrderSignals
  readonly passwords: Passwords
  /** Where sessions and counters are kept. */
  readonly keyValue: KeyValueStore
  /** Where the files of products' images are kept. */
  readonly images: BlobStore
  /** Where links in mails lead. */
  readonly links: MailLinks
  /** Where mails lie that nobody delivers. Only where nobody else can reach the API: anybody can read them there. */
  readonly inbox?: ReadInbox
  /** Takes an order as far as it goes, now; undefined where there is none. */
  readonly resume: (
    orderId: string,
  ) => Promise<
    | { readonly kind: 'moved' | 'waiting'; readonly status: string }
    | { readonly kind: 'failed'; readonly status: string; readonly reason: string }
    | undefined
  >
  /** Events that nobody could handle. */
  readonly deadLetters: DeadLetters
  /** Destroys the key of a customer's personal data, so that no event tells of it any more. */
  readonly erasePersonalData?: (customerId: string) => Promise<void>
  readonly keys: KeyRing
  readonly clock: Clock
  readonly logger: Logger
  /** What `/metrics` shows, of the whole process. */
  readonly metrics: Metrics
  /** Who may see it. */
  readonly metricsAccess: MetricsAccess
  /** By name of the part. */
  readonly health: Readonly<Record<string, HealthCheck>>
  /** As it stands in the API's document. */
  readonly version: string
  /** `iss` and `aud` of access tokens. Default `orderstream`. */
  readonly issuer?: string
  /** Reverse proxies in front whose forwarded addresses are believed. Default 0. */
  readonly trustedProxies?: number
  /** Whose pages may call it from a browser. Default: none but its own. */
  readonly corsOrigins?: readonly string[]
  readonly limits?: Partial<ApiLimits>
  /** `off` for load tests. Default: `DEFAULT_RATE_LIMITS`. */
  readonly rateLimits?: RateLimits | 'off'
}
