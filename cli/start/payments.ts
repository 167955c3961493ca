import { randomBytes, randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { CommandDeps } from '../../commands/deps.ts'
import { createWalletAccount } from '../../commands/wallet-account.ts'
import type { PaymentProvider } from '../../gateways/payments/provider.ts'
import { createProviders, type PaymentProviders } from '../../gateways/payments/providers.ts'
import { resilient, type ResilientProvider } from '../../gateways/payments/resilient.ts'
import { openSimulatorLedger } from '../../gateways/payments/simulator-ledger.ts'
import { createSimulatorVerifier } from '../../gateways/payments/simulator-verifier.ts'
import { postWebhooks, startSimulatorWebhooks } from '../../gateways/payments/simulator-webhooks.ts'
import { createSimulator } from '../../gateways/payments/simulator.ts'
import { createStripeVerifier } from '../../gateways/payments/stripe-verifier.ts'
import { createStripeProvider } from '../../gateways/payments/stripe.ts'
import { createWalletProvider, WALLET_METHOD } from '../../gateways/payments/wallet.ts'
import type { WebhookVerifier } from '../../gateways/payments/webhook.ts'
import { withFaults } from '../../gateways/payments/with-faults.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config.ts'
import type { PaymentProviderName } from '../../platform/variables.ts'
import { keptOrMade } from './kept-file.ts'
import { StartError } from './start-error.ts'
import type { Part } from './system.ts'

export interface PaymentsOptions {
  readonly config: Pick<Config, 'payments' | 'dataDir'>
  readonly pool: Pool
  /** Of the wallets' streams. */
  readonly handler: CommandDeps['handler']
  readonly clock: Clock
  readonly logger: Logger
}

/** All ways to pay that are set up. */
export interface Payments {
  readonly providers: PaymentProviders
  /** Each behind its time limit, retries and circuit breaker. */
  readonly resilient: readonly ResilientProvider[]
  readonly verifiers: readonly WebhookVerifier[]
  /** Lets providers that are part of this program send their webhooks to the API at `url`. */
  readonly startWebhooks: (url: string) => Part
}

interface Way {
  /** With it begin the ids of its payment methods. */
  readonly prefix: string
  readonly provider: PaymentProvider
  readonly verifier?: WebhookVerifier
  readonly startWebhooks?: (url: string) => Part
}

type Opening = (options: PaymentsOptions) => Promise<Way>

/** @throws StartError where the secret of the simulator's webhooks can't be read */
export const openPayments = async (options: PaymentsOptions): Promise<Payments> => {
  const { config, logger } = options
  const ways = await Promise.all(config.payments.providers.map((name) => OPENING[name](options)))
  const behind = ways.map(({ prefix, provider }) => ({ prefix, provider: resilient(provider) }))
  for (const { provider } of behind) {
    provider.breaker.onChange((state) => {
      logger.warn(
        { provider: provider.name, breaker: state },
        'the circuit breaker of a payment provider has changed',
      )
    })
  }
  return {
    providers: createProviders(...behind),
    resilient: behind.map(({ provider }) => provider),
    verifiers: ways.flatMap(({ verifier }) => verifier ?? []),
    startWebhooks: (url) => {
      const senders = ways.flatMap(({ startWebhooks }) => startWebhooks?.(url) ?? [])
      return {
        stop: async () => {
          await Promise.all(senders.map((sender) => sender.stop()))
        },
      }
    },
  }
}

const OPENING: Readonly<Record<PaymentProviderName, Opening>> = {
  simulator: async ({ config, pool, clock, logger }) => {
    const { faultRate: rate, latencyMs } = config.payments.simulator
    const secrets = await webhookSecretsOf(config)
    const ledger = await openSimulatorLedger(pool)
    const simulator = createSimulator(ledger, { clock })
    return {
      prefix: 'sim_',
      provider:
        rate > 0 || latencyMs > 0
          ? withFaults(simulator, { rate, latencyMs, seed: randomInt(2 ** 31) })
          : simulator,
      verifier: createSimulatorVerifier(secrets, { clock }),
      startWebhooks: (url) =>
        startSimulatorWebhooks({
          ...{ ledger, secret: secrets[0], clock },
          deliver: postWebhooks(`${url}/api/v1/payments/webhooks/simulator`),
          logger: logger.child({ room: 'payment simulator' }),
        }),
    }
  },
  wallet: ({ handler, clock }) =>
    Promise.resolve({
      prefix: WALLET_METHOD,
      provider: createWalletProvider(createWalletAccount({ handler, now: () => clock.now() })),
    }),
  stripe: ({ config, clock }) => {
    const { stripe } = config.payments
    if (stripe === undefined) throw new Error('stripe was chosen and has no keys')
    const { secretKey, webhookSecrets, returnUrl, apiUrl } = stripe
    return Promise.resolve({
      prefix: 'pm_',
      provider: createStripeProvider({ secretKey, returnUrl, ...(apiUrl && { api: addressOf(apiUrl) }) }),
      verifier: createStripeVerifier(webhookSecrets, { clock }),
    })
  },
}

/** The configured ones, or one that is made at the first start and kept in the data directory. */
const webhookSecretsOf = async ({
  payments,
  dataDir,
}: PaymentsOptions['config']): Promise<readonly [string, ...string[]]> => {
  const { webhookSecrets } = payments.simulator
  if (webhookSecrets.kind === 'given') return webhookSecrets.secrets
  const make = (): string => `${randomBytes(24).toString('hex')}\n`
  const path = join(dataDir, 'simulator-webhook-secret')
  const secret = (await keptOrMade(path, "secret of the simulator's webhooks", make)).trim()
  if (secret.length >= 16) return [secret]
  throw new StartError(
    `The secret of the simulator's webhooks ${path} can't be used: restore it, or remove it to get a new one.`,
  )
}

const addressOf = (
  url: string,
): { readonly protocol: 'http' | 'https'; readonly host: string; readonly port: number } => {
  const { protocol, hostname, port } = new URL(url)
  const isPlain = protocol === 'http:'
  return {
    protocol: isPlain ? 'http' : 'https',
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (isPlain ? 80 : 443) : Number(port),
  }
}
