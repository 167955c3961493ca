import { EventStoreDBClient } from '@eventstore/db-client'
import { status } from '@grpc/grpc-js'
import { TransferError } from './errors.ts'

/**
 * A client of the event store at this address.
 * @throws TransferError where the address is none
 */
export function connect(url: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(url)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new TransferError(`'${nameOf(url)}' is no address of an event store: ${why}`, { cause: error })
  }
}

/** The address without name and password. */
export const nameOf = (url: string): string => url.replace(/\/\/[^@/]*@/, '//')

/** An error of a call as a person can act on it; others stay as they are. */
export function describeFailure(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') return error
  const isOneOf = (...codes: readonly number[]): boolean => codes.some((code) => code === error.code)
  if (isOneOf(status.UNAVAILABLE))
    return new TransferError(`No event store answers at ${nameOf(url)}.`, { cause: error })
  if (isOneOf(status.PERMISSION_DENIED, status.UNAUTHENTICATED))
    return new TransferError(
      `${nameOf(url)} does not let this user do that: give an administrator's name and password in the address, ` +
        'esdb://admin:PASSWORD@HOST:PORT.',
      { cause: error },
    )
  return new TransferError(`${nameOf(url)} failed: ${error.message}`, { cause: error })
}
