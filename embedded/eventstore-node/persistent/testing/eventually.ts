import { setTimeout as wait } from 'node:timers/promises'

const limit = 15_000

/** Looks again and again until there is something, for at most fifteen seconds. */
export const eventually = async <T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> => {
  const end = performance.now() + limit
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`it did not come true: ${String(look)}`)
    await wait(1)
  }
}
