/**
 * Short-lived values that all instances share: sessions, carts, counters of rate limits. In Redis where there is one, else in
 * Postgres. Every operation is atomic, and none finds what has expired.
 *
 * All of them throw KeyValueUnavailableError where the server does not answer in time; what was asked for may then be done or not.
 */
export interface KeyValueStore {
  /** undefined where there is none. */
  get(key: string): Promise<string | undefined>
  put(key: string, value: string, ttlMs: number): Promise<void>
  /** Only where there is none. Whether it did. */
  add(key: string, value: string, ttlMs: number): Promise<boolean>
  /** Only where it is `expected`. Whether it did. */
  replace(key: string, expected: string, value: string, ttlMs: number): Promise<boolean>
  /** The value, which is then gone: of several at once only one gets it. */
  take(key: string): Promise<string | undefined>
  delete(key: string): Promise<void>
  /**
   * Adds to a counter, which begins with 0 and ends `ttlMs` after it was begun. A counter may begin anew where its server had to
   * be restored: nothing that must not be lost is to be counted with it.
   */
  count(counter: string, by: number, ttlMs: number): Promise<Count>
}

export interface Count {
  readonly value: number
  /** Until it begins anew, in milliseconds; 1 or more. */
  readonly endsInMs: number
}

/** The server of the key-value store does not answer. */
export class KeyValueUnavailableError extends Error {
  override readonly name = 'KeyValueUnavailableError'

  constructor(cause: unknown) {
    super('The key-value store did not answer', { cause })
  }
}
