import { createApi } from '../../api/app.ts'
import type { PersonalDataKeyStore } from '../../eventstore/personal-data/key-store.ts'
import { forgetCustomer } from '../../projections/forget-customer.ts'
import { createOrderSignals } from '../../projections/live/order-signals.ts'
import { createWaiting } from '../../projections/index.ts'
import { allProjections } from '../../projections/projections.ts'
import type { Passwords } from '../../supporting/accounts/passwords.ts'
import type { KeyRing } from '../../supporting/accounts/signing-keys.ts'
import { serveHealth } from './health.ts'
import { listen } from './listen.ts'
import { inboxOf } from './mail.ts'
import type { Payments } from './payments.ts'
import type { Shop } from './shop.ts'

/** What only requests need. */
export interface DoorParts {
  readonly keys: KeyRing
  readonly passwords: Passwords
  readonly personalData: PersonalDataKeyStore
  readonly payments: Payments
  readonly version: string
}

/**
 * The role `api`: requests, orders that are followed live, and, last, the simulator's webhooks.
 * @returns its address, for example `http://127.0.0.1:3000`
 * @throws StartError where the address is not to be had
 */
export const startApi = async (shop: Shop, parts: DoorParts): Promise<string> => {
  const { system, config, pool, store, clock } = shop
  const { keys, passwords, personalData, payments, version } = parts
  const logger = shop.logger.child({ room: 'api' })
  const inbox = inboxOf(config, clock)
  const waiting = await system.start('waiting', () => createWaiting({ pool, logger }))
  const signals = await system.start('signals of orders', () => createOrderSignals({ store, logger }))
  const api = {
    ...{ commands: shop.commands, resume: shop.resume, deadLetters: shop.deadLetters },
    ...{ pool, store, clock, keyValue: shop.keyValue, images: shop.images, waiting, signals },
    ...{ passwords, keys, verifiers: payments.verifiers },
    ...{ health: shop.health, metrics: shop.metrics, metricsAccess: config.metrics, version, logger },
    links: { shopFront: config.shopUrl ?? `http://${config.api.host}:${config.api.port}` },
    erasePersonalData: async (customerId: string) => {
      await personalData.eraseCustomer(customerId)
      // only now: what is projected from here on has none of it
      await forgetCustomer(pool, allProjections, customerId)
    },
    trustedProxies: config.api.trustedProxies,
    corsOrigins: config.api.corsOrigins,
    ...(config.api.rateLimits ? {} : { rateLimits: 'off' as const }),
    ...(inbox && { inbox }),
  }
  const { url } = await system.start('API', async () => listen(await createApi(api), config.api))
  await system.start('webhooks of payment providers', () => payments.startWebhooks(url))
  return url
}

/**
 * What an instance without the API answers instead: its health, and its metrics.
 * @returns its address
 * @throws StartError where the address is not to be had
 */
export const startHealth = async ({ system, health, metrics, config }: Shop): Promise<string> => {
  const { url } = await system.start('health', () => serveHealth(health, metrics, config))
  return url
}
