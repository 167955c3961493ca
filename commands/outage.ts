import { ConcurrencyError, StoreUnavailableError, UnknownOutcomeError } from '../eventstore/errors.ts'
import { ProviderUnavailableError } from '../gateways/payments/provider.ts'
import { BusyError, ContentionError } from './errors.ts'

/** Somebody was away, slow or in the way: the same command, sent again later, may well succeed. */
export const isOutage = (error: unknown): boolean =>
  error instanceof StoreUnavailableError ||
  error instanceof UnknownOutcomeError ||
  error instanceof ProviderUnavailableError ||
  error instanceof ContentionError ||
  error instanceof ConcurrencyError ||
  error instanceof BusyError
