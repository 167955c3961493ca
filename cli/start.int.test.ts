import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { freePort } from '../test/support/servers.ts'
import { eventually } from '../test/support/eventually.ts'
import { processesOn, startOrderstream, temporaryDataDir } from '../test/support/orderstream.ts'
import type { Role } from './start/arguments.ts'
import type { Orderstream, StartOptions } from '../test/support/orderstream.ts'

const demo = { password: 'orderstream-demo' }

const getJson = async (url: string, init?: RequestInit): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(url, init)
  return { status: response.status, body: await response.json() }
}

const signIn = (api: string, email: string): Promise<{ status: number; body: unknown }> =>
  getJson(`${api}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, ...demo }),
  })

const productsOf = async (api: string): Promise<Record<string, unknown>[]> => {
  const { body } = await getJson(`${api}/api/v1/products?limit=100`)
  return (body as { items: Record<string, unknown>[] }).items
}

/** The demo shop's products, once the read model of stock has caught up. */
const allInStock = (api: string): Promise<Record<string, unknown>[]> =>
  eventually(async () => {
    const found = await productsOf(api)
    return found.every(({ available }) => Number(available) > 0) && found
  })

/** Orders one piece of the first product and waits until that is settled. */
const placeOrder = async (api: string, key = 'one'): Promise<unknown> => {
  const { accessToken } = (await signIn(api, 'customer@demo.test')).body as { accessToken: string }
  const [product] = await productsOf(api)
  const { body } = await getJson(`${api}/api/v1/orders`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${accessToken}`,
      'idempotency-key': key,
      prefer: 'wait=10',
    },
    body: JSON.stringify({
      items: [{ productId: product?.['id'], quantity: 1 }],
      shippingAddress: { name: 'Ada', line1: 'Street 1', city: 'Berlin', postalCode: '10115', country: 'DE' },
      paymentMethodId: 'sim_approve',
    }),
  })
  const { id } = body as { id: string }
  // right after a start the read models may still be waiting for their turn: then the order is looked at until it has moved
  return eventually(
    async () => {
      const order = await getJson(`${api}/api/v1/orders/${id}`, {
        headers: { authorization: `Bearer ${accessToken}` },
      })
      return (order.body as { status: string }).status === 'paid' ? order.body : undefined
    },
    { withinMs: 60_000 },
  )
}

