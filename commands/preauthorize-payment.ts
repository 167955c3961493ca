import { setTimeout } from 'node:timers/promises'
import type { OrderRejection } from '../domain/order/decide.ts'
import { isIn } from '../domain/order/state.ts'
import { sameMoney, type Money } from '../domain/values.ts'
import { StoreUnavailableError } from '../eventstore/errors.ts'
import { ProviderUnavailableError } from '../gateways/payments/provider.ts'
import { orders } from './aggregates.ts'
import { authorizePayment, type Authorization } from './authorize-payment.ts'
import type { CommandContext } from './context.ts'
import { at, type PaymentDeps } from './deps.ts'

export interface PreauthorizeInput {
  readonly orderId: string
  /** What the caller takes the order to cost. */
  readonly amount: Money
  readonly paymentMethodId: string
}

export type PreauthorizationRefusal =
  | OrderRejection
  | { readonly type: 'payment_method_unknown'; readonly paymentMethodId: string }
  | { readonly type: 'amount_differs'; readonly expected: Money; readonly asked: Money }
  /** Its stock is not reserved yet: ask again in a moment. */
  | { readonly type: 'order_not_reserved' }

export type Preauthorization =
  Authorization | { readonly kind: 'refused'; readonly refusal: PreauthorizationRefusal }

const refused = (refusal: PreauthorizationRefusal): Preauthorization => ({ kind: 'refused', refusal })

export interface PreauthorizeDeps extends PaymentDeps {
  /** How long the caller is kept waiting at most, in milliseconds. Default 6,000: two tries of a provider that is given 2.5 s for each. */
  readonly preauthLimitMs?: number
  /** Resolves after `ms` milliseconds; rejects where `signal` is aborted before. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

/**
 * Holds the money of an order that was placed without a payment method. The choice is written to the order first: should this
 * process end here, or the provider not say in time what it did, the order's own process goes on. Then the answer is `pending`, as
 * where the provider itself tells later. Asking again, ten times at once, is one payment and ten equal answers.
 * @throws StoreUnavailableError where it could not be written within the limit; otherwise as CommandHandler.handle
 */
export const preauthorizePayment = async (
  deps: PreauthorizeDeps,
  input: PreauthorizeInput,
  context: CommandContext,
): Promise<Preauthorization> => {
  const { preauthLimitMs = 6_000, pause = pauseFor } = deps
  const answered = new AbortController()
  const progress = { isChosen: false }
  const asking = ask(deps, input, context, () => {
    progress.isChosen = true
  })
  try {
    const late = pause(preauthLimitMs, answered.signal).then(() => 'late' as const)
    const answer = await Promise.race([asking, late])
    if (answer !== 'late') return answer
    // it goes on; what comes of it is in the streams, and what goes wrong with it does so for the order's process as well, and is told
    asking.catch(() => undefined)
    if (progress.isChosen) return unsettled
    throw new StoreUnavailableError('write', new Error(`not within ${preauthLimitMs} ms`))
  } catch (error) {
    if (progress.isChosen && error instanceof ProviderUnavailableError) return unsettled
    throw error
  } finally {
    answered.abort()
  }
}

/** The order's process asks the provider again, by the same key. */
const unsettled: Preauthorization = { kind: 'pending', redirectUrl: null }

const pauseFor = (ms: number, signal: AbortSignal): Promise<void> => setTimeout(ms, undefined, { signal })

const ask = async (
  deps: PaymentDeps,
  { orderId, amount, paymentMethodId }: PreauthorizeInput,
  context: CommandContext,
  chosen: () => void,
): Promise<Preauthorization> => {
  const { state: order } = await deps.handler.load(orders, orderId)
  const command = 'ChoosePaymentMethod'
  if (order.status === 'none') return refused({ type: 'order_unknown', orderId, command })
  if (deps.providers.forMethod(paymentMethodId) === undefined) {
    return refused({ type: 'payment_method_unknown', paymentMethodId })
  }
  const { total } = order.totals
  if (!sameMoney(total, amount)) return refused({ type: 'amount_differs', expected: total, asked: amount })

  if (isIn(order, 'placed') && order.cancelling === null) return refused({ type: 'order_not_reserved' })
  if (isIn(order, 'placed', 'reserved')) {
    const chosen = await deps.handler.handle(
      orders,
      orderId,
      { type: command, orderId, paymentMethodId, at: at(deps) },
      { ...context, commandId: `${orderId}/choose/${paymentMethodId}` },
    )
    if (!chosen.accepted) return refused(chosen.rejection)
  } else if (order.paymentMethodId !== paymentMethodId) {
    return refused({ type: 'illegal_transition', status: order.status, orderId, command })
  }
  chosen()
  // with the ids of the process's own step: whoever comes second finds it done
  return authorizePayment(deps, order, paymentMethodId, { ...context, commandId: `${orderId}/pay/authorize` })
}
