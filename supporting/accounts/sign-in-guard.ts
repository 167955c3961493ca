import type { KeyValueStore } from '../key-value/key-value.ts'
import { normalizeEmail } from './accounts.ts'
import { digestOf } from './secrets.ts'

/** Slows down who guesses passwords, by e-mail address: of those that exist and of those that don't. */
export interface SignInGuard {
  /** To be asked before each attempt. Milliseconds to wait where it is refused; undefined where it may go on. */
  refusedFor(email: string): Promise<number | undefined>
  /** Forgets the failures. */
  forget(email: string): Promise<void>
}

export interface GuardOptions {
  /** Attempts before the first delay. */
  readonly freeAttempts: number
  /** The first delay; each further failure doubles it. */
  readonly firstDelayMs: number
  readonly longestDelayMs: number
  /** How long failures are remembered. */
  readonly memoryMs: number
}

export const DEFAULT_GUARD: GuardOptions = {
  freeAttempts: 5,
  firstDelayMs: 1_000,
  longestDelayMs: 15 * 60_000,
  memoryMs: 24 * 3_600_000,
}

export const createSignInGuard = (
  store: KeyValueStore,
  { freeAttempts, firstDelayMs, longestDelayMs, memoryMs }: GuardOptions = DEFAULT_GUARD,
): SignInGuard => {
  // the store need not know whose they are
  const keysOf = (email: string): { failures: string; delay: string } => {
    const digest = digestOf(normalizeEmail(email))
    return { failures: `sign-in-failures:${digest}`, delay: `sign-in-delay:${digest}` }
  }

  return {
    refusedFor: async (email) => {
      const { failures, delay } = keysOf(email)
      // An attempt counts as failed until it has succeeded: many at once can't slip through between question and count.
      const { value: attempts } = await store.count(failures, 1, memoryMs)
      if (attempts <= freeAttempts) return undefined
      const delayMs = Math.min(firstDelayMs * 2 ** (attempts - freeAttempts - 1), longestDelayMs)
      if (await store.add(delay, String(Date.now() + delayMs), delayMs)) return undefined
      // one that is refused was no attempt
      await store.count(failures, -1, memoryMs)
      const until = Number(await store.get(delay))
      return Math.max(1, until - Date.now())
    },
    forget: async (email) => {
      const { failures, delay } = keysOf(email)
      const { value: attempts } = await store.count(failures, 0, memoryMs)
      await store.count(failures, -attempts, memoryMs)
      await store.delete(delay)
    },
  }
}
