import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { processesOf } from '../measure/processes.ts'

const PROFILER = createRequire(import.meta.url).resolve('./profiler.cjs')

/** What the environment of a program has to hold so that it, and what it starts, can be sampled. */
export const profiling = (folder: string): { readonly NODE_OPTIONS: string } => {
  mkdirSync(folder, { recursive: true })
  const hook = join(resolve(folder), 'profiler.cjs')
  writeFileSync(hook, `require(${JSON.stringify(PROFILER)}).into(__dirname)\n`)
  return { NODE_OPTIONS: `--require ${hook}` }
}

/** Whoever else is a child of theirs does not know the signal, and would end. */
const PROGRAMS = /cli\/(start|projections-process|eventstore-node)\./

/** Samples the Node processes that descend from `pid`, itself among them, for `forMs` milliseconds that begin `afterMs` from now. */
export const sample = async (pid: number, afterMs: number, forMs: number): Promise<void> => {
  await delay(afterMs)
  const pids = processesOf(pid).flatMap((one) => (PROGRAMS.test(one.command) ? [one.pid] : []))
  for (const one of pids) process.kill(one, 'SIGUSR2')
  await delay(forMs)
  for (const one of pids) process.kill(one, 'SIGUSR2')
}
