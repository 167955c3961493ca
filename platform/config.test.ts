import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { ConfigError, loadConfig } from './config.ts'
import type { Environment } from './config.ts'
import { variableNames, variablesTable } from './variables.ts'

const pem = (modulusLength: number): string =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const signingKey = pem(2048)
const masterKey = randomBytes(32)

const production: Environment = {
  ESDB_URL: 'esdb+discover://orders:pass-word@node1:2113,node2:2113',
  DATABASE_URL: 'postgres://orders:pass-word@db/orders',
  JWT_PRIVATE_KEY: signingKey,
  MASTER_KEY: masterKey.toString('base64'),
  SHOP_URL: 'https://shop.example.com/',
  SMTP_URL: 'smtps://shop:pass-word@mail:465',
  MAIL_FROM: 'Shop <shop@example.com>',
  PAYMENT_PROVIDERS: 'simulator',
  SIMULATOR_WEBHOOK_SECRET: 'simulator-pass-word',
  PRICING_FILE: '/etc/pricing.json',
}

const stripe: Environment = {
  PAYMENT_PROVIDERS: 'wallet, stripe',
  STRIPE_SECRET_KEY: 'sk_test_pass_word',
  STRIPE_WEBHOOK_SECRET: 'whsec_pass-word-1,whsec_pass-word-2',
}
const providers = 'simulator, wallet, stripe, or several of them with commas between them'

const refusal = (env: Environment): ConfigError => {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('The configuration was accepted')
}

