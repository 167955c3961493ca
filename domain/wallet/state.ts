import { Map } from 'immutable'
import { ImpossibleHistory } from '../impossible-history.ts'
import type { WalletEvent } from './events.ts'

/** In minor units. `captured`: how much of it was taken; the rest went back. */
export type FundsHold =
  | { readonly status: 'held'; readonly amount: number }
  | { readonly status: 'captured'; readonly amount: number; readonly captured: number }
  | { readonly status: 'released' }

/** Amounts are in minor units of the wallet's one currency, which is that of the first money in it. */
export interface Wallet {
  readonly currency: string | null
  readonly available: number
  readonly held: number
  readonly holds: Map<string, FundsHold>
  /** What came in, by its id: top-ups and credits. */
  readonly topUps: Map<string, number>
  readonly credits: Map<string, number>
}

export const initial: Wallet = {
  currency: null,
  available: 0,
  held: 0,
  holds: Map(),
  topUps: Map(),
  credits: Map(),
}

export const evolve = (wallet: Wallet, event: WalletEvent): Wallet => {
  switch (event.type) {
    case 'WalletToppedUp': {
      const { topUpId, amount } = event.data
      return {
        ...wallet,
        currency: amount.currency,
        available: wallet.available + amount.amount,
        topUps: wallet.topUps.set(topUpId, amount.amount),
      }
    }
    case 'WalletCredited': {
      const { creditId, amount } = event.data
      return {
        ...wallet,
        currency: amount.currency,
        available: wallet.available + amount.amount,
        credits: wallet.credits.set(creditId, amount.amount),
      }
    }
    case 'FundsHeld': {
      const { amount } = event.data.amount
      return {
        ...wallet,
        currency: event.data.amount.currency,
        available: wallet.available - amount,
        held: wallet.held + amount,
        holds: wallet.holds.set(event.data.holdId, { status: 'held', amount }),
      }
    }
    case 'HoldCaptured': {
      const { amount } = held(wallet, event)
      const captured = event.data.amount.amount
      return {
        ...wallet,
        available: wallet.available + amount - captured,
        held: wallet.held - amount,
        holds: wallet.holds.set(event.data.holdId, { status: 'captured', amount, captured }),
      }
    }
    case 'HoldReleased': {
      const { amount } = event.data.amount
      return {
        ...wallet,
        available: wallet.available + amount,
        held: wallet.held - amount,
        holds: wallet.holds.set(event.data.holdId, { status: 'released' }),
      }
    }
  }
}

const held = (
  wallet: Wallet,
  event: WalletEvent & { data: { holdId: string } },
): Extract<FundsHold, { status: 'held' }> => {
  const hold = wallet.holds.get(event.data.holdId)
  if (hold?.status === 'held') return hold
  throw new ImpossibleHistory(event.type, hold?.status ?? 'none')
}
