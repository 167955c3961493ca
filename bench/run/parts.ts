/** A part of the benchmarks: a program of its own, that prints its result as the last line with `--json`. */
export interface Part {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  /** So that it only shows whether it works. */
  readonly quick: readonly string[]
  /** Left out unless it is named: it takes long, or has no bar. */
  readonly onlyByName?: boolean
}

const load = (rate: number, duration: string, warmUp: string): string[] => [
  ...['--rate', String(rate), '--duration', duration, '--warm-up', warmUp],
]
/** Orders of 1 to 5 lines, all of them paid. */
const PAID = ['--mix', 'paid=100']
/** 200 paid orders a second, and 40 times what Vendure does, have to be left where arrivals are random. */
const FULL = [...PAID, ...load(212, '60s', '15s')]

export const PARTS: readonly Part[] = [
  { name: 'checkout', program: 'checkout', args: FULL, quick: load(10, '6s', '1s') },
  {
    ...{ name: 'latency', program: 'checkout', args: [...PAID, ...load(100, '30s', '15s')] },
    quick: load(10, '6s', '1s'),
  },
  {
    ...{ name: 'api', program: 'api', args: [] },
    quick: ['--orders', '200', '--seconds', '1', '--rate', '10'],
  },
  { name: 'cost', program: 'cost', args: [], quick: ['--rate', '10', '--seconds', '2'] },
  { name: 'hot-product', program: 'hot-product', args: [], quick: ['--buyers', '20'] },
  { name: 'one-payment', program: 'one-payment', args: [], quick: ['--orders', '1'] },
  {
    ...{ name: 'read-models', program: 'projections', args: [] },
    quick: ['--events', '800', '--rate', '20', '--seconds', '1'],
  },
  { name: 'eventstore', program: 'eventstore', args: [], quick: ['--seconds', '0.1', '--batches', '1'] },
  {
    name: 'rest',
    program: 'rest',
    args: [],
    quick: ['--orders', '20', '--rate', '10', '--idle', '1', '--starts', '1'],
  },
  { name: 'long-stream', program: 'long-stream', args: [], quick: ['--events', '1000', '--processes', '1'] },
  { name: 'tests', program: 'suites', args: ['--suite', 'tests'], quick: ['bench/measure/result.test.ts'] },
  {
    ...{ name: 'reliability', program: 'suites', args: ['--suite', 'reliability'], onlyByName: true },
    quick: ['test/e2e/kills.int.test.ts'],
  },
  {
    ...{ name: 'coverage', program: 'coverage', args: [], onlyByName: true },
    quick: ['domain/order/decide.test.ts'],
  },
  {
    ...{ name: 'growth', program: 'growth', args: [], onlyByName: true },
    quick: ['--orders', '10,20', '--rate', '10', '--seconds', '2'],
  },
  {
    ...{ name: 'instances', program: 'instances', args: [], onlyByName: true },
    quick: ['--instances', '1,2', '--rate', '10', '--seconds', '2', '--warm-up', '1', '--idle', '1'],
  },
]
