import { isIPv4 } from 'node:net'
import type { z } from 'zod'
import { ConfigError } from './config-error.ts'
import { variables } from './variables.ts'
import type { PaymentProviderName, VariableName } from './variables.ts'

/** What was read, each value checked for itself. */
export type Values = { readonly [Name in VariableName]?: z.output<(typeof variables)[Name]['schema']> }

/** Nothing external is named: all of it runs on this machine, for trying out and developing. */
export const isEmbedded = ({ ESDB_URL, DATABASE_URL }: Values): boolean =>
  ESDB_URL === undefined && DATABASE_URL === undefined

/** What has no default that could get into production unnoticed. */
const REQUIRED_OUTSIDE = [
  'JWT_PRIVATE_KEY',
  'MASTER_KEY',
  'SHOP_URL',
  'SMTP_URL',
  'PAYMENT_PROVIDERS',
  'PRICING_FILE',
] as const satisfies readonly VariableName[]

/** @throws ConfigError where values that are right each for itself do not go together */
export const refuseContradictions = (values: Values): void => {
  const outside = values.ESDB_URL === undefined ? 'DATABASE_URL' : 'ESDB_URL'
  if (values.JWT_PRIVATE_KEY !== undefined && values.JWT_PRIVATE_KEY_FILE !== undefined) {
    throw new ConfigError(
      'JWT_PRIVATE_KEY_FILE',
      'JWT_PRIVATE_KEY and JWT_PRIVATE_KEY_FILE are both set: leave one out.',
    )
  }
  if (values.SMTP_URL !== undefined && values.MAIL_FROM === undefined) {
    throw new ConfigError(
      'MAIL_FROM',
      `MAIL_FROM is not set, but where SMTP_URL is set it has to be ${variables.MAIL_FROM.accepts}.`,
    )
  }
  refuseStrayPayments(values)
  for (const name of ['S3_ENDPOINT', 'S3_REGION'] as const) {
    if (values[name] !== undefined && values.S3_BUCKET === undefined) {
      throw new ConfigError(
        'S3_BUCKET',
        `S3_BUCKET is not set, but where ${name} is set it has to be ${variables.S3_BUCKET.accepts}.`,
      )
    }
  }
  if (isEmbedded(values)) {
    refuseExposedDemo(values)
    refuseSharedPorts(values)
    return
  }
  const isMissing = (name: VariableName): boolean =>
    values[name] === undefined && !(name === 'JWT_PRIVATE_KEY' && values.JWT_PRIVATE_KEY_FILE !== undefined)
  const missing = REQUIRED_OUTSIDE.find(isMissing)
  if (missing !== undefined) {
    throw new ConfigError(
      missing,
      `${missing} is not set, but where ${outside} is set it has to be ${variables[missing].accepts}.`,
    )
  }
  if (values.PAYMENT_PROVIDERS?.includes('simulator')) {
    requireWith(values, 'simulator', 'SIMULATOR_WEBHOOK_SECRET')
  }
  if (values.DEMO !== undefined && values.DEMO !== 'off') {
    throw new ConfigError(
      'DEMO',
      `DEMO is "${values.DEMO}", but demo accounts exist on the embedded default only: it has to be off where ${outside} is set.`,
    )
  }
  if (values.RATE_LIMITS === 'off') {
    throw new ConfigError(
      'RATE_LIMITS',
      `RATE_LIMITS is "off", but that is for the embedded default only: it has to be on where ${outside} is set.`,
    )
  }
  refuseSharedPorts(values)
}

const STRIPE_VARIABLES = [
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
  'STRIPE_RETURN_URL',
  'STRIPE_API_URL',
] as const satisfies readonly VariableName[]

/** Stripe is either set up whole, or not at all. */
const refuseStrayPayments = (values: Values): void => {
  if (values.PAYMENT_PROVIDERS?.includes('stripe')) {
    requireWith(values, 'stripe', 'STRIPE_SECRET_KEY')
    requireWith(values, 'stripe', 'STRIPE_WEBHOOK_SECRET')
    return
  }
  const stray = STRIPE_VARIABLES.find((name) => values[name] !== undefined)
  if (stray === undefined) return
  throw new ConfigError(
    stray,
    `${stray} is set, but PAYMENT_PROVIDERS does not name stripe: add it, or leave it out.`,
  )
}

const requireWith = (values: Values, provider: PaymentProviderName, name: VariableName): void => {
  if (values[name] !== undefined) return
  throw new ConfigError(
    name,
    `${name} is not set, but where PAYMENT_PROVIDERS names ${provider} it has to be ${variables[name].accepts}.`,
  )
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

/** Whether only this machine can reach what listens on `host`. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
