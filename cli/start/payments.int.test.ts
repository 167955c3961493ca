import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { pino } from 'pino'
import type { Pool } from 'pg'
import { createCommandHandler } from '../../commands/handle.ts'
import { walletContracts } from '../../domain/wallet/events.ts'
import { connectEventStore, type ConnectedEventStore } from '../../eventstore/connect.ts'
import { createRegistry } from '../../eventstore/registry.ts'
import { ProviderUnavailableError } from '../../gateways/payments/provider.ts'
import { simulatorMethods } from '../../gateways/payments/simulator-methods.ts'
import { failureOf, voidRequest } from '../../gateways/payments/testing/scripted-provider.ts'
import { startStripeServer, type StripeServer } from '../../gateways/payments/testing/stripe-server.ts'
import { systemClock } from '../../platform/clock.ts'
import { loadConfig, type Environment } from '../../platform/config.ts'
import { createMetrics } from '../../platform/metrics.ts'
import { connectPostgres } from '../../platform/postgres.ts'
import { createDatabase, startEventStore } from '../../test/support/servers.ts'
import { showBreakers } from './metrics.ts'
import { openPayments, type Payments } from './payments.ts'
import { StartError } from './start-error.ts'

describe('payment providers of a start', () => {
  let folder: string
  let pool: Pool
  let store: ConnectedEventStore
  let stripe: StripeServer
  let stop: () => Promise<unknown>
  const lines: string[] = []

  before(async () => {
    const [server, database] = await Promise.all([startEventStore(), createDatabase()])
    stripe = await startStripeServer()
    pool = connectPostgres(database.url, { applicationName: 'test', logger: pino({ level: 'silent' }) })
    store = connectEventStore({
      connectionString: server.url,
      registry: createRegistry(walletContracts),
      logger: pino({ level: 'silent' }),
    })
    stop = async () => {
      await store.close()
      await pool.end()
      await Promise.all([server.stop(), database.stop(), stripe.stop()])
    }
  })
  after(() => stop())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderstream-payments-'))
    lines.length = 0
  })
  afterEach(() => rm(folder, { recursive: true }))

  const open = (env: Environment = {}): Promise<Payments> =>
    openPayments({
      config: loadConfig({ DATA_DIR: folder, ...env }),
      pool,
      handler: createCommandHandler({ store }),
      clock: systemClock,
      logger: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }),
    })
  const withStripe = (): Promise<Payments> =>
    open({
      PAYMENT_PROVIDERS: 'stripe,wallet,simulator',
      STRIPE_SECRET_KEY: stripe.secretKey,
      STRIPE_WEBHOOK_SECRET: 'whsec_for_tests_only',
      STRIPE_API_URL: `http://${stripe.api.host}:${stripe.api.port}`,
    })

  it('are the simulator, with all its methods, and the wallet where nothing is said', async () => {
    const { providers, verifiers } = await open()
    for (const method of simulatorMethods.keys())
      expect(providers.forMethod(method)?.name).to.equal('simulator')
    expect(simulatorMethods.size).to.equal(12)
    expect(providers.forMethod('wallet')?.name).to.equal('wallet')
    expect(providers.forMethod('pm_card_visa')).to.equal(undefined)
    expect(verifiers.map(({ provider }) => provider)).to.deep.equal(['simulator'])
  })

  it('stand side by side, told apart by how their payment methods begin', async () => {
    const { providers, verifiers } = await withStripe()
    const provider = providers.forMethod('pm_card_visa')
    expect(provider?.name).to.equal('stripe')
    expect(providers.forMethod('wallet')?.name).to.equal('wallet')
    expect(providers.forMethod('sim_approve')?.name).to.equal('simulator')
    expect(verifiers.map((verifier) => verifier.provider)).to.deep.equal(['stripe', 'simulator'])
    const answer = await provider?.authorize({
      ...{
        paymentId: 'p1',
        customerId: 'c1',
        paymentMethodId: 'pm_card_visa',
        idempotencyKey: 'p1/authorize',
      },
      amount: { amount: 1_000, currency: 'EUR' },
    })
    expect(answer).to.include({ kind: 'authorized' })
    expect(stripe.books.intents.size).to.equal(1)
  })

  it('sign webhooks with a secret of this installation, made once, for its owner only', async () => {
    await open()
    const path = join(folder, 'simulator-webhook-secret')
    const secret = await readFile(path, 'utf8')
    expect(secret).to.match(/^[0-9a-f]{48}\n$/)
    expect((await stat(path)).mode & 0o777).to.equal(0o600)
    await open()
    expect(await readFile(path, 'utf8')).to.equal(secret)
    await writeFile(path, '')
    expect(await failureOf(open())).to.be.instanceOf(StartError)
  })

  it('fail as often as they are told to', async () => {
    const { providers } = await open({ SIMULATOR_FAULT_RATE: '1' })
    const error = await failureOf(providers.named('simulator').void(voidRequest('k1')))
    expect(error).to.be.instanceOf(ProviderUnavailableError)
    expect(error).to.have.nested.property('cause.message').that.contains('simulated fault')
  })

  it('answer as late as they are told to', async () => {
    const late = 300
    const { providers } = await open({ SIMULATOR_LATENCY_MS: String(late) })
    const begun = performance.now()
    await providers.named('simulator').void(voidRequest('k2'))
    // timers may be early by a fraction of a millisecond
    expect(performance.now() - begun).to.be.at.least(late - 1)
  })

  it('that are slower than they may be are given up, as one outside would be', async () => {
    const { providers } = await open({ SIMULATOR_LATENCY_MS: '10000' })
    const error = await failureOf(providers.named('simulator').void(voidRequest('k3')))
    expect(error).to.be.instanceOf(ProviderUnavailableError)
    expect(error).to.have.nested.property('cause.message').that.contains('2500 ms')
  })

  it('show the state of their circuit breakers, and log no secret', async () => {
    const payments = await withStripe()
    const metrics = createMetrics()
    showBreakers(metrics, payments.resilient)
    expect(await metrics.metrics()).to.contain(
      'orderstream_payment_breaker{provider="stripe",state="closed"} 1',
    )
    const provider = payments.providers.named('stripe')
    const request = { ...voidRequest('p2/void'), providerReference: 'pi_1' }
    for (let call = 0; call < 2; call += 1) {
      stripe.fail(
        ...Array.from({ length: 3 }, () => ({ at: /cancel/, kind: 'too_many', isDone: false }) as const),
      )
      expect(await failureOf(provider.void(request))).to.be.instanceOf(ProviderUnavailableError)
    }
    const shown = await metrics.metrics()
    expect(shown).to.contain('orderstream_payment_breaker{provider="stripe",state="open"} 1')
    expect(shown).to.contain('orderstream_payment_breaker{provider="stripe",state="closed"} 0')
    expect(shown).to.contain('orderstream_payment_breaker{provider="wallet",state="closed"} 1')
    const logged = lines.join('')
    expect(logged).to.contain('"breaker":"open"')
    expect(logged).not.to.contain(stripe.secretKey).and.not.to.contain('whsec_')
  })
})
