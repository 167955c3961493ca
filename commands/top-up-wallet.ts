import type { WalletRejection } from '../domain/wallet/decide.ts'
import type { WalletEvent } from '../domain/wallet/events.ts'
import type { Wallet } from '../domain/wallet/state.ts'
import { wallets } from './aggregates.ts'
import type { CommandContext } from './context.ts'
import { at, type CommandDeps } from './deps.ts'
import type { Outcome } from './outcome.ts'

export interface TopUpWalletInput {
  readonly customerId: string
  /** The same id is the same money: it comes in once. */
  readonly topUpId: string
  /** Minor units, 1 or more; the currency of the first money in a wallet is the wallet's for good. */
  readonly amount: { readonly amount: number; readonly currency: string }
  /** The bank's or the card's. */
  readonly reference: string
}

/** Puts money into a customer's wallet. @throws as CommandHandler.handle */
export const topUpWallet = (
  deps: CommandDeps,
  input: TopUpWalletInput,
  context: CommandContext,
): Promise<Outcome<Wallet, WalletEvent, WalletRejection>> =>
  deps.handler.handle(wallets, input.customerId, { type: 'TopUp', ...input, at: at(deps) }, context)
