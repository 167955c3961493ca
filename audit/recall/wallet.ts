import type { WalletCommand } from '../../domain/wallet/decide.ts'
import type { WalletEvent } from '../../domain/wallet/events.ts'

/** The command that made these events of a wallet. */
export const recallWallet = ([event]: readonly WalletEvent[]): WalletCommand | undefined => {
  switch (event?.type) {
    case undefined:
      return undefined
    case 'WalletToppedUp': {
      const { toppedUpAt, ...topUp } = event.data
      return { type: 'TopUp', ...topUp, at: toppedUpAt }
    }
    case 'FundsHeld': {
      const { heldAt, ...hold } = event.data
      return { type: 'Hold', ...hold, at: heldAt }
    }
    case 'HoldCaptured': {
      const { capturedAt, ...capture } = event.data
      return { type: 'CaptureHold', ...capture, at: capturedAt }
    }
    case 'HoldReleased': {
      const { customerId, holdId, amount, releasedAt } = event.data
      return { type: 'ReleaseHold', customerId, holdId, currency: amount.currency, at: releasedAt }
    }
    case 'WalletCredited': {
      const { creditedAt, refundedHoldId, ...credit } = event.data
      const refunded = refundedHoldId === null ? {} : { refundedHoldId }
      return { type: 'Credit', ...credit, ...refunded, at: creditedAt }
    }
  }
}
