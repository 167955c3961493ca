import type { WalletEvent } from '../../domain/wallet/events.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import type { EntryRow, WalletRow } from './tables.ts'

type Stored = StoredEvent<WalletEvent>

/** How an event moves the money in a wallet, and what of it stays held. */
interface Movement {
  readonly entry: Pick<
    EntryRow,
    'at' | 'available_change' | 'held_change' | 'subject_id' | 'payment_id' | 'reason'
  >
  readonly holds: WalletRow['holds']
}

/** The row of a wallet after an event. */
export const evolveWallet = (row: WalletRow | undefined, event: Stored): WalletRow => {
  const before = row ?? empty(event)
  const { entry, holds } = movementOf(before, event)
  return {
    ...before,
    available: before.available + entry.available_change,
    held: before.held + entry.held_change,
    ...{ holds, updated_at: entry.at },
  }
}

/** The entry of the statement for an event, with the balances after it. */
export const statementEntry = (event: Stored, before: WalletRow | undefined, after: WalletRow): EntryRow => {
  const { entry } = movementOf(before ?? empty(event), event)
  const { customer_id, currency, available, held } = after
  return {
    ...{ ...entry, customer_id, currency, available, held, type: event.type },
    ...{ revision: event.revision, event_id: event.id, actor: event.metadata.actor },
  }
}

const empty = ({ data, revision, created }: Stored): WalletRow => ({
  ...{ customer_id: data.customerId, currency: data.amount.currency, available: 0, held: 0, holds: {} },
  ...{ updated_at: created.toISOString(), revision },
})

const movementOf = ({ holds }: WalletRow, { type, data }: Stored): Movement => {
  const { amount } = data.amount
  switch (type) {
    case 'WalletToppedUp': {
      const { toppedUpAt: at, topUpId: subject_id, reference: reason } = data
      const entry = { at, available_change: amount, held_change: 0, subject_id, payment_id: null, reason }
      return { entry, holds }
    }
    case 'WalletCredited': {
      const { creditedAt: at, creditId: subject_id, refundedHoldId: payment_id, reason } = data
      return {
        entry: { at, available_change: amount, held_change: 0, subject_id, payment_id, reason },
        holds,
      }
    }
    case 'FundsHeld':
      return {
        entry: ofHold(data.holdId, data.heldAt, -amount, amount),
        holds: { ...holds, [data.holdId]: amount },
      }
    case 'HoldCaptured': {
      const held = holds[data.holdId] ?? amount
      return {
        entry: ofHold(data.holdId, data.capturedAt, held - amount, -held),
        holds: without(holds, data.holdId),
      }
    }
    case 'HoldReleased':
      return {
        entry: ofHold(data.holdId, data.releasedAt, amount, -amount),
        holds: without(holds, data.holdId),
      }
  }
}

/** A hold has the id of the payment that it is for. */
const ofHold = (
  holdId: string,
  at: string,
  available_change: number,
  held_change: number,
): Movement['entry'] => ({
  at,
  available_change,
  held_change,
  subject_id: holdId,
  payment_id: holdId,
  reason: null,
})

const without = (holds: WalletRow['holds'], holdId: string): WalletRow['holds'] =>
  Object.fromEntries(Object.entries(holds).filter(([id]) => id !== holdId))
