import { ConcurrencyError, StoreUnavailableError, UnknownOutcomeError } from '../eventstore/errors.ts'
import { ProviderRefusedRequestError, ProviderUnavailableError } from '../gateways/payments/provider.ts'
import { BusyError, ContentionError } from './errors.ts'

/** Somebody was away, slow or in the way: the same command, sent again later, may well succeed. */
export const isOutage = (error: unknown): boolean =>
  error instanceof StoreUnavailableError ||
  error instanceof UnknownOutcomeError ||
  error instanceof ProviderUnavailableError ||
  isUnsettled(error) ||
  error instanceof ContentionError ||
  error instanceof ConcurrencyError ||
  error instanceof BusyError

/** Milliseconds until somebody who is away is asked again at all, where that is known: a circuit breaker is open. */
export const outageEndsInMs = (error: unknown): number | undefined =>
  error instanceof ProviderUnavailableError ? error.retryAfterMs : undefined

/** Understood and refused, because an account or the configuration is wrong: sending it again can't help before that is put right. */
export const asksForOperator = (error: unknown): boolean =>
  error instanceof ProviderRefusedRequestError && !isUnsettled(error)

/** Its webhook was faster than what it says when it is asked: that passes by itself. */
const isUnsettled = (error: unknown): boolean =>
  error instanceof ProviderRefusedRequestError && error.code === 'authorization_pending'
