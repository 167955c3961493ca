import { cpuOf, PARTS, type PartName } from './processes.ts'

export interface Sampler {
  /** Milliseconds of CPU that each part used between two times, which are in milliseconds since the epoch. @throws RangeError where there are no samples */
  readonly between: (from: number, to: number) => Readonly<Record<PartName, number>>
  readonly stop: () => void
}

const EVERY_MS = 500

/** Looks again and again at what the process `pid`, and all that descend from it, have used: start and warm-up can be left out then. */
export const startSampler = (pid: number): Sampler => {
  const samples = [{ at: Date.now(), used: cpuOf(pid) }]
  const timer = setInterval(() => samples.push({ at: Date.now(), used: cpuOf(pid) }), EVERY_MS)
  return {
    between: (from, to) => {
      const first = samples.findLast(({ at }) => at <= from) ?? samples[0]
      const last = samples.find(({ at }) => at >= to) ?? samples.at(-1)
      if (first === undefined || last === undefined || first === last) throw new RangeError('no samples')
      // samples lie up to half a second outside: only the part of them that is within counts
      const scale = (to - from) / (last.at - first.at)
      return Object.fromEntries(
        PARTS.map((part) => [part, (last.used[part] - first.used[part]) * scale]),
      ) as Record<PartName, number>
    },
    stop: () => {
      clearInterval(timer)
    },
  }
}
