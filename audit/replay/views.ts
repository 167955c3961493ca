import { textMember } from '../text-member.ts'
import type { InventoryItem } from '../../domain/inventory-item/state.ts'
import { reservationIn } from '../../domain/inventory-item/reservations.ts'
import type { Order } from '../../domain/order/state.ts'
import type { Payment } from '../../domain/payment/state.ts'
import type { Wallet } from '../../domain/wallet/state.ts'
import type { DomainEvent } from '../../eventstore/types.ts'
import type { Kind } from '../kinds.ts'

/** A state as plain data. Of what there may be thousands of, only what the event is about. */
export type View = Readonly<Record<string, unknown>>

/** @param event the one that has led to the state, or follows it */
export const viewOf = (kind: Kind, state: unknown, event: DomainEvent): View => {
  // what folding events of a kind gives is a state of that kind
  switch (kind) {
    case 'order':
    case 'payment':
      return plainStatus(state as Order | Payment)
    case 'inventory':
      return itemView(state as InventoryItem, event)
    case 'wallet':
      return walletView(state as Wallet, event)
  }
}

const plainStatus = (state: Order | Payment): View => (state.status === 'none' ? {} : { ...state })

const itemView = (item: InventoryItem, event: DomainEvent): View => {
  const { available, reserved, lowStockThreshold, reservations, returns } = item
  const reservationId = textMember(event.data, 'reservationId')
  const reservation = reservationId === undefined ? undefined : reservationIn(reservations, reservationId)
  const returnId = textMember(event.data, 'returnId')
  return {
    ...{ available, reserved, onHand: available + reserved, lowStockThreshold },
    ...(reservationId !== undefined && reservation && { reservations: { [reservationId]: reservation } }),
    ...(returnId !== undefined && returns.has(returnId) && { returns: { [returnId]: 'entered' } }),
  }
}

const walletView = (
  { currency, available, held, holds, topUps, credits }: Wallet,
  event: DomainEvent,
): View => {
  const one = (name: string, values: { get: (id: string) => unknown }, id: string | undefined): View => {
    const value = id === undefined ? undefined : values.get(id)
    return id === undefined || value === undefined ? {} : { [name]: { [id]: value } }
  }
  return {
    ...{ currency, available, held },
    ...one('holds', holds, textMember(event.data, 'holdId')),
    ...one('topUps', topUps, textMember(event.data, 'topUpId')),
    ...one('credits', credits, textMember(event.data, 'creditId')),
  }
}
