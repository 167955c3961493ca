import { performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** How a process stands. */
export interface Load {
  /** Share of the time since the last look in which the event loop was busy, 0 to 1. */
  readonly utilization: number
  /** Bytes that the heap has taken from the system. */
  readonly heapBytes: number
  /** Milliseconds, from anywhere. */
  readonly now: number
}

const BUSY = 0.1
const QUIET_LOOKS = 2
const WORTH_BYTES = 32 * 1024 * 1024
const AT_MOST_EVERY_MS = 60_000

/**
 * Decides at each look at a process whether its garbage is to be collected now: it has been quiet for two looks, its heap is larger by
 * 32 MiB than it was after the last time, and that was a minute ago.
 */
export const createIdleDecision = (first: Load): ((load: Load) => boolean) => {
  let quiet = 0
  let smallest = first.heapBytes
  let collectedAt = -Infinity
  return ({ utilization, heapBytes, now }) => {
    quiet = utilization < BUSY ? quiet + 1 : 0
    smallest = Math.min(smallest, heapBytes)
    const isDue = quiet >= QUIET_LOOKS && heapBytes - smallest >= WORTH_BYTES
    if (!isDue || now - collectedAt < AT_MOST_EVERY_MS) return false
    collectedAt = now
    // what is there at the next look is what was needed
    smallest = Infinity
    return true
  }
}

/**
 * Has this process give back what it no longer needs when it has little to do. V8 collects by itself only after so much was allocated
 * anew, which in an idle process takes hours: the API kept 560 MB after 10,000 orders, of which it needed 260. Costs a pause of some
 * 200 ms once after a busy time.
 * @param lookEveryMs between two looks, in milliseconds
 * @returns a part of a system: `stop` ends it
 */
export const giveBackMemoryWhenIdle = (lookEveryMs = 5_000): { readonly stop: () => Promise<void> } => {
  let before = performance.eventLoopUtilization()
  const look = (): Load => {
    const after = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(after, before)
    before = after
    return { utilization, heapBytes: process.memoryUsage().heapTotal, now: performance.now() }
  }
  const isDue = createIdleDecision(look())
  const timer = setInterval(() => {
    if (isDue(look())) collectGarbage()
  }, lookEveryMs).unref()
  return {
    stop: () => {
      clearInterval(timer)
      return Promise.resolve()
    },
  }
}

/**
 * A full collection that moves together what is left: without that, a heap of 430 MB with 120 MB of objects stayed as large as it was.
 * Node has no call for it unless it was started so; contexts that are made after the flag is set have one.
 */
const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc')
  // that flag is what it is there for
  const collect = runInNewContext('gc') as () => void
  setFlagsFromString('--no-expose-gc')
  setFlagsFromString('--compact-on-every-full-gc')
  collect()
  setFlagsFromString('--no-compact-on-every-full-gc')
}
