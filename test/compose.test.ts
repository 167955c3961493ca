import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { parse } from 'yaml'
import { z } from 'zod'
import { readArguments } from '../cli/start/arguments.ts'
import { loadConfig } from '../platform/config.ts'
import { variableNames } from '../platform/variables.ts'

const root = new URL('../', import.meta.url)

const Service = z.looseObject({
  environment: z.record(z.string(), z.string()),
  command: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
})
const Compose = z.object({
  services: z.record(z.string(), Service.extend({ environment: Service.shape.environment.default({}) })),
  volumes: z.record(z.string(), z.null()),
})

/** What a person has set before `docker compose up`. */
const exported: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: 'a1b2c3',
  JWT_PRIVATE_KEY: generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString(),
  MASTER_KEY: randomBytes(32).toString('base64'),
  SHOP_URL: 'http://localhost:3000',
  SMTP_URL: 'smtp://mail.example.com',
  MAIL_FROM: 'shop@example.com',
  PAYMENT_PROVIDERS: 'simulator',
  SIMULATOR_WEBHOOK_SECRET: 'signs-webhooks-of-tests',
  PRICING_FILE: './deploy/pricing.example.json',
}

const VARIABLE = /\$\{(?<name>\w+)(?<rest>:[?-][^}]*)?\}/g

const interpolate = (text: string): string =>
  text.replaceAll(VARIABLE, (_match, name: string, rest: string | undefined) => {
    const value = exported[name] ?? (rest?.startsWith(':-') ? rest.slice(2) : undefined)
    if (value === undefined) throw new Error(`${name} is not set`)
    return value
  })

describe('docker-compose.yml', () => {
  let text: string
  let dockerfile: string
  let compose: z.output<typeof Compose>
  before(async () => {
    text = await readFile(new URL('docker-compose.yml', root), 'utf8')
    dockerfile = await readFile(new URL('Dockerfile', root), 'utf8')
    compose = Compose.parse(parse(text, { merge: true }))
  })
  const product = (): [string, z.output<typeof Service>][] =>
    Object.entries(compose.services).filter(([, service]) => service['image'] === 'orderstream')

  it('runs the product, EventStoreDB 24.10, Postgres and Redis', () => {
    const images = Object.values(compose.services).map((service) => service['image'])
    expect(images).to.have.members([
      'orderstream',
      'orderstream',
      'eventstore/eventstore:24.10',
      'postgres:18',
      'redis:8',
    ])
  })

  it('gives the product only variables that it knows, and all that it requires', () => {
    expect(product()).to.have.length(2)
    for (const [name, { environment }] of product()) {
      expect(variableNames, name).to.include.members(Object.keys(environment))
      const env = Object.fromEntries(
        Object.entries(environment).map(([variable, value]) => [variable, interpolate(value)]),
      )
      const { eventStore, postgres, redisUrl, demo } = loadConfig({ ...imageEnvironment(dockerfile), ...env })
      expect([eventStore.kind, postgres.kind, demo], name).to.deep.equal(['external', 'external', 'off'])
      expect(redisUrl, name).to.equal('redis://redis:6379')
    }
  })

  it('names the other services as they are called', () => {
    for (const [, { environment }] of product()) {
      const hosts = ['ESDB_URL', 'DATABASE_URL', 'REDIS_URL'].map(
        (variable) => new URL(interpolate(environment[variable] ?? '')).hostname,
      )
      expect(Object.keys(compose.services)).to.include.members(hosts)
    }
  })

  it('has no default for a secret', () => {
    const named = [...text.matchAll(VARIABLE)].map(({ groups }) => ({
      name: groups?.['name'],
      rest: groups?.['rest'],
    }))
    // what payment providers need is asked for at start, where they are chosen
    const chosen = [
      'SIMULATOR_WEBHOOK_SECRET',
      'STRIPE_SECRET_KEY',
      'STRIPE_WEBHOOK_SECRET',
      'STRIPE_RETURN_URL',
    ]
    expect(named.filter(({ rest }) => rest === ':-').map(({ name }) => name)).to.deep.equal(chosen)
    const withoutDefault = named.filter(({ rest }) => rest?.startsWith(':?')).map(({ name }) => name)
    const withDefault = named.filter(({ rest }) => !rest?.startsWith(':?')).map(({ name }) => name)
    expect(new Set(withoutDefault)).to.deep.equal(
      new Set(Object.keys(exported).filter((name) => !chosen.includes(name))),
    )
    expect(new Set(withDefault)).to.deep.equal(new Set(['LOG_LEVEL', 'PORT', ...chosen]))
  })

  it('runs every role of the product once', () => {
    const roles = product().flatMap(([, { command }]) => [...readArguments(command ?? []).roles])
    expect(roles.sort()).to.deep.equal(['api', 'processes', 'projections'])
  })

  it('waits for what is needed until that is well', () => {
    const { workers, api } = compose.services
    expect(workers?.depends_on).to.deep.equal({
      eventstore: { condition: 'service_healthy' },
      postgres: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
    })
    expect(api?.depends_on).to.deep.equal({ workers: { condition: 'service_healthy' } })
    for (const name of ['eventstore', 'postgres', 'redis']) {
      expect(compose.services[name]?.healthcheck, name).not.to.equal(undefined)
    }
  })

  it('keeps the data of each server in a volume, and opens only the API to others', () => {
    const named = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.flatMap((volume) => volume.match(/^[a-z]+(?=:)/) ?? []),
    )
    expect(named.sort()).to.deep.equal(Object.keys(compose.volumes).sort())
    const ports = Object.entries(compose.services).flatMap(([name, service]) =>
      service.ports ? [[name, ...service.ports]] : [],
    )
    expect(ports).to.deep.equal([
      ['api', '${PORT:-3000}:3000'],
      ['eventstore', '127.0.0.1:2113:2113'],
    ])
  })
})

describe('Dockerfile', () => {
  let lines: string[]
  before(async () => {
    lines = (await readFile(new URL('Dockerfile', root), 'utf8')).split('\n')
  })
  const lastStage = (): string[] => lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')))

  it('starts compiled code as an ordinary user, with what it needs at run time only', () => {
    expect(lastStage()).to.include('USER node')
    expect(lastStage()).to.include('ENTRYPOINT ["node", "--enable-source-maps", "dist/cli/start.js"]')
    expect(existsSync(new URL('cli/start.ts', root))).to.equal(true)
    expect(lines.some((line) => line.endsWith('npm ci --omit=dev'))).to.equal(true)
  })

  it('asks for the health that the product answers', () => {
    const check = lastStage().join('\n')
    expect(check).to.match(
      /HEALTHCHECK [^\n]+\\\n {2}CMD \["node", "-e", "fetch\(`http:\/\/127\.0\.0\.1:.*\/health\/ready`/,
    )
  })

  it('sets only variables that the product knows', () => {
    const { NODE_ENV, ...own } = imageEnvironment(lines.join('\n'))
    expect(NODE_ENV).to.equal('production')
    expect(variableNames).to.include.members(Object.keys(own))
  })
})

const imageEnvironment = (dockerfile: string): Record<string, string> =>
  Object.fromEntries(
    [...dockerfile.matchAll(/^ENV (.+)$/gm)].flatMap(([, pairs = '']) =>
      pairs.split(' ').map((pair): [string, string] => {
        const [name = '', value = ''] = pair.split('=')
        return [name, value]
      }),
    ),
  )
