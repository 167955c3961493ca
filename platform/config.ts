import { isIPv4 } from 'node:net'
import { resolve } from 'node:path'
import type { z } from 'zod'
import type { LogFormat, LogLevel } from './logger.ts'
import { nearMiss } from './near-miss.ts'
import { variableNames, variables } from './variables.ts'
import type { Variable, VariableName } from './variables.ts'

export interface Config {
  readonly api: {
    readonly host: string
    readonly port: number
    /** Reverse proxies in front whose forwarded addresses are believed. */
    readonly trustedProxies: number
  }
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
  readonly paymentProvider: 'simulator'
  /** Absolute; undefined on the embedded default, which has rates of its own. */
  readonly pricingFile: string | undefined
  readonly reservationMinutes: number
  readonly demo: 'off' | 'local' | 'public'
  /** `format` is undefined where the output decides: words on a terminal, else JSON. */
  readonly log: { readonly level: LogLevel; readonly format: LogFormat | undefined }
  readonly shutdownSeconds: number
}

/** A variable that can't be accepted. The message is one sentence for the person who set it. */
export class ConfigError extends Error {
  readonly variable: string

  constructor(variable: string, sentence: string) {
    super(sentence)
    this.name = 'ConfigError'
    this.variable = variable
  }
}

/** An environment: a variable that is empty counts as one that is not set. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Names that can only be meant for this program. */
const OWN_PREFIX = 'ORDERSTREAM_'

type Values = { readonly [Name in VariableName]?: z.output<(typeof variables)[Name]['schema']> }

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
    },
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
    paymentProvider: values.PAYMENT_PROVIDER ?? 'simulator',
    pricingFile: values.PRICING_FILE === undefined ? undefined : resolve(values.PRICING_FILE),
    reservationMinutes: values.RESERVATION_MINUTES ?? 15,
    demo: values.DEMO ?? (embedded ? 'local' : 'off'),
    log: { level: values.LOG_LEVEL ?? 'info', format: values.LOG_FORMAT },
    shutdownSeconds: values.SHUTDOWN_SECONDS ?? 10,
  }
}

/** Nothing external is named: all of it runs on this machine, for trying out and developing. */
const isEmbedded = ({ ESDB_URL, DATABASE_URL }: Values): boolean =>
  ESDB_URL === undefined && DATABASE_URL === undefined

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

const refuseContradictions = (values: Values): void => {
  const outside = values.ESDB_URL === undefined ? 'DATABASE_URL' : 'ESDB_URL'
  if (values.JWT_PRIVATE_KEY !== undefined && values.JWT_PRIVATE_KEY_FILE !== undefined) {
    throw new ConfigError(
      'JWT_PRIVATE_KEY_FILE',
      'JWT_PRIVATE_KEY and JWT_PRIVATE_KEY_FILE are both set: leave one out.',
    )
  }
  if (isEmbedded(values)) {
    refuseExposedDemo(values)
    refuseSharedPorts(values)
    return
  }
  if (values.JWT_PRIVATE_KEY === undefined && values.JWT_PRIVATE_KEY_FILE === undefined) {
    throw new ConfigError(
      'JWT_PRIVATE_KEY',
      `JWT_PRIVATE_KEY is not set, but where ${outside} is set it has to be ${variables.JWT_PRIVATE_KEY.accepts}.`,
    )
  }
  if (values.MASTER_KEY === undefined) {
    throw new ConfigError(
      'MASTER_KEY',
      `MASTER_KEY is not set, but where ${outside} is set it has to be ${variables.MASTER_KEY.accepts}.`,
    )
  }
  if (values.PAYMENT_PROVIDER === undefined) {
    throw new ConfigError(
      'PAYMENT_PROVIDER',
      `PAYMENT_PROVIDER is not set, but where ${outside} is set it has to be chosen: ${variables.PAYMENT_PROVIDER.accepts}.`,
    )
  }
  if (values.PRICING_FILE === undefined) {
    throw new ConfigError(
      'PRICING_FILE',
      `PRICING_FILE is not set, but where ${outside} is set it has to be ${variables.PRICING_FILE.accepts}.`,
    )
  }
  if (values.DEMO !== undefined && values.DEMO !== 'off') {
    throw new ConfigError(
      'DEMO',
      `DEMO is "${values.DEMO}", but demo accounts exist on the embedded default only: it has to be off where ${outside} is set.`,
    )
  }
  refuseSharedPorts(values)
}

const refuseExposedDemo = ({ HOST = '127.0.0.1', DEMO = 'local' }: Values): void => {
  if (DEMO !== 'local' || isLoopback(HOST)) return
  throw new ConfigError(
    'HOST',
    `HOST is "${HOST}", but others could then sign in to the demo accounts, whose password is known: set DEMO to off, or to public if that is meant.`,
  )
}

const refuseSharedPorts = (values: Values): void => {
  const ports = [
    { name: 'PORT', port: values.PORT ?? 3000 },
    ...(values.ESDB_URL === undefined
      ? [{ name: 'EVENTSTORE_PORT', port: values.EVENTSTORE_PORT ?? 2113 }]
      : []),
    ...(values.DATABASE_URL === undefined
      ? [{ name: 'POSTGRES_PORT', port: values.POSTGRES_PORT ?? 5433 }]
      : []),
  ]
  for (const [index, { name, port }] of ports.entries()) {
    const other = ports.slice(0, index).find((earlier) => earlier.port === port && port !== 0)
    if (other)
      throw new ConfigError(
        name,
        `${other.name} and ${name} are both ${port}, but each needs a port of its own.`,
      )
  }
}

const signingKey = ({ JWT_PRIVATE_KEY, JWT_PRIVATE_KEY_FILE }: Values): Config['signingKey'] => {
  if (JWT_PRIVATE_KEY !== undefined) return { kind: 'given', pem: JWT_PRIVATE_KEY }
  if (JWT_PRIVATE_KEY_FILE !== undefined) return { kind: 'file', path: resolve(JWT_PRIVATE_KEY_FILE) }
  return { kind: 'generated' }
}

/** Whether only this machine can reach what listens on `host`. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
