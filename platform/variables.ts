import { createPrivateKey } from 'node:crypto'
import { isIP } from 'node:net'
import { z } from 'zod'
import { pemBlocks } from './pem.ts'
import { LOG_LEVELS } from './logger.ts'

/** Who may hold and move the customers' money. */
export const PAYMENT_PROVIDERS = ['simulator', 'wallet', 'stripe'] as const
export type PaymentProviderName = (typeof PAYMENT_PROVIDERS)[number]

/** One environment variable: how it is read, and its row in the documentation. */
export interface Variable<Value = unknown> {
  readonly schema: z.ZodType<Value, string>
  /** Completes the sentence "it has to be …". */
  readonly accepts: string
  /** In words, where it is left out. */
  readonly otherwise: string
  readonly description: string
  /** Its value is never shown. */
  readonly secret?: true
}

const wholeNumber = (min: number, max: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max)

const decimal = (min: number, max: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,3})?$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max)

const portNumber = wholeNumber(0, 65_535)

const urlOf = (...protocols: string[]): z.ZodType<string, string> =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol))

/** A list with commas between its items, none of them empty. */
const listOf = <Item>(item: z.ZodType<Item, string>): z.ZodType<readonly [Item, ...Item[]], string> =>
  z
    .string()
    .transform((text) => text.split(',').map((each) => each.trim()))
    .pipe(z.tuple([item], item))

/** A secret key can be sent there without others reading it. */
function isConfidential(text: string): boolean {
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

const hostName = z
  .string()
  .refine(
    (text) =>
      isIP(text) > 0 ||
      /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(text),
  )

/** A PEM whose line ends may be written as the two characters `\n`, as files of variables need it. */
const rsaPrivateKey = z
  .string()
  .transform((text) => text.replaceAll('\\n', '\n'))
  .refine((text) => pemBlocks(text).every(isRsaPrivateKey))

/** Whether `pem` is a private RSA key of at least 2048 bits (RFC 7518 §3.3). */
export function isRsaPrivateKey(pem: string): boolean {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048
  } catch {
    return false
  }
}

const MASTER_KEY_BYTES = 32

/** Keys of 32 bytes in base64, with commas between them. */
const masterKeys = z.string().transform((text, context): readonly [Buffer, ...Buffer[]] => {
  const [first, ...others] = text.split(',').map((key) => Buffer.from(key.trim(), 'base64'))
  if (first?.length === MASTER_KEY_BYTES && others.every(({ length }) => length === MASTER_KEY_BYTES)) {
    return [first, ...others]
  }
  context.addIssue({ code: 'custom' })
  return z.NEVER
})

/** As a browser sends it: a scheme and a host, with a port where it is not the usual one, and nothing else. */
const webOrigin = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text,
  )

const CONNECTION_STRING = /^esdb(\+discover)?:\/\/[^\s/]+/

