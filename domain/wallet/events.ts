import { z } from 'zod'
import type { EventContracts, EventOf } from '../contract.ts'
import { Instant, Money } from '../values.ts'

// These names and shapes are stored for good: see docs/contracts before changing one.

const customerId = z.string().min(1)
const holdId = z.string().min(1).describe('the payment that the money is held for')
const creditId = z.string().min(1).describe('unique for the wallet')

/** Until then what a credit was for could only be told from its id: `<hold>/<refund>` for a refund. */
const WalletCreditedV1 = z.looseObject({ creditId })

export const walletContracts = {
  WalletToppedUp: {
    version: 1,
    meaning: 'A customer has paid money into the wallet.',
    schema: z.strictObject({
      customerId,
      topUpId: z.string().min(1).describe('unique for the wallet'),
      amount: Money,
      reference: z.string().min(1).describe('where the money came from'),
      toppedUpAt: Instant,
    }),
  },
  FundsHeld: {
    version: 1,
    meaning: 'Money in the wallet is kept for a payment: it is no longer available.',
    schema: z.strictObject({ customerId, holdId, amount: Money, heldAt: Instant }),
  },
  HoldCaptured: {
    version: 1,
    meaning: 'Held money was spent: all of the hold or less; the rest is available again.',
    schema: z.strictObject({ customerId, holdId, amount: Money, capturedAt: Instant }),
  },
  HoldReleased: {
    version: 1,
    meaning: 'Held money is available again. An amount of 0 closes a hold that was refused.',
    schema: z.strictObject({ customerId, holdId, amount: Money, releasedAt: Instant }),
  },
  WalletCredited: {
    version: 2,
    meaning: 'Money was given to the customer: a refund of what the wallet paid, or a courtesy.',
    schema: z.strictObject({
      customerId,
      creditId,
      amount: Money,
      refundedHoldId: z
        .string()
        .min(1)
        .nullable()
        .describe('the hold whose captured money comes back; null for any other credit'),
      reason: z.string().min(1),
      creditedAt: Instant,
    }),
    upcasters: {
      1: (data: unknown) => {
        const credit = WalletCreditedV1.parse(data)
        const end = credit.creditId.indexOf('/')
        return { ...credit, refundedHoldId: end > 0 ? credit.creditId.slice(0, end) : null }
      },
    },
  },
} as const satisfies EventContracts

export type WalletEvent = EventOf<typeof walletContracts>
