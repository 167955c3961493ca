import { rm } from 'node:fs/promises'
import { readArguments } from '../cli/load/arguments.ts'
import { report } from '../cli/load/report.ts'
import { startShop } from '../test/support/running-shop.ts'
import { checkoutFigures, OTHERS } from './checkout/figures.ts'
import { runLoad } from './checkout/load.ts'
import { benchFolder } from './measure/bench-folder.ts'
import { header, headerLine } from './measure/header.ts'
import { memoryOf, PARTS, type PartName } from './measure/processes.ts'
import { startSampler } from './measure/sampler.ts'
import { profiling, sample } from './profile/attach.ts'

// Whole checkouts through the default start, driven from a process of its own. Everything runs on this one machine. All options are
// those of `npm run load`; without any: 200 orders/s for 60 s, after a warm-up of 15 s. What is counted is the time in which measured
// orders come in: neither start nor warm-up. One more: --profile FOLDER samples where the CPU goes meanwhile, for
// `npm run bench:profile -- FOLDER`; that costs some itself.

interface Costs {
  /** Milliseconds of CPU an order, by part and in all. */
  readonly cpuMs: Readonly<Record<PartName | 'all', number>>
  /** Bytes at the end, when all is at rest. */
  readonly memory: Readonly<Record<PartName | 'all', number>>
  /** The same of the load driver, which is no part of the product but shares the machine. */
  readonly driverCpuMs: number
}

const DEFAULTS = ['--rate', '200', '--duration', '60s', '--warm-up', '15s']
/** Profiled is this much of the middle of the window. */
const PROFILED_MS = 10_000

const withAll = (values: Readonly<Record<PartName, number>>): Record<PartName | 'all', number> => ({
  ...values,
  all: PARTS.reduce((sum, part) => sum + values[part], 0),
})

const table = ({ cpuMs, memory, driverCpuMs }: Costs): string =>
  [
    ...([...PARTS, 'all'] as const).map(
      (part) =>
        `${part.padEnd(20)}${cpuMs[part].toFixed(2).padStart(8)} ms of CPU an order${(memory[part] / 1e6).toFixed(0).padStart(8)} MB`,
    ),
    `${'(load driver'.padEnd(20)}${driverCpuMs.toFixed(2).padStart(8)} ms of CPU an order)`,
  ].join('\n')

/** Takes an option and its value out of a list of arguments. */
const taken = (args: string[], option: string): string | undefined => {
  const at = args.indexOf(option)
  return at < 0 ? undefined : args.splice(at, 2)[1]
}

const given = process.argv.slice(2)
const profile = taken(given, '--profile')
const args = [...DEFAULTS, ...given]
const asked = readArguments(args)
const dataDir = await benchFolder()
const shop = await startShop(dataDir, profile === undefined ? {} : profiling(profile))
const sampler = startSampler(shop.pid)
try {
  const load = runLoad(new URL(shop.url).origin, args)
  const driver = startSampler(load.pid)
  if (profile !== undefined) {
    await sample(shop.pid, asked.warmUpMs + asked.durationMs / 2, Math.min(PROFILED_MS, asked.durationMs / 3))
  }
  const result = await load.result
  driver.stop()
  const { from, to } = result.window
  const inWindow = result.findings.paidPerSecond.mean * ((to - from) / 1_000)
  const others = (asked.mix.declined + asked.mix.cancelled) / (asked.mix.paid || 1)
  const each = (used: Readonly<Record<PartName, number>>): Record<PartName | 'all', number> => {
    const all = withAll(used)
    return Object.fromEntries(
      Object.entries(all).map(([part, ms]) => [part, ms / (inWindow * (1 + others))]),
    ) as typeof all
  }
  const costs: Costs = {
    cpuMs: each(sampler.between(from, to)),
    memory: withAll(memoryOf(shop.pid)),
    driverCpuMs: each(driver.between(from, to)).all,
  }
  const ratios = Object.entries(OTHERS).map(
    ([name, { cpuMs: ms }]) => `${(ms / costs.cpuMs.all).toFixed(0)} × less CPU an order than ${name}`,
  )
  const head = header()
  process.stdout.write(
    asked.json
      ? `${JSON.stringify({ ...head, title: 'Whole checkouts', figures: checkoutFigures(result, costs), ...result, costs })}\n`
      : `Whole checkouts\n${headerLine(head)}\n\n${report(result)}\n\n${table(costs)}\n${ratios.join('; ')}\n`,
  )
} finally {
  sampler.stop()
  await shop.stop()
  await rm(dataDir, { recursive: true, force: true })
}
const complaints = shop
  .output()
  .split('\n')
  .filter((line) => line.includes('"level"'))
if (complaints.length > 0)
  process.stderr.write(`The shop complained:\n${complaints.slice(0, 10).join('\n')}\n`)
