export interface Measurement {
  readonly key: string
  readonly value: number
}

/** How long a consumer takes to answer, over its last answers. */
export interface TimingStatistics {
  /** `milliseconds` between delivery and answer. */
  record(milliseconds: number): void
  measurements(): Measurement[]
}

const windowSize = 1000

/** Position in a sorted list of `size` that a percentile stands for. */
const rank = (percent: number, size: number): number => Math.min(Math.floor((percent / 100) * size), size - 1)

/** With the keys that EventStoreDB shows, in its order, whole milliseconds. */
export const timingStatistics = (): TimingStatistics => {
  const samples: number[] = []
  let oldest = 0
  return {
    record: (milliseconds) => {
      const whole = Math.floor(milliseconds)
      if (samples.length < windowSize) samples.push(whole)
      else samples[oldest++ % windowSize] = whole
    },
    measurements: () => {
      if (samples.length === 0) return []
      const sorted = [...samples].sort((a, b) => a - b)
      const { length } = sorted
      const at = (percent: number): number => sorted[rank(percent, length)] ?? 0
      const mean = Math.floor(sorted.reduce((sum, sample) => sum + sample, 0) / length)
      return [
        { key: 'Mean', value: mean },
        { key: 'Median', value: at(50) },
        { key: 'Fastest', value: at(0) },
        ...[1, 2, 3, 4, 5].map((n) => ({ key: `Quintile ${n}`, value: at((n - 1) * 20) })),
        ...[90, 95, 99, 99.5, 99.9].map((percent) => ({ key: `${percent}%`, value: at(percent) })),
        { key: 'Highest', value: at(100) },
      ]
    },
  }
}

/** Counts what passes, and how fast it passed since somebody last looked. */
export interface RateMeter {
  readonly total: number
  add(): void
  /** Ends the measurement that runs and begins the next one. `seconds` is how long it ran. */
  read(now: number): { readonly sinceLast: number; readonly perSecond: number; readonly seconds: number }
}

/** Items a second as EventStoreDB shows them: a whole number, rounded down. */
export const perSecond = (items: number, seconds: number): number =>
  seconds > 0 ? Math.floor(items / seconds) : 0

/** @param now Milliseconds, as all other times that it is given. */
export const rateMeter = (now: number): RateMeter => {
  let total = 0
  let lastTotal = 0
  let lastAt = now
  return {
    get total() {
      return total
    },
    add: () => {
      total++
    },
    read: (at) => {
      const seconds = (at - lastAt) / 1000
      const sinceLast = total - lastTotal
      lastTotal = total
      lastAt = at
      return { sinceLast, perSecond: perSecond(sinceLast, seconds), seconds }
    },
  }
}
