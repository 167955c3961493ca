import { resolve } from 'node:path'
import { ConfigError } from './config-error.ts'
import { isEmbedded, isLoopback, refuseContradictions } from './config-rules.ts'
import type { Values } from './config-rules.ts'
import type { LogFormat, LogLevel } from './logger.ts'
import type { MetricsAccess } from './metrics.ts'
import { nearMiss } from './near-miss.ts'
import { variableNames, variables } from './variables.ts'
import type { PaymentProviderName, Variable, VariableName } from './variables.ts'

export { ConfigError }
export { isLoopback } from './config-rules.ts'

/** Ways to pay. */
export interface PaymentsConfig {
  readonly providers: readonly PaymentProviderName[]
  readonly simulator: {
    /** The first one signs; `generated` as above, kept in `dataDir`. */
    readonly webhookSecrets:
      | { readonly kind: 'generated' }
      | { readonly kind: 'given'; readonly secrets: readonly [string, ...string[]] }
    /** From 0 to 1. */
    readonly faultRate: number
    readonly latencyMs: number
  }
  /** Undefined where it is not among the providers. */
  readonly stripe:
    | {
        readonly secretKey: string
        readonly webhookSecrets: readonly string[]
        readonly returnUrl: string | undefined
        /** Where its API is, for tests. */
        readonly apiUrl: string | undefined
      }
    | undefined
}

export interface Config {
  readonly api: {
    readonly host: string
    readonly port: number
    /** Reverse proxies in front whose forwarded addresses are believed. */
    readonly trustedProxies: number
    readonly rateLimits: boolean
    /** Whose pages may call it from a browser. */
    readonly corsOrigins: readonly string[]
  }
  readonly metrics: MetricsAccess
  /** Absolute. */
  readonly dataDir: string
  readonly eventStore:
    | { readonly kind: 'embedded'; readonly port: number }
    | { readonly kind: 'external'; readonly connectionString: string }
  readonly postgres: { readonly maxConnections: number } & (
    { readonly kind: 'embedded'; readonly port: number } | { readonly kind: 'external'; readonly url: string }
  )
  readonly redisUrl: string | undefined
  /** The key that signs access tokens; `generated` is made at the first start and kept in `dataDir`. */
  readonly signingKey:
    | { readonly kind: 'generated' }
    | { readonly kind: 'given'; readonly pem: string }
    | { readonly kind: 'file'; readonly path: string }
  /** Those that wrap keys of personal data, 32 bytes each; the first one wraps new ones. `generated` as above. */
  readonly masterKeys:
    | { readonly kind: 'generated' }
    | { readonly kind: 'given'; readonly secrets: readonly [Buffer, ...Buffer[]] }
  /** Without a slash at its end; undefined where the API's own address stands for it. */
  readonly shopUrl: string | undefined
  /** Mails are sent, or written to a folder below `dataDir`. */
  readonly mail:
    { readonly kind: 'smtp'; readonly url: string; readonly from: string } | { readonly kind: 'folder' }
  readonly payments: PaymentsConfig
  /** Images of products are files below `dataDir`, or objects in a bucket. */
  readonly images:
    | { readonly kind: 'disk' }
    | {
        readonly kind: 's3'
        readonly bucket: string
        readonly endpoint: string | undefined
        readonly region: string
      }
  /** Absolute; undefined on the embedded default, which has rates of its own. */
  readonly pricingFile: string | undefined
  readonly reservationMinutes: number
  /** How long a caller waits at most for what a payment provider says. */
  readonly preauthLimitMs: number
  readonly demo: 'off' | 'local' | 'public'
  /** `format` is undefined where the output decides: words on a terminal, else JSON. */
  readonly log: { readonly level: LogLevel; readonly format: LogFormat | undefined }
  readonly shutdownSeconds: number
}

/** An environment: a variable that is empty counts as one that is not set. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Names that can only be meant for this program. */
const OWN_PREFIX = 'ORDERSTREAM_'

/**
 * The configuration that `env` asks for, complete and checked. The variables are listed in variables.ts.
 *
 * @throws ConfigError for the first variable that is wrong, missing, or resembles one that exists
 */
