import { build } from 'hdr-histogram-js'

/** Of a measured time, in milliseconds. */
export interface Percentiles {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** Times with three significant digits, whatever their size (HdrHistogram). */
export interface Timer {
  readonly add: (ms: number) => void
  readonly read: () => Percentiles
}

export const createTimer = (): Timer => {
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 600_000_000,
    numberOfSignificantValueDigits: 3,
  })
  const at = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1_000
  return {
    add: (ms) => {
      histogram.recordValue(Math.max(1, Math.round(ms * 1_000)))
    },
    read: () => ({
      count: histogram.totalCount,
      ...{
        p50: at(50),
        p95: at(95),
        p99: at(99),
        max: histogram.totalCount === 0 ? 0 : histogram.maxValue / 1_000,
      },
    }),
  }
}

export interface Measured {
  /** From when the order was due to the answer that it was placed. */
  readonly accepted: Percentiles
  /** From when the order was due to the answer that it is paid; only orders whose answer waited for that. */
  readonly paid: Percentiles
  /** The same for orders that were settled otherwise. */
  readonly ended: Percentiles
  readonly notSettledInTime: number
  /** What was not accepted, by status and problem. */
  readonly refused: Readonly<Record<string, number>>
  /** Requests that waited for their answer at once, at most. */
  readonly mostWaiting: number
}

export interface Meters {
  readonly accepted: (ms: number) => void
  readonly settled: (ms: number, isPaid: boolean) => void
  readonly notSettledInTime: () => void
  readonly refused: (reason: string) => void
  readonly waiting: (requests: number) => void
  readonly read: () => Measured
}

export const createMeters = (): Meters => {
  const timers = { accepted: createTimer(), paid: createTimer(), ended: createTimer() }
  const refusals = new Map<string, number>()
  let late = 0
  let mostWaiting = 0
  return {
    accepted: timers.accepted.add,
    settled: (ms, isPaid) => {
      timers[isPaid ? 'paid' : 'ended'].add(ms)
    },
    notSettledInTime: () => {
      late += 1
    },
    refused: (reason) => {
      refusals.set(reason, (refusals.get(reason) ?? 0) + 1)
    },
    waiting: (requests) => {
      mostWaiting = Math.max(mostWaiting, requests)
    },
    read: () => ({
      accepted: timers.accepted.read(),
      paid: timers.paid.read(),
      ended: timers.ended.read(),
      notSettledInTime: late,
      refused: Object.fromEntries(refusals),
      mostWaiting,
    }),
  }
}