/** Every variable that is read, in the order of the documentation. */
export const variables = {
  PORT: {
    schema: portNumber,
    accepts: 'a port number from 0 to 65535 (0: any free one)',
    otherwise: '`3000`',
    description: 'Port of the API.',
  },
  HOST: {
    schema: hostName,
    accepts: 'a host name or an IP address',
    otherwise: '`127.0.0.1`',
    description: 'Address that the API listens on. Anything but loopback needs `DEMO=off` or `DEMO=public`.',
  },
  DATA_DIR: {
    schema: z.string().trim().min(1),
    accepts: 'the path of a directory',
    otherwise: '`./data`',
    description: 'Where the embedded servers keep their data, and generated keys and passwords are kept.',
  },
  EVENTSTORE_PORT: {
    schema: portNumber,
    accepts: 'a port number from 0 to 65535 (0: any free one)',
    otherwise: '`2113`',
    description: 'Port of the embedded event store node, on loopback.',
  },
  POSTGRES_PORT: {
    schema: portNumber,
    accepts: 'a port number from 0 to 65535 (0: any free one)',
    otherwise: '`5433`',
    description: 'Port of the embedded Postgres, on loopback.',
  },
  ESDB_URL: {
    schema: z.string().regex(CONNECTION_STRING),
    accepts: 'a connection string that starts with esdb:// or esdb+discover://',
    otherwise: 'the embedded node',
    description: 'EventStoreDB (KurrentDB) to use. No embedded node is started then.',
    secret: true,
  },
  DATABASE_URL: {
    schema: urlOf('postgres:', 'postgresql:'),
    accepts: 'a URL that starts with postgres:// or postgresql://',
    otherwise: 'the embedded Postgres',
    description: 'Postgres database to use. No embedded Postgres is started then.',
    secret: true,
  },
  DATABASE_CONNECTIONS: {
    schema: wholeNumber(2, 200),
    accepts: 'a whole number from 2 to 200',
    otherwise: '`10`',
    description: 'Connections to Postgres at most, for this instance.',
  },
  REDIS_URL: {
    schema: urlOf('redis:', 'rediss:'),
    accepts: 'a URL that starts with redis:// or rediss://',
    otherwise: 'none',
    description: 'Redis for short-lived values that instances share. Where it is set it has to answer.',
    secret: true,
  },
  JWT_PRIVATE_KEY: {
    schema: rsaPrivateKey,
    accepts:
      'a private RSA key of at least 2048 bits in PEM form, or several (line ends may be written as \\n)',
    otherwise: 'generated and kept in `DATA_DIR` on the embedded default; else required',
    description:
      'Signs access tokens (RS256). All instances need the same one. To change it, put the new one before the old one.',
    secret: true,
  },
  JWT_PRIVATE_KEY_FILE: {
    schema: z.string().trim().min(1),
    accepts: 'the path of a file',
    otherwise: 'none',
    description: 'File that holds the private key, instead of `JWT_PRIVATE_KEY`.',
  },
  MASTER_KEY: {
    schema: masterKeys,
    accepts: '32 random bytes in base64, or several such keys with commas between them',
    otherwise: 'generated and kept in `DATA_DIR` on the embedded default; else required',
    description:
      'Wraps the keys that personal data in events is encrypted with. All instances need the same one. To change it, put the new one before the old one.',
    secret: true,
  },
  PAYMENT_PROVIDERS: {
    schema: listOf(z.enum(PAYMENT_PROVIDERS)),
    accepts: `${PAYMENT_PROVIDERS.join(', ')}, or several of them with commas between them`,
    otherwise: '`simulator,wallet` on the embedded default; else required',
    description:
      'Ways to pay, told apart by how payment methods begin: `sim_`, `wallet`, `pm_`. `simulator` moves no money.',
  },
  STRIPE_SECRET_KEY: {
    schema: z.string().regex(/^[sr]k_[A-Za-z0-9_]{8,}$/),
    accepts: 'a key that begins with sk_ or rk_',
    otherwise: 'none; required with `stripe`',
    description: "Secret or restricted key of Stripe's API.",
    secret: true,
  },
  STRIPE_WEBHOOK_SECRET: {
    schema: listOf(z.string().regex(/^whsec_[\x21-\x7e]{8,}$/)),
    accepts: 'a secret that begins with whsec_, or several with commas between them',
    otherwise: 'none; required with `stripe`',
    description:
      'Signs what Stripe sends to `/api/v1/payments/webhooks/stripe`. Both of them while it is changed.',
    secret: true,
  },
  STRIPE_RETURN_URL: {
    schema: urlOf('http:', 'https:'),
    accepts: 'a URL that starts with http:// or https://',
    otherwise: 'none: cards that ask for it are declined',
    description: 'Where customers come back to after they have confirmed a payment with their bank.',
  },
  STRIPE_API_URL: {
    schema: urlOf('http:', 'https:').refine(isConfidential),
    accepts: 'a URL that starts with https://, or with http:// on this machine',
    otherwise: '`https://api.stripe.com`',
    description: "Where Stripe's API is, for tests.",
  },
  SIMULATOR_WEBHOOK_SECRET: {
    schema: listOf(z.string().regex(/^[\x21-\x2b\x2d-\x7e]{16,}$/)),
    accepts: 'at least 16 printable characters, or several such secrets with commas between them',
    otherwise: 'generated and kept in `DATA_DIR` on the embedded default; else required with `simulator`',
    description:
      'Signs what the simulator sends to `/api/v1/payments/webhooks/simulator`. All instances need the same one.',
    secret: true,
  },
  SIMULATOR_FAULT_RATE: {
    schema: z
      .string()
      .regex(/^(0|1|0?\.\d{1,6}|1\.0+)$/)
      .transform(Number),
    accepts: 'a number from 0 to 1',
    otherwise: '`0`',
    description:
      "Share of the simulator's calls that get no answer. Half of these take effect all the same, as with a real provider.",
  },
  SIMULATOR_LATENCY_MS: {
    schema: wholeNumber(0, 60_000),
    accepts: 'a whole number from 0 to 60000',
    otherwise: '`0`',
    description: 'How much longer each of its calls takes, in milliseconds.',
  },
  SHOP_URL: {
    schema: urlOf('http:', 'https:').transform((text) => text.replace(/\/+$/, '')),
    accepts: 'a URL that starts with http:// or https://',
    otherwise: 'the address of the API on the embedded default; else required',
    description: 'Address of the shop front, to which links in mails lead.',
  },
  SMTP_URL: {
    schema: urlOf('smtp:', 'smtps:'),
    accepts: 'a URL that starts with smtp:// or smtps://',
    otherwise: 'mails are files in `DATA_DIR/mails` on the embedded default; else required',
    description: 'Mail server, with user and password where it asks for them.',
    secret: true,
  },
  MAIL_FROM: {
    schema: z.string().regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/),
    accepts: 'a mail address, or a name and a mail address in angle brackets',
    otherwise: 'required with `SMTP_URL`',
    description: 'Who mails come from, for example `Shop <shop@example.com>`.',
  },
  S3_BUCKET: {
    schema: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
    accepts: 'the name of a bucket',
    otherwise: 'images of products are files in `DATA_DIR/images`',
    description:
      'Where images of products are kept: S3, or storage that speaks it. Its keys are found as the AWS SDK finds them (`AWS_ACCESS_KEY_ID`, …).',
  },
  S3_ENDPOINT: {
    schema: urlOf('http:', 'https:'),
    accepts: 'a URL that starts with http:// or https://',
    otherwise: "Amazon's own",
    description: 'Address of storage that is not Amazon’s. Goes with `S3_BUCKET`.',
  },
  S3_REGION: {
    schema: z.string().regex(/^[a-z0-9-]{1,40}$/),
    accepts: 'the name of a region, such as eu-central-1',
    otherwise: '`us-east-1`',
    description: 'Region of the bucket. Goes with `S3_BUCKET`.',
  },
  PRICING_FILE: {
    schema: z.string().trim().min(1),
    accepts: 'the path of a JSON file',
    otherwise: 'made-up rates on the embedded default; else required',
    description: 'Shipping fees and tax rates by country: see `deploy/pricing.example.json`.',
  },
  RESERVATION_MINUTES: {
    schema: decimal(0.01, 1_440),
    accepts: 'a number from 0.01 to 1440',
    otherwise: '`15`',
    description: 'How long stock is kept for an order that is not paid for.',
  },
  PREAUTH_LIMIT_MS: {
    schema: wholeNumber(100, 60_000),
    accepts: 'a whole number from 100 to 60000',
    otherwise: '`6000`',
    description:
      'How long `POST /payments/preauth` takes at most, in milliseconds. A provider that has not answered by then is `PENDING`: the order goes on by itself.',
  },
  RATE_LIMITS: {
    schema: z.enum(['on', 'off']),
    accepts: 'on or off',
    otherwise: '`on`',
    description: 'Limits of requests for each caller. `off` is for load tests on the embedded default only.',
  },
  METRICS_TOKEN: {
    schema: z.string().regex(/^[\x21-\x7e]{16,}$/),
    accepts: 'at least 16 printable ASCII characters without blanks',
    otherwise: 'none: open to this machine on the embedded default, else closed',
    description: 'Bearer token that `/metrics` asks for.',
    secret: true,
  },
  CORS_ORIGINS: {
    schema: listOf(webOrigin),
    accepts:
      'an origin such as https://shop.example.com, without a path or a slash at its end, or several with commas between them',
    otherwise: 'none: only pages of the API itself',
    description: 'Web pages of other origins that may call the API from a browser.',
  },
  TRUSTED_PROXIES: {
    schema: wholeNumber(0, 10),
    accepts: 'a whole number from 0 to 10',
    otherwise: '`0`',
    description: 'Reverse proxies in front of the API whose `X-Forwarded-For` is believed.',
  },
  DEMO: {
    schema: z.enum(['off', 'local', 'public']),
    accepts: 'off, local or public',
    otherwise: '`local` on the embedded default; else `off`',
    description:
      'Demo shop and demo accounts with a known password. `local` refuses to start where others could reach them, `public` lets them.',
  },
  LOG_LEVEL: {
    schema: z.enum(LOG_LEVELS),
    accepts: `one of ${LOG_LEVELS.join(', ')}`,
    otherwise: '`info`',
    description: 'Least level that is logged.',
  },
  LOG_FORMAT: {
    schema: z.enum(['pretty', 'json']),
    accepts: 'pretty or json',
    otherwise: '`pretty` on a terminal, else `json`',
    description: 'Log lines for people or for machines.',
  },
  SHUTDOWN_SECONDS: {
    schema: wholeNumber(1, 300),
    accepts: 'a whole number from 1 to 300',
    otherwise: '`10`',
    description:
      'How long each part gets to finish its work when it is told to stop; all together, where a part has ended by itself.',
  },
} as const satisfies Record<string, Variable>

export type VariableName = keyof typeof variables

export const variableNames = Object.keys(variables) as readonly VariableName[]

/** The table of all variables in Markdown, as it stands in docs/configuration.md. */
export const variablesTable = (): string =>
  [
    '| variable | default | accepts | meaning |',
    '| --- | --- | --- | --- |',
    ...Object.entries<Variable>(variables).map(
      ([name, { accepts, otherwise, description }]) =>
        `| \`${name}\` | ${otherwise} | ${accepts} | ${description} |`,
    ),
  ].join('\n')
