import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { DataDirectoryInUseError } from './errors.ts'

/**
 * One process works on a data directory at a time. The lock file names the process by its id and its time of start, so
 * that the lock of a process that was killed counts for nothing, even where its id was given to another one since.
 *
 * @returns the way to give the lock back
 * @throws DataDirectoryInUseError while the process that holds it lives
 */
export function lockDirectory(directory: string): () => void {
  const file = path.join(directory, 'lock')
  const own = `${process.pid} ${startOf(process.pid)}\n`
  const mine = `${file}.${process.pid}`
  fs.writeFileSync(mine, own, { mode: 0o600 })
  try {
    for (;;) {
      // a link is there with its content or not at all, and refuses to replace another
      if (
        succeeds('EEXIST', () => {
          fs.linkSync(mine, file)
        })
      )
        return () => {
          fs.rmSync(file, { force: true })
        }
      const holder = readHolder(file)
      if (holder === undefined) continue
      if (isAlive(holder)) throw new DataDirectoryInUseError(directory, holder.pid)
      removeDead(file, holder)
    }
  } finally {
    fs.rmSync(mine, { force: true })
  }
}

interface Holder {
  readonly text: string
  readonly pid: number
}

/** Of two that find the same dead holder one takes its lock away, and the other must not take the first one's. */
function removeDead(file: string, dead: Holder): void {
  const aside = `${file}.${process.pid}.dead`
  if (
    !succeeds('ENOENT', () => {
      fs.renameSync(file, aside)
    })
  )
    return
  if (fs.readFileSync(aside, 'utf8') !== dead.text)
    succeeds('EEXIST', () => {
      fs.linkSync(aside, file)
    })
  fs.rmSync(aside, { force: true })
}

/** False where `act` fails with this code; other errors are thrown. */
function succeeds(unless: string, act: () => void): boolean {
  try {
    act()
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === unless) return false
    throw error
  }
}

function readHolder(file: string): Holder | undefined {
  let text = ''
  if (
    !succeeds('ENOENT', () => {
      text = fs.readFileSync(file, 'utf8')
    })
  )
    return undefined
  return { text, pid: Number(text.split(' ')[0]) }
}

function isAlive({ text, pid }: Holder): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  const start = startOf(pid)
  return start !== '' && text.trim() === `${pid} ${start}`
}

/**
 * When a process started, in whatever form the system gives it; empty where there is no such process, or where it has
 * ended and only waits to be collected by its parent.
 */
export function startOf(pid: number): string {
  try {
    if (process.platform === 'linux') {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
      // the name of the process, in brackets, may hold blanks: fields count from behind it; 22 is the time of start
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '')
    }
    if (process.platform === 'win32') {
      process.kill(pid, 0)
      return 'alive'
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}
