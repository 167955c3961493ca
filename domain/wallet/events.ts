import { z } from 'zod'
import type { EventContracts, EventOf } from '../contract.ts'
import { Instant, Money } from '../values.ts'

// These names and shapes are stored for good: see docs/contracts before changing one.

const customerId = z.string().min(1)
const holdId = z.string().min(1)

export const walletContracts = {
  WalletToppedUp: {
    version: 1,
    schema: z.strictObject({
      customerId,
      topUpId: z.string().min(1),
      amount: Money,
      reference: z.string().min(1),
      toppedUpAt: Instant,
    }),
  },
  FundsHeld: { version: 1, schema: z.strictObject({ customerId, holdId, amount: Money, heldAt: Instant }) },
  HoldCaptured: {
    version: 1,
    schema: z.strictObject({ customerId, holdId, amount: Money, capturedAt: Instant }),
  },
  HoldReleased: {
    version: 1,
    schema: z.strictObject({ customerId, holdId, amount: Money, releasedAt: Instant }),
  },
  /** A refund into the wallet. */
  WalletCredited: {
    version: 1,
    schema: z.strictObject({
      customerId,
      creditId: z.string().min(1),
      amount: Money,
      reason: z.string().min(1),
      creditedAt: Instant,
    }),
  },
} as const satisfies EventContracts

export type WalletEvent = EventOf<typeof walletContracts>
