/** How far something that goes through the log is. */
export interface ShownProgress {
  /** What is being done, and for what. */
  readonly phase: string
  readonly projections: readonly string[]
  readonly events: number
  /** Of all that there is to do, from 0 to 1. */
  readonly fraction: number
}

export interface ProgressLine {
  show(progress: ShownProgress): void
  /** Leaves the line as it is; what was shown last is on it, however short the time since the line before. */
  end(): void
}

/** A stream; on a terminal what was written can be written over. */
export interface ProgressOutput {
  write(text: string): unknown
  readonly isTTY?: boolean
}

const BAR_WIDTH = 24
/** How often a line is written where there is no terminal to write over. */
const PLAIN_EVERY_MS = 5_000
/** The rate is taken over this time. */
const WINDOW_MS = 5_000

/** Shows how far a build is: on a terminal a bar in one line, else a line from time to time. */
export const createProgressLine = (
  out: ProgressOutput,
  now: () => number = () => performance.now(),
): ProgressLine => {
  const samples: { readonly at: number; readonly events: number; readonly fraction: number }[] = []
  let toldAt = -Infinity
  let toldPhase = ''
  let isOpen = false
  /** Shown to nobody yet. */
  let held: string | undefined

  return {
    show: (progress) => {
      const at = now()
      samples.push({ at, events: progress.events, fraction: progress.fraction })
      while (samples.length > 2 && at - (samples[0]?.at ?? at) > WINDOW_MS) samples.shift()
      const line = describe(progress, samples)
      if (out.isTTY === true) {
        out.write(`\r\u001b[2K${line}`)
        isOpen = true
      } else if (at - toldAt >= PLAIN_EVERY_MS || progress.phase !== toldPhase) {
        toldAt = at
        toldPhase = progress.phase
        held = undefined
        out.write(`${line}\n`)
      } else {
        held = line
      }
    },
    end: () => {
      if (isOpen) out.write('\n')
      if (held !== undefined) out.write(`${held}\n`)
      isOpen = false
      held = undefined
    },
  }
}

const describe = (
  { projections, phase, events, fraction }: ShownProgress,
  samples: readonly { readonly at: number; readonly events: number; readonly fraction: number }[],
): string => {
  const filled = Math.round(fraction * BAR_WIDTH)
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
  const percent = `${Math.floor(fraction * 100)} %`.padStart(5)
  return [
    `${bar} ${percent}`,
    `${events.toLocaleString('en')} events`,
    ...pace(samples),
    `${phase}: ${projections.join(', ')}`,
  ].join('  ')
}

/** Events a second, and the time that is left at that pace. */
const pace = (
  samples: readonly { readonly at: number; readonly events: number; readonly fraction: number }[],
): string[] => {
  const first = samples[0]
  const last = samples.at(-1)
  if (first === undefined || last === undefined || last.at - first.at < 200 || last.events === first.events)
    return []
  const seconds = (last.at - first.at) / 1_000
  const rate = `${Math.round((last.events - first.events) / seconds).toLocaleString('en')}/s`
  const gained = last.fraction - first.fraction
  if (gained <= 0 || last.fraction >= 1) return [rate]
  return [rate, `${duration(((1 - last.fraction) / gained) * seconds)} left`]
}

const duration = (seconds: number): string => {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  return whole < 3_600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`
}
