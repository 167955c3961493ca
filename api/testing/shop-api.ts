import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { Pool } from 'pg'
import { pino } from 'pino'
import type { DestinationStream } from 'pino'
import { ulid } from 'ulid'
import { createCommandHandler } from '../../commands/handle.ts'
import { receiveStock } from '../../commands/receive-stock.ts'
import { createWalletAccount } from '../../commands/wallet-account.ts'
import { inventoryContracts } from '../../domain/inventory-item/events.ts'
import { orderContracts } from '../../domain/order/events.ts'
import { paymentContracts } from '../../domain/payment/events.ts'
import { walletContracts } from '../../domain/wallet/events.ts'
import { connectEventStore } from '../../eventstore/connect.ts'
import { deadLettersOf } from '../../eventstore/dead-letters.ts'
import { createRegistry } from '../../eventstore/registry.ts'
import type { PaymentProvider } from '../../gateways/payments/provider.ts'
import { createProviders } from '../../gateways/payments/providers.ts'
import { openSimulatorLedger, type SimulatorLedger } from '../../gateways/payments/simulator-ledger.ts'
import { createSimulatorVerifier } from '../../gateways/payments/simulator-verifier.ts'
import { deliverDueWebhooks } from '../../gateways/payments/simulator-webhooks.ts'
import { createSimulator } from '../../gateways/payments/simulator.ts'
import { createWalletProvider } from '../../gateways/payments/wallet.ts'
import { diskBlobStore } from '../../gateways/images/disk.ts'
import { systemClock } from '../../platform/clock.ts'
import { createMetrics } from '../../platform/metrics.ts'
import { startCartClearing } from '../../processes/cart-clearing.ts'
import { orderDeadLetters, resumeByHand, startProcesses } from '../../processes/index.ts'
import { readModelDeadLetters } from '../../projections/dead-letters.ts'
import { createOrderSignals } from '../../projections/live/order-signals.ts'
import { createWaiting, RETRY_DELAYS_MS, startProjections } from '../../projections/index.ts'
import { allProjections } from '../../projections/projections.ts'
import { createAccount } from '../../supporting/accounts/accounts.ts'
import type { Role } from '../../supporting/accounts/roles.ts'
import type { KeyRing } from '../../supporting/accounts/signing-keys.ts'
import { createKeyRing, generatePrivateKey, signingKeyOf } from '../../supporting/accounts/signing-keys.ts'
import { createCarts } from '../../supporting/carts/carts.ts'
import { createCategory } from '../../supporting/catalogue/categories.ts'
import type { NewProduct } from '../../supporting/catalogue/products.ts'
import { createProduct } from '../../supporting/catalogue/products.ts'
import { postgresKeyValue } from '../../supporting/key-value/postgres.ts'
import { cheapPasswords, createShopDatabase } from '../../supporting/testing/shop-database.ts'
import { startEventStore } from '../../test/support/servers.ts'
import { createApi } from '../app.ts'
import type { ApiDeps } from '../deps.ts'
import { answerCheck } from './openapi.ts'

export const PASSWORD = 'a password for tests'
/** Signs webhooks of the simulator. */
export const WEBHOOK_SECRET = 'a secret for tests'

/** Who a request comes from: nobody, or somebody with these roles and an account. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly token: string
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly as?: Person
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; text is sent as it stands. */
  readonly body?: unknown
}

export interface Answer<Body = Readonly<Record<string, unknown>>> {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Body
}

/** The whole shop behind its API, on real servers. */
export interface ShopApi {
  readonly app: FastifyInstance
  readonly pool: Pool
  readonly keys: KeyRing
  readonly eventStoreUrl: string
  /** The simulator's books. */
  readonly ledger: SimulatorLedger
  /** Lets the simulator send the webhooks that are due. */
  deliverWebhooks(): Promise<void>
  /** Lines that were logged, parsed. */
  readonly logged: readonly Readonly<Record<string, unknown>>[]
  /** Sends a request. The answer is checked against the published document: what that does not describe is an error. */
  call<Body = Readonly<Record<string, unknown>>>(call: Call): Promise<Answer<Body>>
  person(...roles: Role[]): Promise<Person>
  /** A product of its own with so many pieces in stock. */
  product(quantity: number, more?: Partial<NewProduct>): Promise<NewProduct>
  stop(): Promise<void>
}

/**
 * @param replace what stands in for the real thing, for tests of what happens when it is away
 * @param around what stands in front of the payment simulator
 * @param more payment providers beside it, by what their methods begin with
 */
