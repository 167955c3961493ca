import { setImmediate as turn } from 'node:timers/promises'

/** Waits until `look` gives something, for at most five seconds. */
export const eventually = async <T>(look: () => T | undefined | false): Promise<T> => {
  const end = performance.now() + 5_000
  for (;;) {
    const found = look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`it did not come true: ${String(look)}`)
    await turn()
  }
}
