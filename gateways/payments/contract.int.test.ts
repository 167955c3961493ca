import type { Money } from './provider.ts'
import { createSimulator } from './simulator.ts'
import { createStripeProvider } from './stripe.ts'
import type { SimulatorLedger } from './simulator-ledger.ts'
import { itIsAPaymentProvider, type Payer, type ProviderUnderTest } from './testing/contract.ts'
import { memoryLedger } from './memory-ledger.ts'
import { simulatorBooks } from './testing/simulator.ts'
import { startStripeServer } from './testing/stripe-server.ts'
import { openWallets } from './testing/wallets.ts'

const simulator = async (): Promise<ProviderUnderTest> => {
  const { ledger, reopen, stop } = await simulatorBooks()
  return simulatorOn(ledger, await reopen(), stop)
}

const simulatorInMemory = (): Promise<ProviderUnderTest> => {
  const ledger = memoryLedger()
  return Promise.resolve(simulatorOn(ledger, ledger, () => Promise.resolve()))
}

const simulatorOn = (
  ledger: SimulatorLedger,
  reopened: SimulatorLedger,
  stop: () => Promise<void>,
): ProviderUnderTest => {
  const customerId = 'c1'
  return {
    provider: createSimulator(ledger),
    another: createSimulator(reopened),
    payer: () => Promise.resolve({ customerId, paymentMethodId: 'sim_approve' }),
    declined: () => Promise.resolve({ customerId, paymentMethodId: 'sim_decline' }),
    unknownMethod: 'sim_unheard_of',
    books: async (paymentId) => {
      const effects = await ledger.effects(paymentId)
      const sum = (...kinds: readonly string[]): number =>
        effects
          .filter(({ kind }) => kinds.includes(kind))
          .reduce((total, { amount }) => total + (amount?.amount ?? 0), 0)
      const isClosed = effects.some(({ kind }) => kind === 'capture' || kind === 'void')
      return {
        held: isClosed ? 0 : sum('authorize'),
        captured: sum('capture'),
        refunded: sum('refund'),
      }
    },
    stop,
  }
}

const wallet = async (): Promise<ProviderUnderTest> => {
  const wallets = await openWallets()
  const payer = async (has: Money): Promise<Payer> => ({
    customerId: await wallets.customer(has),
    paymentMethodId: 'wallet',
  })
  return {
    provider: wallets.instance(),
    another: wallets.instance(),
    payer,
    declined: (has) => payer({ ...has, amount: has.amount - 1 }),
    unknownMethod: 'wallet_of_somebody_else',
    books: async (paymentId, { customerId }) => {
      const { holds, credits } = await wallets.wallet(customerId)
      const hold = holds.get(paymentId)
      return {
        held: hold?.status === 'held' ? hold.amount : 0,
        captured: hold?.status === 'captured' ? hold.captured : 0,
        refunded: credits.reduce((sum, credit) => sum + credit, 0),
      }
    },
    stop: wallets.stop,
  }
}

const stripe = async (): Promise<ProviderUnderTest> => {
  const server = await startStripeServer()
  const { api, secretKey } = server
  const customerId = 'c1'
  return {
    provider: createStripeProvider({ secretKey, api }),
    another: createStripeProvider({ secretKey, api }),
    payer: () => Promise.resolve({ customerId, paymentMethodId: 'pm_card_visa' }),
    declined: () => Promise.resolve({ customerId, paymentMethodId: 'pm_card_visa_chargeDeclined' }),
    unknownMethod: 'pm_unheard_of',
    books: (paymentId) => {
      const { intents, refunds } = server.books
      const ours = [...intents.values()].filter(({ metadata }) => metadata['paymentId'] === paymentId)
      const sum = (amounts: readonly number[]): number => amounts.reduce((total, each) => total + each, 0)
      return Promise.resolve({
        held: sum(ours.map(({ amount_capturable }) => amount_capturable)),
        captured: sum(ours.map(({ amount_received }) => amount_received)),
        refunded: sum(
          refunds
            .filter((refund) => ours.some(({ id }) => id === refund.payment_intent))
            .map(({ amount }) => amount),
        ),
      })
    },
    stop: server.stop,
  }
}

describe('the simulator as a payment provider', () => {
  itIsAPaymentProvider(simulator)
})

describe('the simulator with its books in memory as a payment provider', () => {
  itIsAPaymentProvider(simulatorInMemory)
})

describe('the wallet as a payment provider', () => {
  itIsAPaymentProvider(wallet)
})

describe('Stripe as a payment provider', () => {
  itIsAPaymentProvider(stripe)
})
