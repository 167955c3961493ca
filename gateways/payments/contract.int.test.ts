import { createSimulator } from './simulator.ts'
import { itIsAPaymentProvider, type ProviderUnderTest } from './testing/contract.ts'
import { simulatorBooks } from './testing/simulator.ts'

const simulator = async (): Promise<ProviderUnderTest> => {
  const { ledger, reopen, stop } = await simulatorBooks()
  const customerId = 'c1'
  return {
    provider: createSimulator(ledger),
    another: createSimulator(await reopen()),
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

describe('the simulator as a payment provider', () => {
  itIsAPaymentProvider(simulator)
})
