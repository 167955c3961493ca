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

const member = ({ data }: DomainEvent, name: string): string | undefined => {
  const value: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined
  return typeof value === 'string' ? value : undefined
}

const itemView = (item: InventoryItem, event: DomainEvent): View => {
  const { available, reserved, lowStockThreshold, reservations, returns } = item
  const reservationId = member(event, 'reservationId')
  const reservation = reservationId === undefined ? undefined : reservationIn(reservations, reservationId)
  const returnId = member(event, 'returnId')
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
    ...one('holds', holds, member(event, 'holdId')),
    ...one('topUps', topUps, member(event, 'topUpId')),
    ...one('credits', credits, member(event, 'creditId')),
  }
}
