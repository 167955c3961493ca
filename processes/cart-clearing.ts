import { setTimeout as delay } from 'node:timers/promises'
import { orders } from '../commands/aggregates.ts'
import type { CommandDeps } from '../commands/deps.ts'
import type { ConnectedEventStore } from '../eventstore/connect.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import type { DriveResult } from './driver.ts'
import { settleEvent, type SettleDeps } from './runner.ts'

/** An order that is paid, as far as a cart is concerned. */
export interface PaidOrder {
  readonly orderId: string
  readonly customerId: string
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[]
}

/**
 * Takes what was ordered out of the cart that it was ordered from; a second time it finds nothing to do. `unavailable`: where carts are
 * kept does not answer, and it has to be tried again.
 */
export type ClearCart = (order: PaidOrder) => Promise<'done' | 'unavailable'>

export interface CartClearingDeps extends Pick<CommandDeps, 'handler'>, Pick<SettleDeps, 'logger'> {
  readonly store: Pick<ConnectedEventStore, 'consumeGroup'>
  readonly clearCart: ClearCart
}

/** Clears carts whose orders were paid, until it is stopped. Any number of instances share the work, and a crash leaves it to another. */
export const startCartClearing = (deps: CartClearingDeps): { readonly stop: () => Promise<void> } => {
  const stopping = new AbortController()
  const settling: SettleDeps = {
    logger: deps.logger,
    sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
    random: Math.random,
  }
  const consuming = deps.store.consumeGroup({
    group: 'cart-clearing',
    eventTypes: ['OrderPaid'],
    concurrency: 32,
    messageTimeoutMs: 30_000,
    handle: (event) => settleEvent(settling, event, () => clearAfter(deps, event), stopping.signal),
    signal: stopping.signal,
  })
  return {
    stop: async () => {
      stopping.abort()
      await consuming
    },
  }
}

const clearAfter = async (
  { handler, clearCart }: Pick<CartClearingDeps, 'handler' | 'clearCart'>,
  { stream, revision }: StoredEvent,
): Promise<DriveResult> => {
  const { state } = await handler.load(orders, stream.slice('order-'.length), revision)
  if (state.status === 'none') return { kind: 'retry_after', reason: `${stream} is not there yet` }
  const cleared = await clearCart(state)
  return cleared === 'done' ? { kind: 'waiting' } : { kind: 'retry_after', reason: 'carts are not available' }
}
