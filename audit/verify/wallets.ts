import type { WalletEvent } from '../../domain/wallet/events.ts'
import type { Wallet } from '../../domain/wallet/state.ts'
import { asJson, createColdStates } from './cold-states.ts'
import type { Tell } from './laws.ts'
import type { ScratchFile } from './scratch-file.ts'

/** In minor units: what ever came into wallets and what was spent of it. */
export interface WalletSums {
  readonly cameIn: number
  readonly spent: number
}

export interface WalletBooks {
  /** @param before the wallet as it was before the event, folded by the domain like `after` */
  readonly apply: (stream: string, event: WalletEvent, before: Wallet, after: Wallet) => void
  readonly sums: () => WalletSums
}

export const createWalletBooks = (tell: Tell, file: ScratchFile): WalletBooks => {
  const books = createColdStates(asJson<{ cameIn: number; spent: number }>(), file)
  const total = { cameIn: 0, spent: 0 }

  return {
    apply: (stream, event, before, { available, held, currency }) => {
      const known = { ...(books.get(stream) ?? { cameIn: 0, spent: 0 }) }
      const { amount } = event.data
      switch (event.type) {
        case 'WalletToppedUp':
        case 'WalletCredited':
          known.cameIn += amount.amount
          total.cameIn += amount.amount
          break
        case 'HoldCaptured':
          known.spent += amount.amount
          total.spent += amount.amount
          break
        case 'FundsHeld':
        case 'HoldReleased': {
          const { holdId } = event.data
          const status = before.holds.get(holdId)?.status
          const isOpened = event.type === 'FundsHeld'
          if (status !== undefined && (isOpened || status !== 'held')) {
            tell(
              'wallet',
              stream,
              `the hold ${holdId} is ${isOpened ? 'made' : 'released'}, and was ${status} before`,
            )
          }
          break
        }
      }
      books.set(stream, known)
      if (currency !== null && amount.currency !== (before.currency ?? amount.currency)) {
        tell('wallet', stream, `${amount.currency} are moved in a wallet of ${before.currency ?? currency}`)
      }
      if (available + held !== known.cameIn - known.spent) {
        const rest = known.cameIn - known.spent
        tell('wallet', stream, `${available} available and ${held} held, but its movements come to ${rest}`)
      }
      if (available < 0) tell('wallet', stream, `${available} are available`)
      if (held < 0) tell('wallet', stream, `${held} are held`)
    },
    sums: () => ({ ...total }),
  }
}
