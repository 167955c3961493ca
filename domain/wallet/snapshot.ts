import { Map } from 'immutable'
import { z } from 'zod'
import type { Snapshots } from '../snapshot.ts'
import type { FundsHold, Wallet } from './state.ts'

const amount = z.int().min(0)

const HoldSnapshot: z.ZodType<FundsHold> = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('held'), amount }),
  z.strictObject({ status: z.literal('captured'), amount, captured: amount }),
  z.strictObject({ status: z.literal('released') }),
])

const Snapshot = z.strictObject({
  currency: z.string().nullable(),
  available: amount,
  held: amount,
  holds: z.array(z.tuple([z.string(), HoldSnapshot])),
  topUps: z.array(z.tuple([z.string(), amount])),
  credits: z.array(z.tuple([z.string(), amount])),
})

export const walletSnapshots: Snapshots<Wallet> = {
  toSnapshot: (wallet) => ({
    ...wallet,
    holds: [...wallet.holds],
    topUps: [...wallet.topUps],
    credits: [...wallet.credits],
  }),
  fromSnapshot: (snapshot) => {
    const wallet = Snapshot.parse(snapshot)
    return {
      ...wallet,
      holds: Map(wallet.holds),
      topUps: Map(wallet.topUps),
      credits: Map(wallet.credits),
    }
  },
}