export const loadConfig = (env: Environment): Config => {
  refuseUnknown(env)
  const values = readAll(env)
  refuseContradictions(values)
  const embedded = isEmbedded(values)
  return {
    api: {
      host: values.HOST ?? '127.0.0.1',
      port: values.PORT ?? 3000,
      trustedProxies: values.TRUSTED_PROXIES ?? 0,
      rateLimits: values.RATE_LIMITS !== 'off',
      corsOrigins: values.CORS_ORIGINS ?? [],
    },
    metrics: metricsAccess(values),
    dataDir: resolve(values.DATA_DIR ?? './data'),
    eventStore:
      values.ESDB_URL === undefined
        ? { kind: 'embedded', port: values.EVENTSTORE_PORT ?? 2113 }
        : { kind: 'external', connectionString: values.ESDB_URL },
    postgres: {
      maxConnections: values.DATABASE_CONNECTIONS ?? 10,
      ...(values.DATABASE_URL === undefined
        ? { kind: 'embedded', port: values.POSTGRES_PORT ?? 5433 }
        : { kind: 'external', url: values.DATABASE_URL }),
    },
    redisUrl: values.REDIS_URL,
    signingKey: signingKey(values),
    masterKeys:
      values.MASTER_KEY === undefined ? { kind: 'generated' } : { kind: 'given', secrets: values.MASTER_KEY },
    shopUrl: values.SHOP_URL,
    mail: mail(values),
    payments: payments(values),
    images: images(values),
    pricingFile: values.PRICING_FILE === undefined ? undefined : resolve(values.PRICING_FILE),
    reservationMinutes: values.RESERVATION_MINUTES ?? 15,
    preauthLimitMs: values.PREAUTH_LIMIT_MS ?? 6_000,
    demo: values.DEMO ?? (embedded ? 'local' : 'off'),
    log: { level: values.LOG_LEVEL ?? 'info', format: values.LOG_FORMAT },
    shutdownSeconds: values.SHUTDOWN_SECONDS ?? 10,
  }
}

const refuseUnknown = (env: Environment): void => {
  const known: ReadonlySet<string> = new Set(variableNames)
  for (const name of Object.keys(env)) {
    if (known.has(name)) continue
    const meant = nearMiss(name.startsWith(OWN_PREFIX) ? name.slice(OWN_PREFIX.length) : name, variableNames)
    if (meant !== undefined)
      throw new ConfigError(name, `${name} is not a variable of Orderstream: did you mean ${meant}?`)
    if (name.startsWith(OWN_PREFIX)) {
      throw new ConfigError(
        name,
        `${name} is not a variable of Orderstream: it knows ${variableNames.join(', ')}.`,
      )
    }
  }
}

const readAll = (env: Environment): Values =>
  Object.fromEntries(
    variableNames.flatMap((name) => {
      const text = env[name]
      return text === undefined || text === '' ? [] : [[name, read(name, text)]]
    }),
  )

const read = (name: VariableName, text: string): unknown => {
  const variable: Variable = variables[name]
  const parsed = variable.schema.safeParse(text)
  if (parsed.success) return parsed.data
  const value = variable.secret ? 'a value that is not shown here' : JSON.stringify(text)
  throw new ConfigError(name, `${name} is ${value}, but it has to be ${variable.accepts}.`)
}

const images = ({ S3_BUCKET, S3_ENDPOINT, S3_REGION }: Values): Config['images'] =>
  S3_BUCKET === undefined
    ? { kind: 'disk' }
    : { kind: 's3', bucket: S3_BUCKET, endpoint: S3_ENDPOINT, region: S3_REGION ?? 'us-east-1' }

const mail = ({ SMTP_URL, MAIL_FROM }: Values): Config['mail'] =>
  SMTP_URL === undefined || MAIL_FROM === undefined
    ? { kind: 'folder' }
    : { kind: 'smtp', url: SMTP_URL, from: MAIL_FROM }

const metricsAccess = (values: Values): MetricsAccess => {
  if (values.METRICS_TOKEN !== undefined) return { kind: 'token', token: values.METRICS_TOKEN }
  return { kind: isEmbedded(values) && isLoopback(values.HOST ?? '127.0.0.1') ? 'open' : 'closed' }
}

const signingKey = ({ JWT_PRIVATE_KEY, JWT_PRIVATE_KEY_FILE }: Values): Config['signingKey'] => {
  if (JWT_PRIVATE_KEY !== undefined) return { kind: 'given', pem: JWT_PRIVATE_KEY }
  if (JWT_PRIVATE_KEY_FILE !== undefined) return { kind: 'file', path: resolve(JWT_PRIVATE_KEY_FILE) }
  return { kind: 'generated' }
}

const payments = (values: Values): PaymentsConfig => {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecrets } = values
  const { SIMULATOR_WEBHOOK_SECRET: secrets } = values
  return {
    providers: [...new Set(values.PAYMENT_PROVIDERS ?? (['simulator', 'wallet'] as const))],
    simulator: {
      webhookSecrets: secrets === undefined ? { kind: 'generated' } : { kind: 'given', secrets },
      faultRate: values.SIMULATOR_FAULT_RATE ?? 0,
      latencyMs: values.SIMULATOR_LATENCY_MS ?? 0,
    },
    stripe:
      secretKey === undefined || webhookSecrets === undefined
        ? undefined
        : {
            secretKey,
            webhookSecrets,
            returnUrl: values.STRIPE_RETURN_URL,
            apiUrl: values.STRIPE_API_URL,
          },
  }
}
