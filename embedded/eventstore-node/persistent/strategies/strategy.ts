import type { Consumer, Message } from '../message.ts'

/** By the names that EventStoreDB stores and shows. */
export const strategyNames = ['DispatchToSingle', 'RoundRobin', 'Pinned', 'PinnedByCorrelation'] as const

export type StrategyName = (typeof strategyNames)[number]

/**
 * `sent`: a consumer has it. `skipped`: the one consumer that it may go to is busy, others are not.
 * `no_capacity`: nobody can take anything.
 */
export type PushResult = 'sent' | 'skipped' | 'no_capacity'

/** Chooses the consumer of each message. */
export interface ConsumerStrategy {
  added(consumer: Consumer): void
  removed(consumer: Consumer): void
  /** Gives the message to a consumer if one may and can take it. */
  push(message: Message): PushResult
  /** The consumer has answered for the message, or it was taken away from it. */
  released(consumer: Consumer, message: Message): void
}
