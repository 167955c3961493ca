/**
 * Milliseconds to wait before attempt `attempt` (1 is the first repetition): full jitter, that is uniform between 0 and an
 * exponentially growing, capped limit (Marc Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
 */
export const fullJitter = (
  attempt: number,
  limits: { readonly baseMs: number; readonly capMs: number },
  random: () => number = Math.random,
): number => random() * Math.min(limits.capMs, limits.baseMs * 2 ** (attempt - 1))
