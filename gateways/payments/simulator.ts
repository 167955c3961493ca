import { setTimeout as delay } from 'node:timers/promises'
import type { AuthorizationResult, PaymentProvider } from './provider.ts'
import type { SimulatorLedger } from './simulator-ledger.ts'

/** Payment methods of the simulator, as test cards of a real provider are. */
export const simulatorMethods = ['sim_approve', 'sim_decline', 'sim_slow'] as const

const SLOW_MS = 1_500

const authorization = (paymentId: string, paymentMethodId: string): AuthorizationResult => {
  switch (paymentMethodId) {
    case 'sim_approve':
    case 'sim_slow':
      return { kind: 'authorized', providerReference: `sim_${paymentId}` }
    case 'sim_decline':
      return { kind: 'declined', code: 'card_declined', message: 'The card was declined.' }
    default:
      return {
        kind: 'declined',
        code: 'unknown_payment_method',
        message: `There is no payment method ${paymentMethodId}.`,
      }
  }
}

/**
 * A payment provider that moves no money. It keeps a ledger as a real one does, so that a key is one effect for good, also
 * across restarts, and a payment is either captured or voided, never both.
 */
export const createSimulator = (
  ledger: SimulatorLedger,
  options: { readonly slowMs?: number } = {},
): PaymentProvider => ({
  name: 'simulator',
  authorize: async ({ idempotencyKey, paymentId, paymentMethodId, amount }) => {
    if (paymentMethodId === 'sim_slow') await delay(options.slowMs ?? SLOW_MS)
    const wanted = authorization(paymentId, paymentMethodId)
    if (wanted.kind === 'declined') return wanted
    await ledger.record({ idempotencyKey, paymentId, kind: 'authorize', amount })
    return wanted
  },
  capture: async ({ idempotencyKey, paymentId, amount }) => {
    const standing = await ledger.record({ idempotencyKey, paymentId, kind: 'capture', amount })
    return standing === 'capture'
      ? { kind: 'captured' }
      : { kind: 'refused', code: 'payment_voided', message: 'The authorisation was voided.' }
  },
  void: async ({ idempotencyKey, paymentId }) => {
    const standing = await ledger.record({ idempotencyKey, paymentId, kind: 'void', amount: null })
    return standing === 'void' ? { kind: 'voided' } : { kind: 'captured' }
  },
  refund: async ({ idempotencyKey, paymentId, amount, refundId }) => {
    await ledger.record({ idempotencyKey, paymentId, kind: 'refund', amount })
    return { kind: 'refunded', providerReference: `sim_${refundId}` }
  },
})
