import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { LoadResult } from '../../cli/load/report.ts'

export interface Load {
  readonly pid: number
  readonly result: Promise<LoadResult>
}

/**
 * Drives a shop, or several instances of one with commas between their addresses, from a process of its own; `args` and
 * `env` as of `npm run load`.
 */
export const runLoad = (
  origin: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Load => {
  const load = spawn(
    process.execPath,
    ['--import', 'tsx', 'cli/load.ts', '--url', origin, ...args, '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } },
  )
  let output = ''
  load.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  return {
    pid: load.pid ?? 0,
    result: once(load, 'close').then(() => JSON.parse(output) as LoadResult),
  }
}