describe('npm start', function () {
  this.timeout(120_000)
  let data: Awaited<ReturnType<typeof temporaryDataDir>>
  const instances: Orderstream[] = []

  const start = (options: Partial<StartOptions> = {}): Orderstream => {
    const instance = startOrderstream({ dataDir: data.path, ...options })
    instances.push(instance)
    return instance
  }
  const nothingLeft = async (): Promise<void> => {
    await eventually(async () => (await processesOn(data.path)).length === 0)
  }
  const processWith = async (word: string): Promise<number> => {
    const found = (await processesOn(data.path)).filter(({ command }) => command.includes(word))
    expect(found, `processes with ${word}`).to.have.length(1)
    return found[0]?.pid ?? 0
  }

  beforeEach(async () => {
    data = await temporaryDataDir()
  })
  afterEach(async () => {
    for (const { process } of instances.splice(0)) process.kill('SIGKILL')
    await data.remove()
  })

  it('opens a demo shop for its owner only, stops on Ctrl-C, and opens again with the same shop', async () => {
    const first = start()
    const api = await first.ready()
    expect(first.output()).to.contain('admin@demo.test, customer@demo.test').and.contain(demo.password)
    expect(first.output())
      .to.match(/API docs +http:\S+\/docs\n/)
      .and.match(/Event browser +http:\S+\/web\n/)

    expect((await getJson(`${api}/health/live`)).status).to.equal(200)
    expect((await getJson(`${api}/health/ready`)).body).to.deep.equal({
      status: 'ready',
      checks: { eventStore: 'up', postgres: 'up' },
    })
    expect((await signIn(api, 'admin@demo.test')).status).to.equal(200)
    expect((await signIn(api, 'customer@demo.test')).status).to.equal(200)
    const products = await allInStock(api)
    expect(products).to.have.length.of.at.least(24)

    for (const secret of ['jwt-private-key.pem', 'postgres/password']) {
      expect((await stat(join(data.path, secret))).mode & 0o777, secret).to.equal(0o600)
    }
    expect((await stat(data.path)).mode & 0o066).to.equal(0)
    const password = (await readFile(join(data.path, 'postgres/password'), 'utf8')).trim()
    expect(first.output()).not.to.contain(password)

    // one more on the same directory is refused, which does not disturb the first
    const beside = start()
    expect(await beside.ended).to.deep.equal({ code: 1, signal: null })
    expect(beside.complaints()).to.equal(
      `orderstream: The data directory ${data.path} is in use by another instance (process ${first.pid}): stop it, or set DATA_DIR.\n`,
    )
    expect((await getJson(`${api}/health/ready`)).status).to.equal(200)

    first.process.kill('SIGINT')
    expect(await first.ended).to.deep.equal({ code: 0, signal: null })
    expect(first.complaints()).to.equal('')
    expect(await processesOn(data.path)).to.deep.equal([])

    const second = start()
    expect(await productsOf(await second.ready())).to.deep.equal(products)
    second.process.kill('SIGTERM')
    expect(await second.ended).to.deep.equal({ code: 0, signal: null })

    const exposed = start({ env: { HOST: '0.0.0.0', DEMO: 'off' } })
    expect(await exposed.ended).to.deep.equal({ code: 1, signal: null })
    expect(exposed.complaints()).to.equal(
      'orderstream: HOST is "0.0.0.0", but the database holds demo accounts, whose password is known, from an earlier start: set DATA_DIR to a new directory.\n',
    )
  })

  describe('names the port that another program has, and leaves nothing running:', () => {
    const cases = [
      { variable: 'PORT', purpose: 'the API' },
      { variable: 'EVENTSTORE_PORT', purpose: 'the embedded event store node' },
      { variable: 'POSTGRES_PORT', purpose: 'the embedded Postgres' },
    ]
    let other: Server
    beforeEach(async () => {
      other = createServer().listen(0, '127.0.0.1')
      await once(other, 'listening')
    })
    afterEach(() => other.close())

    for (const { variable, purpose } of cases) {
      it(variable, async () => {
        await data.openedBefore()
        const { port } = other.address() as AddressInfo
        const instance = start({ env: { [variable]: String(port) } })
        expect(await instance.ended).to.deep.equal({ code: 1, signal: null })
        expect(instance.complaints()).to.equal(
          `orderstream: Port ${port}, meant for ${purpose}, is in use: stop what uses it or set ${variable}.\n`,
        )
        await nothingLeft()
      })
    }
  })

  describe('ends with one sentence, and leaves nothing running, when it loses', () => {
    const cases = [
      {
        what: 'its event store node',
        word: 'eventstore-node',
        sentence: 'The embedded event store node ended by itself: SIGKILL.',
      },
      {
        what: 'its Postgres',
        word: 'bin/postgres',
        sentence: 'The embedded Postgres ended by itself (SIGKILL).',
      },
    ]
    for (const { what, word, sentence } of cases) {
      it(what, async () => {
        await data.openedBefore()
        const instance = start({ env: { LOG_LEVEL: 'silent' } })
        await instance.ready()
        process.kill(await processWith(word), 'SIGKILL')
        expect(await instance.ended).to.deep.equal({ code: 1, signal: null })
        expect(instance.complaints()).to.equal(`orderstream: ${sentence}\n`)
        await nothingLeft()
      })
    }
  })

  it('starts again at once, with what it had, when it alone was killed or all of it', async () => {
    await data.openedBefore()
    const [apiPort, nodePort, postgresPort] = [await freePort(), await freePort(), await freePort()]
    // on fixed ports, so that whatever is left behind is in the way
    const env = {
      PORT: String(apiPort),
      EVENTSTORE_PORT: String(nodePort),
      POSTGRES_PORT: String(postgresPort),
    }
    const first = start({ env })
    const api = await first.ready()
    const products = await allInStock(api)

    first.process.kill('SIGKILL')
    await first.ended
    const second = start({ env })
    expect(await productsOf(await second.ready())).to.deep.equal(products)

    const all = await processesOn(data.path)
    expect(all.length).to.be.at.least(2)
    for (const { pid } of [{ pid: second.pid }, ...all]) process.kill(pid, 'SIGKILL')
    await second.ended
    const third = start({ env })
    expect(await productsOf(await third.ready())).to.deep.equal(products)

    // even where nobody starts it again, nothing is left behind for long
    third.process.kill('SIGKILL')
    await nothingLeft()
  })

  it('is ended at once by a second Ctrl-C', async () => {
    await data.openedBefore()
    const instance = start({ env: { SHUTDOWN_SECONDS: '300' } })
    await instance.ready()
    const node = await processWith('eventstore-node')
    // it does not answer, so that stopping it in order would take long
    process.kill(node, 'SIGSTOP')
    try {
      instance.process.kill('SIGINT')
      const ended = await eventually(() => {
        instance.process.kill('SIGINT')
        return instance.process.exitCode !== null
      })
      expect(ended).to.equal(true)
      expect(await instance.ended).to.deep.equal({ code: 130, signal: null })
    } finally {
      process.kill(node, 'SIGCONT')
    }
    await nothingLeft()
  })

  it('can be told to stop while it starts', async () => {
    const instance = start({ env: { LOG_LEVEL: 'debug' } })
    await eventually(() => instance.output().includes('"msg":"started"'))
    instance.process.kill('SIGINT')
    expect(await instance.ended).to.deep.equal({ code: 0, signal: null })
    expect(instance.complaints()).to.equal('')
    await nothingLeft()
  })

  it('runs in parts, each alone and several times, on servers that are named; any one of them may go', async function () {
    this.timeout(240_000)
    await data.openedBefore()
    const nodePort = await freePort()
    const postgresPort = await freePort()
    const ports = { EVENTSTORE_PORT: String(nodePort), POSTGRES_PORT: String(postgresPort) }
    const projecting = start({ args: ['--roles', 'projections'], env: ports })
    const health = await projecting.ready()
    expect((await getJson(`${health}/health/ready`)).body).to.deep.equal({
      status: 'ready',
      checks: { eventStore: 'up', postgres: 'up' },
    })
    expect((await fetch(`${health}/api/v1/products`)).status).to.equal(404)
    const metrics = await (await fetch(`${health}/metrics`)).text()
    expect(metrics)
      .to.match(/^process_resident_memory_bytes \d+$/m)
      .and.match(/^orderstream_projection_lag_seconds\{projection="orders"\} [\d.]+$/m)

    const password = (await readFile(join(data.path, 'postgres/password'), 'utf8')).trim()
    const secrets = {
      JWT_PRIVATE_KEY: await readFile(join(data.path, 'jwt-private-key.pem'), 'utf8'),
      MASTER_KEY: await readFile(join(data.path, 'master-key'), 'utf8'),
      SIMULATOR_WEBHOOK_SECRET: await readFile(join(data.path, 'simulator-webhook-secret'), 'utf8'),
    }
    const startRole = async (
      role: Role,
    ): Promise<{ readonly instance: Orderstream; readonly url: string }> => {
      const instance = start({
        args: ['--roles', role],
        env: {
          ...secrets,
          LOG_FORMAT: 'json',
          PORT: String(await freePort()),
          ESDB_URL: `esdb://127.0.0.1:${nodePort}?tls=false`,
          DATABASE_URL: `postgres://orderstream:${password}@127.0.0.1:${postgresPort}/orderstream`,
          SHOP_URL: 'http://localhost:3000',
          SMTP_URL: 'smtp://127.0.0.1:1',
          MAIL_FROM: 'shop@example.com',
          PAYMENT_PROVIDERS: 'simulator',
          PRICING_FILE: 'deploy/pricing.example.json',
        },
      })
      const isReady = (text: string): boolean => text.includes('"msg":"ready"')
      const line = await eventually(() => instance.output().split('\n').find(isReady) ?? false, {
        withinMs: 60_000,
      })
      return { instance, url: (JSON.parse(line) as { url: string }).url }
    }
    const [driving, taking] = await Promise.all([
      Promise.all([startRole('processes'), startRole('processes')]),
      Promise.all([startRole('api'), startRole('api')]),
      startRole('projections'),
    ])
    for (const [index, { url }] of taking.entries())
      expect(await placeOrder(url, `before-${index}`)).to.have.property('status', 'paid')

    // whoever goes without a word leaves its work to the other
    driving[0].instance.process.kill('SIGKILL')
    for (const [index, { url }] of taking.entries())
      expect(await placeOrder(url, `after-${index}`)).to.have.property('status', 'paid')

    const said = [...driving, ...taking].map(({ instance }) => `${instance.output()}${instance.complaints()}`)
    expect(said.join('\n')).not.to.contain(password)
    taking[0].instance.process.kill('SIGTERM')
    expect(await taking[0].instance.ended).to.deep.equal({ code: 0, signal: null })
    expect(await placeOrder(taking[1].url, 'alone')).to.have.property('status', 'paid')
  })

  it('refuses what it can not understand, before it starts anything', async () => {
    const refused = start({ env: { PORT: 'abc' } })
    expect(await refused.ended).to.deep.equal({ code: 1, signal: null })
    expect(refused.complaints()).to.equal(
      'orderstream: PORT is "abc", but it has to be a port number from 0 to 65535 (0: any free one).\n',
    )
    expect(refused.output()).to.equal('')
    expect(existsSync(data.path)).to.equal(false)
  })

  it('tells how it is used', async () => {
    const helped = start({ args: ['--help'] })
    expect(await helped.ended).to.deep.equal({ code: 0, signal: null })
    expect(helped.output()).to.contain('--roles')
  })
})
