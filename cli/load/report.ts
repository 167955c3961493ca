import type { Arguments } from './arguments.ts'
import type { Findings } from './check.ts'
import type { Measured, Percentiles } from './meters.ts'

export interface LoadResult {
  readonly asked: Pick<Arguments, 'rate' | 'durationMs' | 'mix' | 'lines' | 'hot' | 'follow' | 'seed'>
  /** When the measured orders came in, in milliseconds since the epoch. */
  readonly window: { readonly from: number; readonly to: number }
  readonly measured: Measured
  readonly findings: Findings
}

const milliseconds = (value: number): string =>
  `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`.padStart(10)

const row = (name: string, { count, p50, p95, p99, max }: Percentiles): string =>
  `${name.padEnd(28)}${String(count).padStart(8)}${[p50, p95, p99, max].map(milliseconds).join('')}`

/** For people. */
export const report = ({ asked, measured, findings }: LoadResult): string => {
  const { least, mean, most } = findings.paidPerSecond
  const refused = Object.entries(measured.refused)
  return [
    `${''.padEnd(28)}${'orders'.padStart(8)}${['p50', 'p95', 'p99', 'most'].map((name) => name.padStart(10)).join('')}`,
    row('POST to 202', measured.accepted),
    row('POST to paid', measured.paid),
    row('POST to otherwise settled', measured.ended),
    row('placed to paid, by events', findings.placedToPaid),
    '',
    `Asked for ${asked.rate} orders/s over ${asked.durationMs / 1_000} s; paid ${mean.toFixed(0)}/s (${least.toFixed(0)} to ${most.toFixed(0)} in windows of 5 s);`,
    `at rest ${(findings.drainMs / 1_000).toFixed(1)} s after the last answer; ${measured.mostWaiting} requests waited at once at most.`,
    `Ended: ${Object.entries(findings.ended)
      .map(([end, count]) => `${count} ${end}`)
      .join(', ')}.`,
    ...(measured.notSettledInTime > 0
      ? [`Not settled while their answer waited: ${measured.notSettledInTime}.`]
      : []),
    ...refused.map(([reason, count]) => `Refused or failed: ${count} × ${reason}`),
    findings.broken.length === 0
      ? `All of ${findings.orders} orders ended as they have to; money and stock add up.`
      : `BROKEN (${findings.broken.length}):\n${findings.broken.slice(0, 20).join('\n')}`,
  ].join('\n')
}
