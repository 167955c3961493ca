import type { LoadResult } from '../../cli/load/report.ts'
import type { Figure } from '../measure/result.ts'

/** What the load cost the product, in milliseconds of CPU an order and bytes at the end. */
export interface Costs {
  readonly cpuMs: Readonly<Record<string, number>> & { readonly all: number }
  readonly memory: Readonly<Record<string, number>> & { readonly all: number }
}

/** What other shops do on such a machine, measured in the same way: orders a second, and milliseconds of CPU an order. */
export const OTHERS = {
  'Vendure 3.7.3': { rate: 5.2, cpuMs: 330 },
  'Medusa 2.21': { rate: 0.8, cpuMs: 1_600 },
}

/** From this rate on it is the full load, whose bars are throughput and cost; below it is part of it, whose bars are latencies. */
const FULL = 200

/** How many orders and products were found that are not as they have to be: none, whatever the speed. */
export const lawsFigure = ({ broken }: LoadResult['findings']): Figure => ({
  ...{ name: 'orders or goods that are wrong', value: broken.length, unit: '', bar: { exactly: 0 } },
})

export const checkoutFigures = ({ asked, measured, findings }: LoadResult, costs: Costs): Figure[] => {
  const isFull = asked.rate >= FULL
  const { mean, least } = findings.paidPerSecond
  const note = `${asked.rate} orders/s over ${asked.durationMs / 1_000} s`
  const throughput: Figure[] = isFull
    ? [
        { name: 'orders paid', value: mean, unit: '/s', bar: { atLeast: FULL }, note },
        { name: 'orders paid in the worst 5 s', value: least, unit: '/s' },
        ...Object.entries(OTHERS).map(([name, { rate }]) => ({
          ...{ name: `orders a second ÷ ${name}`, value: mean / rate, unit: '×' },
          ...(name.startsWith('Vendure') && { bar: { atLeast: 40 } }),
        })),
      ]
    : [{ name: 'orders paid', value: mean, unit: '/s', note }]
  const limits = (below: number): Pick<Figure, 'bar'> => (isFull ? {} : { bar: { below } })
  return [
    ...throughput,
    {
      name: 'CPU an order, all processes',
      value: costs.cpuMs.all,
      unit: 'ms',
      ...(isFull && { bar: { atMost: 10 } }),
    },
    ...Object.entries(costs.cpuMs)
      .filter(([part]) => part !== 'all')
      .map(([part, value]) => ({ name: `  ${part}`, value, unit: 'ms' })),
    ...Object.entries(OTHERS).map(([name, { cpuMs }]) => ({
      ...{ name: `CPU an order: ${name} ÷ ours`, value: cpuMs / costs.cpuMs.all, unit: '×' },
    })),
    { name: 'POST to 202, p50', value: measured.accepted.p50, unit: 'ms' },
    { name: 'POST to 202, p95', value: measured.accepted.p95, unit: 'ms', ...limits(50) },
    { name: 'POST to paid, p50', value: measured.paid.p50, unit: 'ms' },
    { name: 'POST to paid, p95', value: measured.paid.p95, unit: 'ms', ...limits(250) },
    lawsFigure(findings),
    { name: 'memory at the end', value: costs.memory.all / 1e6, unit: 'MB' },
  ]
}
