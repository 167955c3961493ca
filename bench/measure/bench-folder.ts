import { mkdtemp, rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../test/support/eventually.ts'
import { isRunning } from '../../test/support/processes.ts'
import { processesOf } from './processes.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** How long what was started may take to end. */
const PATIENCE_MS = 15_000

const folders = new Set<string>()
let isListening = false

/**
 * Has a benchmark that is told to end (Ctrl-C, `timeout`) end whatever it has started, remove its folders, and end with the exit
 * code of the signal.
 */
export const endInOrder = (): void => {
  if (isListening) return
  isListening = true
  for (const signal of SIGNALS) process.once(signal, () => void end(signal))
}

/** A folder for the data of a benchmark; it is gone when that is told to end. */
export const benchFolder = async (): Promise<string> => {
  endInOrder()
  const folder = await mkdtemp(join(tmpdir(), 'orderstream-bench-'))
  folders.add(folder)
  return folder
}

const end = async (signal: (typeof SIGNALS)[number]): Promise<void> => {
  // the benchmark misses what is ended now, and says so: it has not failed
  process.on('uncaughtException', () => undefined)
  const started = processesOf(process.pid).filter(({ pid }) => pid !== process.pid)
  // each of them ends what it has started itself
  for (const { pid, parent } of started) if (parent === process.pid) tell(pid, 'SIGTERM')
  await eventually(() => started.every(({ pid }) => !isRunning(pid)), { withinMs: PATIENCE_MS }).catch(() => {
    for (const { pid } of started) tell(pid, 'SIGKILL')
  })
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  process.exit(128 + constants.signals[signal])
}

const tell = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // it has ended by itself
  }
}
