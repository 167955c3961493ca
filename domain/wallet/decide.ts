import { accept, reject, type Decider, type Decision as DecisionOf } from '../decider.ts'
import type { Money } from '../values.ts'
import type { WalletEvent } from './events.ts'
import { evolve, initial, type Wallet } from './state.ts'

/** Every command names its wallet, and the time at which it is given: RFC 3339, UTC, milliseconds. */
interface Given<Type extends string> {
  readonly type: Type
  readonly customerId: string
  readonly at: string
}

export interface TopUp extends Given<'TopUp'> {
  readonly topUpId: string
  readonly amount: Money
  readonly reference: string
}
export interface Hold extends Given<'Hold'> {
  readonly holdId: string
  readonly amount: Money
}
/** `amount`: all of the hold or less; the rest becomes available again. */
export interface CaptureHold extends Given<'CaptureHold'> {
  readonly holdId: string
  readonly amount: Money
}
/** `currency` of the hold: for one that never was, in a wallet that was never used. */
export interface ReleaseHold extends Given<'ReleaseHold'> {
  readonly holdId: string
  readonly currency: string
}
/** Money that comes back, such as a refund. */
export interface Credit extends Given<'Credit'> {
  readonly creditId: string
  readonly amount: Money
  /** The hold whose captured money comes back, where it is a refund. */
  readonly refundedHoldId?: string
  readonly reason: string
}

export type WalletCommand = TopUp | Hold | CaptureHold | ReleaseHold | Credit

export type WalletRefusal =
  | { readonly type: 'insufficient_funds'; readonly requested: Money; readonly available: Money }
  | { readonly type: 'currency_differs'; readonly currency: string; readonly asked: string }
  | { readonly type: 'amount_empty' }
  /** The id is taken by another amount, which stands. */
  | { readonly type: 'top_up_differs' | 'credit_differs' | 'hold_differs'; readonly id: string }
  | { readonly type: 'hold_unknown'; readonly holdId: string }
  | { readonly type: 'hold_closed'; readonly holdId: string; readonly closedAs: 'captured' | 'released' }
  | { readonly type: 'capture_exceeds_hold'; readonly held: Money; readonly asked: Money }

export type WalletRejection = WalletRefusal & {
  readonly customerId: string
  readonly command: WalletCommand['type']
}

type Decision = DecisionOf<WalletEvent, WalletRejection>

export const decide = (command: WalletCommand, wallet: Wallet): Decision => {
  switch (command.type) {
    case 'TopUp':
      return topUp(command, wallet)
    case 'Hold':
      return hold(command, wallet)
    case 'CaptureHold':
      return captureHold(command, wallet)
    case 'ReleaseHold':
      return releaseHold(command, wallet)
    case 'Credit':
      return credit(command, wallet)
  }
}

export const walletDecider: Decider<Wallet, WalletCommand, WalletEvent, WalletRejection> = {
  initial,
  evolve,
  decide,
}

const topUp = (command: TopUp, wallet: Wallet): Decision => {
  const { customerId, topUpId, amount, reference, at } = command
  const otherCurrency = differentCurrency(amount, wallet)
  if (otherCurrency) return refuse(command, otherCurrency)
  if (amount.amount === 0) return refuse(command, { type: 'amount_empty' })
  const known = wallet.topUps.get(topUpId)
  if (known !== undefined) {
    return known === amount.amount ? accept() : refuse(command, { type: 'top_up_differs', id: topUpId })
  }
  return accept({
    type: 'WalletToppedUp',
    data: { customerId, topUpId, amount, reference, toppedUpAt: at },
  })
}

const credit = (command: Credit, wallet: Wallet): Decision => {
  const { customerId, creditId, amount, refundedHoldId = null, reason, at } = command
  const otherCurrency = differentCurrency(amount, wallet)
  if (otherCurrency) return refuse(command, otherCurrency)
  if (amount.amount === 0) return refuse(command, { type: 'amount_empty' })
  const known = wallet.credits.get(creditId)
  if (known !== undefined) {
    return known === amount.amount ? accept() : refuse(command, { type: 'credit_differs', id: creditId })
  }
  return accept({
    type: 'WalletCredited',
    data: { customerId, creditId, amount, refundedHoldId, reason, creditedAt: at },
  })
}

/** A hold of 0 is lawful: an order may cost nothing. */
const hold = (command: Hold, wallet: Wallet): Decision => {
  const { customerId, holdId, amount, at } = command
  const known = wallet.holds.get(holdId)
  if (known?.status === 'held') {
    const same = known.amount === amount.amount && wallet.currency === amount.currency
    return same ? accept() : refuse(command, { type: 'hold_differs', id: holdId })
  }
  if (known) return refuse(command, { type: 'hold_closed', holdId, closedAs: known.status })
  const otherCurrency = differentCurrency(amount, wallet)
  if (otherCurrency) return refuse(command, otherCurrency)
  if (amount.amount > wallet.available) {
    const available = { amount: wallet.available, currency: amount.currency }
    return refuse(command, { type: 'insufficient_funds', requested: amount, available })
  }
  return accept({ type: 'FundsHeld', data: { customerId, holdId, amount, heldAt: at } })
}

const captureHold = (command: CaptureHold, wallet: Wallet): Decision => {
  const { customerId, holdId, amount, at } = command
  const known = wallet.holds.get(holdId)
  const otherCurrency = differentCurrency(amount, wallet)
  if (otherCurrency) return refuse(command, otherCurrency)
  switch (known?.status) {
    case 'held':
      return amount.amount > known.amount
        ? refuse(command, {
            type: 'capture_exceeds_hold',
            held: { amount: known.amount, currency: amount.currency },
            asked: amount,
          })
        : accept({ type: 'HoldCaptured', data: { customerId, holdId, amount, capturedAt: at } })
    case 'captured':
      return known.captured === amount.amount
        ? accept()
        : refuse(command, { type: 'hold_closed', holdId, closedAs: 'captured' })
    case 'released':
      return refuse(command, { type: 'hold_closed', holdId, closedAs: 'released' })
    case undefined:
      return refuse(command, { type: 'hold_unknown', holdId })
  }
}

/**
 * The release of a hold that never was closes it, with an amount of 0: else a request that is still on its way would hold
 * money for an order that is over.
 */
const releaseHold = (command: ReleaseHold, wallet: Wallet): Decision => {
  const { customerId, holdId, at } = command
  const known = wallet.holds.get(holdId)
  if (known?.status === 'captured') {
    return refuse(command, { type: 'hold_closed', holdId, closedAs: 'captured' })
  }
  if (known?.status === 'released') return accept()
  const amount = { amount: known?.amount ?? 0, currency: wallet.currency ?? command.currency }
  return accept({ type: 'HoldReleased', data: { customerId, holdId, amount, releasedAt: at } })
}

const differentCurrency = (amount: Money, { currency }: Wallet): WalletRefusal | undefined =>
  currency === null || currency === amount.currency
    ? undefined
    : { type: 'currency_differs', currency, asked: amount.currency }

const refuse = (command: WalletCommand, refusal: WalletRefusal): DecisionOf<never, WalletRejection> =>
  reject({ ...refusal, customerId: command.customerId, command: command.type })