export const startShopApi = async (
  replace: (deps: ApiDeps, eventStoreUrl: string) => ApiDeps | Promise<ApiDeps> = (deps) => deps,
  {
    around = (provider) => provider,
    more = [],
  }: {
    readonly around?: (provider: PaymentProvider) => PaymentProvider
    readonly more?: readonly { readonly prefix: string; readonly provider: PaymentProvider }[]
  } = {},
): Promise<ShopApi> => {
  const [server, shop] = await Promise.all([startEventStore(), createShopDatabase()])
  const { pool } = shop
  const silent = pino({ level: 'silent' })
  const logged: Readonly<Record<string, unknown>>[] = []
  const memory: DestinationStream = {
    write: (text) => {
      logged.push(JSON.parse(text) as Record<string, unknown>)
    },
  }
  const store = connectEventStore({
    connectionString: server.url,
    registry: createRegistry(orderContracts, inventoryContracts, paymentContracts, walletContracts),
    logger: silent,
  })
  const handler = createCommandHandler({ store })
  const now = (): Date => systemClock.now()
  const ledger = await openSimulatorLedger(pool)
  const commands: ApiDeps['commands'] = {
    handler,
    now,
    providers: createProviders(
      { prefix: 'sim_', provider: around(createSimulator(ledger, { slowMs: 300, webhookMs: 50 })) },
      { prefix: 'wallet', provider: createWalletProvider(createWalletAccount({ handler, now })) },
      ...more,
    ),
    reservationMinutes: 15,
    pricing: {
      shipping: [{ countries: ['DE', 'GB'], fee: { amount: 490, currency: 'EUR' }, freeFrom: 5_000 }],
      tax: [{ countries: '*', basisPoints: 1_900 }],
    },
  }
  const limits = { lingerMs: 0, busyLingerMs: 0 }
  const projections = await startProjections({ store, pool, logger: silent, limits })
  const processes = startProcesses({ ...commands, store, logger: silent })
  const keyValue = postgresKeyValue(pool)
  const clearing = startCartClearing({
    ...{ store, handler, logger: silent },
    clearCart: async ({ customerId, orderId, lines }) => {
      await createCarts({ store: keyValue, now }).takeOutPaid(customerId, orderId, lines)
      return 'done'
    },
  })
  const waiting = createWaiting({ pool, logger: silent })
  const signals = createOrderSignals({ store, logger: silent })
  const keys = createKeyRing([signingKeyOf(await generatePrivateKey())])
  const passwords = await cheapPasswords()
  const images = await mkdtemp(join(tmpdir(), 'orderstream-images-'))
  const resume = (orderId: string): ReturnType<typeof resumeByHand> =>
    resumeByHand({ ...commands, store }, orderId)
  const app = await createApi(
    await replace(
      {
        commands,
        pool,
        store,
        waiting,
        signals,
        passwords,
        keys,
        verifiers: [createSimulatorVerifier([WEBHOOK_SECRET])],
        keyValue,
        images: diskBlobStore(images),
        links: { shopFront: 'https://shop.test' },
        // tests send more than people do; those of the limits set some
        rateLimits: 'off',
        clock: systemClock,
        logger: pino({ level: 'debug' }, memory),
        health: {
          postgres: async () => {
            await pool.query('select 1')
          },
          eventStore: () => store.headPosition().then(() => undefined),
        },
        resume,
        deadLetters: deadLettersOf(
          orderDeadLetters({ store, resume }),
          readModelDeadLetters({ pool, store, projections: allProjections, retries: RETRY_DELAYS_MS.length }),
        ),
        metrics: createMetrics(),
        metricsAccess: { kind: 'open' },
        version: '1.0.0',
      },
      server.url,
    ),
  )
  await createCategory(pool, { id: 'things', name: 'Things', parentId: null }, systemClock.now())
  const check = answerCheck(app.swagger() as OpenAPIV3_1.Document)

  const call = async <Body>({ method, url, as, headers, body }: Call): Promise<Answer<Body>> => {
    const answer = await app.inject({
      method,
      url,
      headers: {
        ...(as !== undefined && { authorization: `Bearer ${as.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const observed = {
      status: answer.statusCode,
      headers: answer.headers as Answer['headers'],
      body: answer.body,
    }
    check({ method, url, ...observed })
    if (String(answer.headers['content-type']).startsWith('text/plain')) {
      return { ...observed, body: answer.body as Body }
    }
    const isJson = /json/.test(observed.headers['content-type'] ?? '')
    return { ...observed, body: (isJson && answer.body !== '' ? answer.json() : {}) as Body }
  }

  const person = async (...roles: Role[]): Promise<Person> => {
    const id = ulid()
    const email = `${id.toLowerCase()}@shop.test`
    const createdAt = systemClock.now()
    const account = { id, email, name: id, password: PASSWORD, roles, emailVerifiedAt: createdAt, createdAt }
    await createAccount(pool, passwords, account)
    const { body } = await call<{ accessToken: string }>({
      method: 'POST',
      url: '/api/v1/auth/login',
      body: { email, password: PASSWORD },
    })
    return { id, email, token: body.accessToken }
  }

  const product = async (quantity: number, more: Partial<NewProduct> = {}): Promise<NewProduct> => {
    const id = ulid().toLowerCase()
    const made: NewProduct = {
      id,
      sku: `SKU-${id}`,
      name: `Thing ${id}`,
      description: 'A thing',
      categoryId: 'things',
      price: { amount: 1_000, currency: 'EUR' },
      active: true,
      ...more,
    }
    await createProduct(pool, made, systemClock.now())
    if (quantity > 0) {
      const context = { correlationId: 'test', causationId: 'test', commandId: randomUUID() }
      const actor = { kind: 'system', id: 'test' } as const
      await receiveStock(
        commands,
        { sku: made.sku, quantity, reference: 'first delivery' },
        { ...context, actor },
      )
    }
    return made
  }

  return {
    app,
    pool,
    keys,
    eventStoreUrl: server.url,
    ledger,
    deliverWebhooks: async () => {
      await deliverDueWebhooks({
        ledger,
        secret: WEBHOOK_SECRET,
        logger: silent,
        deliver: async ({ body, headers }) => {
          const url = '/api/v1/payments/webhooks/simulator'
          const { status } = await call({ method: 'POST', url, headers, body })
          if (status !== 200) throw new Error(`a webhook was answered with ${status}`)
        },
      })
    },
    logged,
    call,
    person,
    product,
    stop: async () => {
      await app.close()
      await waiting.stop()
      await signals.stop()
      await clearing.stop()
      await processes.stop()
      await projections.stop()
      await store.close()
      await shop.stop()
      await server.stop()
      await rm(images, { recursive: true, force: true })
    },
  }
}
