import { isDeepStrictEqual } from 'node:util'
import type { InventoryEvent } from '../../domain/inventory-item/events.ts'
import type { OrderEvent } from '../../domain/order/events.ts'
import type { PaymentEvent } from '../../domain/payment/events.ts'
import type { WalletEvent } from '../../domain/wallet/events.ts'
import type { DomainEvent } from '../../eventstore/types.ts'
import type { AnyDecider, Kind } from '../kinds.ts'
import { recallInventory } from './inventory.ts'
import { recallOrder } from './order.ts'
import { recallPayment } from './payment.ts'
import { recallWallet } from './wallet.ts'

/** A command as an audit speaks of it. */
export interface RecalledCommand {
  readonly type: string
}

/**
 * The command that made `events`, which are all that it made in its stream. Commands are not stored: what they said is told by
 * their events, whose times are the commands'. Undefined where no command makes such an event first.
 */
export const recall = (kind: Kind, events: readonly DomainEvent[]): RecalledCommand | undefined => {
  // the registry has checked each event, and whoever asks that its type belongs to streams of this kind
  switch (kind) {
    case 'order':
      return recallOrder(events as readonly OrderEvent[])
    case 'inventory':
      return recallInventory(events as readonly InventoryEvent[])
    case 'payment':
      return recallPayment(events as readonly PaymentEvent[])
    case 'wallet':
      return recallWallet(events as readonly WalletEvent[])
  }
}

/** How what is decided today differs from what happened. */
export type Divergence =
  | { readonly kind: 'no_command' }
  | { readonly kind: 'refused'; readonly command: string; readonly reason: string }
  | { readonly kind: 'other_events'; readonly command: string; readonly made: readonly DomainEvent[] }

/** Whether `decider` decides the same again: the command that made `events`, given in the state before them. */
export const decideAgain = (
  decider: AnyDecider,
  kind: Kind,
  events: readonly DomainEvent[],
  before: unknown,
): Divergence | undefined => {
  const command = recall(kind, events)
  if (command === undefined) return { kind: 'no_command' }
  const decision = decider.decide(command, before)
  if (!decision.accepted) return { kind: 'refused', command: command.type, reason: decision.rejection.type }
  const { events: made } = decision
  return made.length === events.length && made.every((event, index) => isSame(event, events[index]))
    ? undefined
    : { kind: 'other_events', command: command.type, made }
}

const isSame = (made: DomainEvent, happened: DomainEvent | undefined): boolean =>
  made.type === happened?.type && isDeepStrictEqual(made.data, happened.data)

export const inWords = (divergence: Divergence): string => {
  switch (divergence.kind) {
    case 'no_command':
      return 'no command makes this happen'
    case 'refused':
      return `${divergence.command} would have been refused: ${divergence.reason}`
    case 'other_events': {
      const types = divergence.made.map(({ type }) => type).join(', ')
      return `${divergence.command} would have made ${types === '' ? 'nothing' : types} with other data or in other number`
    }
  }
}
