import type { Revocations } from '../supporting/accounts/revocations.ts'
import type { Caller } from './plugins/authentication.ts'

/** Why a connection over which somebody follows something ends; `gone`: the client has hung up. */
export type EndReason = 'over' | 'token' | 'time' | 'stopping' | 'gone'

/** How long such a connection may last. */
export interface Lifetime {
  /** Aborted at its end. */
  readonly signal: AbortSignal
  /** Why it has ended; undefined as long as it lasts. */
  readonly reason: EndReason | undefined
  /** False from when it has ended, or the caller's token was revoked, which ends it. */
  isGood(): boolean
  /** Only the first reason counts. */
  end(reason: EndReason): void
}

export interface Lifetimes {
  /** It ends by itself when the caller's token expires. */
  begin(caller: Pick<Caller, 'id' | 'issuedAt' | 'expiresAt'>): Lifetime
  endAll(reason: EndReason): void
}

export const createLifetimes = ({
  lastMs,
  revocations,
}: {
  /** How long one lasts at most, in milliseconds. */
  readonly lastMs: number
  readonly revocations: Pick<Revocations, 'isRevoked'>
}): Lifetimes => {
  const ends = new Set<Lifetime['end']>()

  return {
    begin: ({ id, issuedAt, expiresAt }) => {
      const ending = new AbortController()
      const end = (reason: EndReason): void => {
        clearTimeout(timer)
        ends.delete(end)
        ending.abort(reason)
      }
      const tokenMs = expiresAt.getTime() - Date.now()
      const timer = setTimeout(end, Math.min(tokenMs, lastMs), tokenMs <= lastMs ? 'token' : 'time')
      ends.add(end)
      return {
        signal: ending.signal,
        get reason() {
          return ending.signal.reason as EndReason | undefined
        },
        isGood: () => {
          if (revocations.isRevoked(id, issuedAt)) end('token')
          return !ending.signal.aborted
        },
        end,
      }
    },
    endAll: (reason) => {
      for (const end of ends) end(reason)
    },
  }
}
