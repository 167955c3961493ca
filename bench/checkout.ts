import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readArguments } from '../cli/load/arguments.ts'
import { report, type LoadResult } from '../cli/load/report.ts'
import { startShop } from '../test/support/running-shop.ts'
import { header, headerLine } from './measure/header.ts'
import type { PartName, Usage } from './measure/processes.ts'
import { startSampler } from './measure/sampler.ts'

// Whole checkouts through the default start, driven from a process of its own. Everything runs on this one machine. All options are
// those of `npm run load`; without any: 200 orders/s for 60 s.

/** What other shops use for an order on such a machine, in milliseconds of CPU; measured in the same way. */
const OTHERS = { 'Vendure 3.7.3': 330, 'Medusa 2.21': 1_600 }

interface Costs {
  /** Milliseconds of CPU an order, by part and in all. */
  readonly cpuMs: Readonly<Record<PartName | 'all', number>>
  /** Bytes at the end. */
  readonly memory: Readonly<Record<PartName | 'all', number>>
}

const runLoad = async (origin: string, args: readonly string[]): Promise<LoadResult> => {
  const load = spawn(
    process.execPath,
    ['--import', 'tsx', 'cli/load.ts', '--url', origin, ...args, '--json'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let output = ''
  load.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  await once(load, 'close')
  return JSON.parse(output) as LoadResult
}

const costsOf = (used: Readonly<Record<PartName, Usage>>, orders: number): Costs => {
  const parts = Object.entries(used) as [PartName, Usage][]
  const each = (of: (usage: Usage) => number): Record<PartName | 'all', number> => {
    const values = parts.map(([part, usage]) => [part, of(usage)] as const)
    const all = values.reduce((sum, [, value]) => sum + value, 0)
    return { ...(Object.fromEntries(values) as Record<PartName, number>), all }
  }
  return { cpuMs: each(({ cpuMs }) => cpuMs / orders), memory: each(({ memory }) => memory) }
}

const table = ({ cpuMs, memory }: Costs): string =>
  (Object.keys(cpuMs) as (keyof typeof cpuMs)[])
    .map(
      (part) =>
        `${part.padEnd(20)}${cpuMs[part].toFixed(2).padStart(8)} ms of CPU an order${(memory[part] / 1e6).toFixed(0).padStart(8)} MB`,
    )
    .join('\n')

const args = process.argv.slice(2)
const asked = readArguments(['--rate', '200', '--duration', '60s', ...args])
const dataDir = await mkdtemp(join(tmpdir(), 'orderstream-bench-'))
const shop = await startShop(dataDir)
const sampler = startSampler(shop.pid)
try {
  const result = await runLoad(new URL(shop.url).origin, ['--rate', '200', '--duration', '60s', ...args])
  const { from, to } = result.window
  const inWindow = result.findings.paidPerSecond.mean * ((to - from) / 1_000)
  const others = (asked.mix.declined + asked.mix.cancelled) / (asked.mix.paid || 1)
  const costs = costsOf(sampler.between(from, to), inWindow * (1 + others))
  const ratios = Object.entries(OTHERS).map(
    ([name, ms]) => `${(ms / costs.cpuMs.all).toFixed(0)} × less CPU an order than ${name}`,
  )
  const head = header()
  process.stdout.write(
    asked.json
      ? `${JSON.stringify({ ...head, ...result, costs })}\n`
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
