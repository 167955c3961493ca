import { type PartName, type Usage, usageOf, usedBetween } from './processes.ts'

export interface Sampler {
  /** What each part used between two times, in milliseconds since the epoch. @throws RangeError where there are no samples */
  readonly between: (from: number, to: number) => Readonly<Record<PartName, Usage>>
  readonly stop: () => void
}

const EVERY_MS = 200

/** Looks again and again at what the process `pid`, and all that descend from it, have used. */
export const startSampler = (pid: number): Sampler => {
  const samples = [{ at: Date.now(), usage: usageOf(pid) }]
  const timer = setInterval(() => samples.push({ at: Date.now(), usage: usageOf(pid) }), EVERY_MS)
  return {
    between: (from, to) => {
      const first = samples.findLast(({ at }) => at <= from) ?? samples[0]
      const last = samples.find(({ at }) => at >= to) ?? samples.at(-1)
      if (first === undefined || last === undefined || first === last) throw new RangeError('no samples')
      return usedBetween(first.usage, last.usage)
    },
    stop: () => {
      clearInterval(timer)
    },
  }
}