describe('configuration', () => {
  it('has a default for everything on the embedded servers', () => {
    expect(loadConfig({})).to.deep.equal({
      api: { host: '127.0.0.1', port: 3000, trustedProxies: 0, rateLimits: true, corsOrigins: [] },
      metrics: { kind: 'open' },
      dataDir: `${process.cwd()}/data`,
      eventStore: { kind: 'embedded', port: 2113 },
      postgres: { kind: 'embedded', port: 5433, maxConnections: 10 },
      redisUrl: undefined,
      signingKey: { kind: 'generated' },
      masterKeys: { kind: 'generated' },
      shopUrl: undefined,
      mail: { kind: 'folder' },
      payments: {
        providers: ['simulator', 'wallet'],
        simulator: { webhookSecrets: { kind: 'generated' }, faultRate: 0, latencyMs: 0 },
        stripe: undefined,
      },
      images: { kind: 'disk' },
      pricingFile: undefined,
      reservationMinutes: 15,
      preauthLimitMs: 6_000,
      demo: 'local',
      log: { level: 'info', format: undefined },
      shutdownSeconds: 10,
    })
  })

  it('starts nothing embedded where a URL is given', () => {
    const config = loadConfig({ ...production, REDIS_URL: 'rediss://cache:6380', HOST: '0.0.0.0' })
    expect(config.eventStore).to.deep.equal({ kind: 'external', connectionString: production['ESDB_URL'] })
    expect(config.postgres).to.deep.equal({
      kind: 'external',
      url: production['DATABASE_URL'],
      maxConnections: 10,
    })
    expect(config.redisUrl).to.equal('rediss://cache:6380')
    expect(config.shopUrl).to.equal('https://shop.example.com')
    expect(config.mail).to.deep.equal({
      kind: 'smtp',
      url: 'smtps://shop:pass-word@mail:465',
      from: 'Shop <shop@example.com>',
    })
    expect(config.demo).to.equal('off')
    expect(config.signingKey).to.deep.equal({ kind: 'given', pem: signingKey })
    expect(config.masterKeys).to.deep.equal({ kind: 'given', secrets: [masterKey] })
  })

  it('takes more than one master key, the current one first', () => {
    const next = randomBytes(32)
    const both = [next, masterKey].map((key) => key.toString('base64')).join(', ')
    expect(loadConfig({ MASTER_KEY: both }).masterKeys).to.deep.equal({
      kind: 'given',
      secrets: [next, masterKey],
    })
  })

  it('takes several payment providers, each once, with what they need', () => {
    const { payments } = loadConfig({ ...stripe, PAYMENT_PROVIDERS: 'stripe,wallet, stripe' })
    expect(payments.providers).to.deep.equal(['stripe', 'wallet'])
    expect(payments.stripe).to.deep.equal({
      secretKey: 'sk_test_pass_word',
      webhookSecrets: ['whsec_pass-word-1', 'whsec_pass-word-2'],
      returnUrl: undefined,
      apiUrl: undefined,
    })
    expect(loadConfig(production).payments.simulator).to.deep.equal({
      webhookSecrets: { kind: 'given', secrets: ['simulator-pass-word'] },
      faultRate: 0,
      latencyMs: 0,
    })
    expect(loadConfig({ SIMULATOR_FAULT_RATE: '0.25' }).payments.simulator).to.include({ faultRate: 0.25 })
  })

  it('takes an empty variable for one that is not set', () => {
    expect(loadConfig({ PORT: '', ESDB_URL: '', DEMO: '' })).to.deep.equal(loadConfig({}))
  })

  it('takes a key whose line ends are written as \\n', () => {
    const config = loadConfig({ ...production, JWT_PRIVATE_KEY: signingKey.replaceAll('\n', '\\n') })
    expect(config.signingKey).to.deep.equal({ kind: 'given', pem: signingKey })
  })

  it('takes port 0 more than once: any free one', () => {
    const { eventStore, postgres, api } = loadConfig({ PORT: '0', EVENTSTORE_PORT: '0', POSTGRES_PORT: '0' })
    expect([eventStore, postgres, api]).to.deep.equal([
      { kind: 'embedded', port: 0 },
      { kind: 'embedded', port: 0, maxConnections: 10 },
      { host: '127.0.0.1', port: 0, trustedProxies: 0, rateLimits: true, corsOrigins: [] },
    ])
  })

  it('opens metrics where only this machine reaches them, else for a token', () => {
    const exposed = { HOST: '0.0.0.0', DEMO: 'off' }
    const METRICS_TOKEN = 'metrics-token-of-the-shop'
    expect(loadConfig(exposed).metrics).to.deep.equal({ kind: 'closed' })
    expect(loadConfig(production).metrics).to.deep.equal({ kind: 'closed' })
    for (const environment of [{}, exposed, production]) {
      expect(loadConfig({ ...environment, METRICS_TOKEN }).metrics).to.deep.equal({
        kind: 'token',
        token: METRICS_TOKEN,
      })
    }
  })

  it('keeps images of products in a bucket that is named', () => {
    expect(loadConfig({ S3_BUCKET: 'shop', S3_ENDPOINT: 'http://minio:9000' }).images).to.deep.equal({
      ...{ kind: 's3', bucket: 'shop', endpoint: 'http://minio:9000', region: 'us-east-1' },
    })
  })

  describe('refuses with one sentence', () => {
    const range = 'a port number from 0 to 65535 (0: any free one)'
    const sentences: readonly (readonly [Environment, string])[] = [
      [{ PORT: 'abc' }, `PORT is "abc", but it has to be ${range}.`],
      [{ PORT: '65536' }, `PORT is "65536", but it has to be ${range}.`],
      [{ PORT: '-1' }, `PORT is "-1", but it has to be ${range}.`],
      [{ PORT: '30 00' }, `PORT is "30 00", but it has to be ${range}.`],
      [{ EVENTSTORE_PORT: '1e3' }, `EVENTSTORE_PORT is "1e3", but it has to be ${range}.`],
      [
        { POSTGRES_PORT: 'tcp://10.0.0.1:5432' },
        `POSTGRES_PORT is "tcp://10.0.0.1:5432", but it has to be ${range}.`,
      ],
      [{ HOST: 'no host' }, 'HOST is "no host", but it has to be a host name or an IP address.'],
      [{ DATA_DIR: ' ' }, 'DATA_DIR is " ", but it has to be the path of a directory.'],
      [
        { ESDB_URL: 'http://node:2113?user=pass-word' },
        'ESDB_URL is a value that is not shown here, but it has to be a connection string that starts with esdb:// or esdb+discover://.',
      ],
      [
        { DATABASE_URL: 'mysql://u:pass-word@db' },
        'DATABASE_URL is a value that is not shown here, but it has to be a URL that starts with postgres:// or postgresql://.',
      ],
      [
        { METRICS_TOKEN: 'pass-word' },
        'METRICS_TOKEN is a value that is not shown here, but it has to be at least 16 printable ASCII characters without blanks.',
      ],
      [
        { REDIS_URL: 'pass-word@cache' },
        'REDIS_URL is a value that is not shown here, but it has to be a URL that starts with redis:// or rediss://.',
      ],
      [
        { DATABASE_CONNECTIONS: '1' },
        'DATABASE_CONNECTIONS is "1", but it has to be a whole number from 2 to 200.',
      ],
      [
        { JWT_PRIVATE_KEY: 'pass-word' },
        'JWT_PRIVATE_KEY is a value that is not shown here, but it has to be a private RSA key of at least 2048 bits in PEM form, or several (line ends may be written as \\n).',
      ],
      [
        { JWT_PRIVATE_KEY: pem(1024) },
        'JWT_PRIVATE_KEY is a value that is not shown here, but it has to be a private RSA key of at least 2048 bits in PEM form, or several (line ends may be written as \\n).',
      ],
      [
        { JWT_PRIVATE_KEY: signingKey, JWT_PRIVATE_KEY_FILE: 'key.pem' },
        'JWT_PRIVATE_KEY and JWT_PRIVATE_KEY_FILE are both set: leave one out.',
      ],
      [
        { MASTER_KEY: randomBytes(31).toString('base64') },
        'MASTER_KEY is a value that is not shown here, but it has to be 32 random bytes in base64, or several such keys with commas between them.',
      ],
      [
        { MASTER_KEY: `${masterKey.toString('base64')},pass-word` },
        'MASTER_KEY is a value that is not shown here, but it has to be 32 random bytes in base64, or several such keys with commas between them.',
      ],
      [
        { ...production, MASTER_KEY: undefined },
        'MASTER_KEY is not set, but where ESDB_URL is set it has to be 32 random bytes in base64, or several such keys with commas between them.',
      ],
      [
        { PAYMENT_PROVIDERS: 'wallet,paypal' },
        `PAYMENT_PROVIDERS is "wallet,paypal", but it has to be ${providers}.`,
      ],
      [
        { STRIPE_SECRET_KEY: 'pass-word' },
        'STRIPE_SECRET_KEY is a value that is not shown here, but it has to be a key that begins with sk_ or rk_.',
      ],
      [
        { ...stripe, STRIPE_SECRET_KEY: undefined },
        'STRIPE_SECRET_KEY is not set, but where PAYMENT_PROVIDERS names stripe it has to be a key that begins with sk_ or rk_.',
      ],
      [
        { ...stripe, STRIPE_WEBHOOK_SECRET: undefined },
        'STRIPE_WEBHOOK_SECRET is not set, but where PAYMENT_PROVIDERS names stripe it has to be a secret that begins with whsec_, or several with commas between them.',
      ],
      [
        { ...stripe, PAYMENT_PROVIDERS: 'simulator' },
        'STRIPE_SECRET_KEY is set, but PAYMENT_PROVIDERS does not name stripe: add it, or leave it out.',
      ],
      [
        { ...stripe, STRIPE_RETURN_URL: 'shop' },
        'STRIPE_RETURN_URL is "shop", but it has to be a URL that starts with http:// or https://.',
      ],
      [
        { ...stripe, STRIPE_API_URL: 'http://stripe.example.com' },
        'STRIPE_API_URL is "http://stripe.example.com", but it has to be a URL that starts with https://, or with http:// on this machine.',
      ],
      [
        { SIMULATOR_WEBHOOK_SECRET: 'pass-word' },
        'SIMULATOR_WEBHOOK_SECRET is a value that is not shown here, but it has to be at least 16 printable characters, or several such secrets with commas between them.',
      ],
      [
        { ...production, SIMULATOR_WEBHOOK_SECRET: undefined },
        'SIMULATOR_WEBHOOK_SECRET is not set, but where PAYMENT_PROVIDERS names simulator it has to be at least 16 printable characters, or several such secrets with commas between them.',
      ],
      [
        { SIMULATOR_FAULT_RATE: '1.5' },
        'SIMULATOR_FAULT_RATE is "1.5", but it has to be a number from 0 to 1.',
      ],
      [
        { SIMULATOR_LATENCY_MS: '60001' },
        'SIMULATOR_LATENCY_MS is "60001", but it has to be a whole number from 0 to 60000.',
      ],
      [
        { RESERVATION_MINUTES: '0' },
        'RESERVATION_MINUTES is "0", but it has to be a number from 0.01 to 1440.',
      ],
      [
        { PREAUTH_LIMIT_MS: '99' },
        'PREAUTH_LIMIT_MS is "99", but it has to be a whole number from 100 to 60000.',
      ],
      ...[
        '*',
        'shop.example.com',
        'https://shop.example.com/',
        'https://Shop.example.com',
        'https://a.test,,',
        'null',
      ].map(
        (text) =>
          [
            { CORS_ORIGINS: text },
            `CORS_ORIGINS is "${text}", but it has to be an origin such as https://shop.example.com, without a path or a slash at its end, or several with commas between them.`,
          ] as const,
      ),
      [
        { CORS_ORIGIN: 'https://a.test' },
        'CORS_ORIGIN is not a variable of Orderstream: did you mean CORS_ORIGINS?',
      ],
      [{ TRUSTED_PROXIES: 'all' }, 'TRUSTED_PROXIES is "all", but it has to be a whole number from 0 to 10.'],
      [{ DEMO: 'yes' }, 'DEMO is "yes", but it has to be off, local or public.'],
      [
        { LOG_LEVEL: 'warning' },
        'LOG_LEVEL is "warning", but it has to be one of trace, debug, info, warn, error, fatal, silent.',
      ],
      [{ LOG_FORMAT: 'xml' }, 'LOG_FORMAT is "xml", but it has to be pretty or json.'],
      [
        { SHUTDOWN_SECONDS: '1.5' },
        'SHUTDOWN_SECONDS is "1.5", but it has to be a whole number from 1 to 300.',
      ],
      [{ PORT: '2113' }, 'PORT and EVENTSTORE_PORT are both 2113, but each needs a port of its own.'],
      [
        { HOST: '0.0.0.0' },
        'HOST is "0.0.0.0", but others could then sign in to the demo accounts, whose password is known: set DEMO to off, or to public if that is meant.',
      ],
      [
        { ...production, JWT_PRIVATE_KEY: undefined },
        'JWT_PRIVATE_KEY is not set, but where ESDB_URL is set it has to be a private RSA key of at least 2048 bits in PEM form, or several (line ends may be written as \\n).',
      ],
      [
        { ...production, PAYMENT_PROVIDERS: undefined, ESDB_URL: undefined },
        `PAYMENT_PROVIDERS is not set, but where DATABASE_URL is set it has to be ${providers}.`,
      ],
      [{ RATE_LIMITS: 'no' }, 'RATE_LIMITS is "no", but it has to be on or off.'],
      [
        { ...production, RATE_LIMITS: 'off' },
        'RATE_LIMITS is "off", but that is for the embedded default only: it has to be on where ESDB_URL is set.',
      ],
      [
        { SHOP_URL: 'shop.example.com' },
        'SHOP_URL is "shop.example.com", but it has to be a URL that starts with http:// or https://.',
      ],
      [
        { ...production, SHOP_URL: undefined },
        'SHOP_URL is not set, but where ESDB_URL is set it has to be a URL that starts with http:// or https://.',
      ],
      [
        { SMTP_URL: 'mail:pass-word' },
        'SMTP_URL is a value that is not shown here, but it has to be a URL that starts with smtp:// or smtps://.',
      ],
      [
        { ...production, SMTP_URL: undefined },
        'SMTP_URL is not set, but where ESDB_URL is set it has to be a URL that starts with smtp:// or smtps://.',
      ],
      [
        { MAIL_FROM: 'Shop' },
        'MAIL_FROM is "Shop", but it has to be a mail address, or a name and a mail address in angle brackets.',
      ],
      [
        { SMTP_URL: 'smtp://mail' },
        'MAIL_FROM is not set, but where SMTP_URL is set it has to be a mail address, or a name and a mail address in angle brackets.',
      ],
      [
        { S3_ENDPOINT: 'http://minio:9000' },
        'S3_BUCKET is not set, but where S3_ENDPOINT is set it has to be the name of a bucket.',
      ],
      [{ S3_BUCKET: 'A/b' }, 'S3_BUCKET is "A/b", but it has to be the name of a bucket.'],
      [
        { S3_BUCKET: 'shop', S3_ENDPOINT: 'minio:9000' },
        'S3_ENDPOINT is "minio:9000", but it has to be a URL that starts with http:// or https://.',
      ],
      [
        { S3_BUCKET: 'shop', S3_REGION: 'EU 1' },
        'S3_REGION is "EU 1", but it has to be the name of a region, such as eu-central-1.',
      ],
      [
        { ...production, PRICING_FILE: undefined },
        'PRICING_FILE is not set, but where ESDB_URL is set it has to be the path of a JSON file.',
      ],
      [
        { ...production, DEMO: 'public' },
        'DEMO is "public", but demo accounts exist on the embedded default only: it has to be off where ESDB_URL is set.',
      ],
    ]
    for (const [env, sentence] of sentences) {
      it(sentence, () => {
        const error = refusal(env)
        expect(error.message).to.equal(sentence)
        expect(error.message).not.to.contain('pass-word')
        expect(sentence).to.contain(error.variable)
      })
    }

    it('for every variable that can be wrong at all', () => {
      const tested = new Set(sentences.map(([env]) => refusal(env).variable))
      // any text is a path: whether the file is there shows when it is read
      expect(
        variableNames.filter((name) => !tested.has(name) && name !== 'JWT_PRIVATE_KEY_FILE'),
      ).to.deep.equal([])
    })
  })

  describe('refuses a name that was probably meant to be another', () => {
    const slips = {
      DATABSE_URL: 'DATABASE_URL',
      DATABASE_URI: 'DATABASE_URL',
      DATABASEURL: 'DATABASE_URL',
      POSTGRESS_PORT: 'POSTGRES_PORT',
      POSTGERS_PORT: 'POSTGRES_PORT',
      LOGLEVEL: 'LOG_LEVEL',
      EVENT_STORE_PORT: 'EVENTSTORE_PORT',
      'data-dir': 'DATA_DIR',
      port: 'PORT',
      ORDERSTREAM_PORT: 'PORT',
    }
    for (const [slip, meant] of Object.entries(slips)) {
      it(`${slip}: ${meant}`, () => {
        const error = refusal({ [slip]: 'pass-word' })
        expect(error.message).to.equal(`${slip} is not a variable of Orderstream: did you mean ${meant}?`)
        expect(error.variable).to.equal(slip)
      })
    }

    it('and any other with our own prefix', () => {
      expect(refusal({ ORDERSTREAM_FOO: '1' }).message).to.equal(
        `ORDERSTREAM_FOO is not a variable of Orderstream: it knows ${variableNames.join(', ')}.`,
      )
    })

    it('but not what other programs use', () => {
      const foreign = {
        ...{ PATH: '/bin', HOME: '/root', HOSTNAME: 'x', PORTS: '1', POST: '1', TERM: 'xterm', LANG: 'C' },
        ...{ POSTGRES_HOST: 'x', POSTGRES_USER: 'x', POSTGRES_PASSWORD: 'x', POSTGRES_DB: 'x', PGPORT: '1' },
        ...{ REDIS_HOST: 'x', REDIS_PORT: '1', EVENTSTORE_INSECURE: '1', NODE_ENV: 'x', DEBUG: '1' },
        ...{ DATABASE_HOST: 'x', npm_package_name: 'x', JWT_SECRET: 'x', DEMOS: '1', LOG_FILE: 'x' },
      }
      expect(loadConfig(foreign)).to.deep.equal(loadConfig({}))
    })
  })

  it('is documented as it is', async () => {
    const page = await readFile(new URL('../docs/configuration.md', import.meta.url), 'utf8')
    expect(tablesOfVariables(page)).to.deep.equal([rowsOf(variablesTable())])
  })
})

/** Every table of variables on a page, as cells: how they are padded is the formatter's affair. */
const tablesOfVariables = (page: string): string[][][] =>
  page
    .split(/\n(?=[^|])/)
    .map((block) => block.slice(block.indexOf('| variable')))
    .filter((block) => block.startsWith('| variable'))
    .map(rowsOf)

const rowsOf = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim().replace(/^-+$/, '---')))
