import { readFileSync } from 'node:fs'

/** Whether a process runs; one that has ended but was not yet collected by its parent does not. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  try {
    // the state stands after the name, which is in brackets and may hold anything
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/^ [ZX]/.test(stat.slice(stat.lastIndexOf(')') + 1))
  } catch {
    // no /proc on this system, or it ended in between: the next look tells
    return true
  }
}

/** The command line of a process, its parts set apart by blanks; empty where it has ended. Linux only. */
export const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
