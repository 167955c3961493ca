import type { Decider, Decision } from '../domain/decider.ts'
import { inventoryItemDecider } from '../domain/inventory-item/decide.ts'
import { inventoryContracts } from '../domain/inventory-item/events.ts'
import { orderDecider } from '../domain/order/decide.ts'
import { orderContracts } from '../domain/order/events.ts'
import { paymentDecider } from '../domain/payment/decide.ts'
import { paymentContracts } from '../domain/payment/events.ts'
import { walletDecider } from '../domain/wallet/decide.ts'
import { walletContracts } from '../domain/wallet/events.ts'
import type { DomainEvent } from '../eventstore/types.ts'

export const KINDS = ['order', 'inventory', 'payment', 'wallet'] as const
/** The kinds of aggregates; each is the category of its streams as well: `order-<id>`. */
export type Kind = (typeof KINDS)[number]

export const STREAM_PREFIXES = KINDS.map((kind) => `${kind}-`)

/** A decider of any kind, its types forgotten: an audit folds streams of all kinds in one go. */
export interface AnyDecider {
  readonly initial: unknown
  readonly evolve: (state: unknown, event: DomainEvent) => unknown
  readonly decide: (command: unknown, state: unknown) => Decision<DomainEvent, { readonly type: string }>
}
export type Deciders = Readonly<Record<Kind, AnyDecider>>

/** What is given to it comes from a stream of its own kind, whose events have been checked against their contracts. */
export const forgetTypes = <State, Command, Event, Rejection>(
  decider: Decider<State, Command, Event, Rejection>,
): AnyDecider => decider as unknown as AnyDecider

/** The domain as it is today. */
export const deciders: Deciders = {
  order: forgetTypes(orderDecider),
  inventory: forgetTypes(inventoryItemDecider),
  payment: forgetTypes(paymentDecider),
  wallet: forgetTypes(walletDecider),
}

export const contracts = {
  order: orderContracts,
  inventory: inventoryContracts,
  payment: paymentContracts,
  wallet: walletContracts,
} as const

/** The member of every event's data that names its stream. */
const ID_FIELD: Readonly<Record<Kind, string>> = {
  order: 'orderId',
  inventory: 'sku',
  payment: 'paymentId',
  wallet: 'customerId',
}

/** The kind and the id that a stream's name says; undefined where it is none of ours. */
export const partsOf = (stream: string): { readonly kind: Kind; readonly id: string } | undefined => {
  const dash = stream.indexOf('-')
  const category = stream.slice(0, dash)
  const kind = KINDS.find((candidate) => candidate === category)
  return kind === undefined || dash === stream.length - 1 ? undefined : { kind, id: stream.slice(dash + 1) }
}

export const isTypeOf = (kind: Kind, type: string): boolean => Object.hasOwn(contracts[kind], type)

/** Which stream's event it says it is. */
export const idIn = (kind: Kind, data: unknown): unknown =>
  typeof data === 'object' && data !== null ? Reflect.get(data, ID_FIELD[kind]) : undefined

const EVENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** Whether it looks like the id of an event: these are derived, UUIDs of version 5, which the API gives to no request. */
export const isIdOfEvent = (id: string): boolean => EVENT_ID.test(id)
