import { pino } from 'pino'
import { ulid } from 'ulid'
import { createCommandHandler } from '../../../commands/handle.ts'
import { topUpWallet } from '../../../commands/top-up-wallet.ts'
import { createWalletAccount } from '../../../commands/wallet-account.ts'
import { fold } from '../../../domain/decider.ts'
import { walletDecider } from '../../../domain/wallet/decide.ts'
import { walletContracts, type WalletEvent } from '../../../domain/wallet/events.ts'
import type { Wallet } from '../../../domain/wallet/state.ts'
import { connectEventStore, type ConnectedEventStore } from '../../../eventstore/connect.ts'
import { createRegistry } from '../../../eventstore/registry.ts'
import type { EventStore, StoredEvent } from '../../../eventstore/types.ts'
import { startEventStore } from '../../../test/support/servers.ts'
import type { Money, PaymentProvider } from '../provider.ts'
import { createWalletProvider } from '../wallet.ts'

/** Wallets in a real event store. */
export interface TestWallets {
  readonly store: ConnectedEventStore
  /** The provider as a process of its own has it. */
  readonly instance: (store?: EventStore) => PaymentProvider
  /** Id of a customer with so much in his wallet; nothing is put in where it is 0. */
  readonly customer: (has: Money) => Promise<string>
  readonly topUp: (customerId: string, amount: Money, topUpId?: string) => ReturnType<typeof topUpWallet>
  readonly events: (customerId: string) => Promise<readonly StoredEvent<WalletEvent>[]>
  readonly wallet: (customerId: string) => Promise<Wallet>
  readonly stop: () => Promise<void>
}

export const openWallets = async (): Promise<TestWallets> => {
  const server = await startEventStore()
  const store = connectEventStore({
    connectionString: server.url,
    registry: createRegistry(walletContracts),
    logger: pino({ level: 'silent' }),
  })
  const now = (): Date => new Date()
  const handler = createCommandHandler({ store })

  const topUp: TestWallets['topUp'] = (customerId, amount, topUpId = ulid()) =>
    topUpWallet(
      { handler, now },
      { customerId, topUpId, amount, reference: 'bank transfer' },
      {
        actor: { kind: 'customer', id: customerId },
        correlationId: 'test',
        causationId: 'test',
        commandId: ulid(),
      },
    )
  const events: TestWallets['events'] = async (customerId) =>
    (await store.readStream<WalletEvent>(`wallet-${customerId}`)).events

  return {
    store,
    instance: (through = store) =>
      createWalletProvider(createWalletAccount({ handler: createCommandHandler({ store: through }), now })),
    customer: async (has) => {
      const customerId = ulid()
      if (has.amount > 0) await topUp(customerId, has)
      return customerId
    },
    topUp,
    events,
    wallet: async (customerId) => fold(walletDecider, await events(customerId)),
    stop: async () => {
      await store.close()
      await server.stop()
    },
  }
}
