/**
 * Pauses that end sooner where `signal` is aborted. However many there are at once, the signal has one listener: an instance has more
 * than a hundred orders in hand, and while a provider is away all of them wait.
 */
export const pausesUntil = (signal: AbortSignal): ((ms: number) => Promise<void>) => {
  const waiting = new Set<() => void>()
  const wakeAll = (): void => {
    for (const wake of waiting) wake()
  }
  signal.addEventListener('abort', wakeAll, { once: true })
  return (ms) =>
    new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        waiting.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      waiting.add(wake)
      if (signal.aborted) wake()
    })
}
