import { readdirSync, readFileSync } from 'node:fs'

/** What a part of the product has used since it was started. */
export interface Usage {
  readonly cpuMs: number
  /** Resident memory that is not shared with others, in bytes. */
  readonly memory: number
}

export type PartName = 'shop' | 'event store node' | 'Postgres'

/** The clock tick of Linux on every platform that Node runs on: 1/100 s (getconf CLK_TCK). */
const TICK_MS = 10

interface Process {
  readonly pid: number
  readonly parent: number
  readonly ticks: number
  readonly command: string
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // it has ended since the folder was listed
    return ''
  }
}

const listed = (): Process[] =>
  readdirSync('/proc').flatMap((entry) => {
    const stat = /^\d+$/.test(entry) ? read(`/proc/${entry}/stat`) : ''
    if (stat === '') return []
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // proc(5): utime, stime, cutime, cstime, the last two of children that have ended
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0)
    const command = read(`/proc/${entry}/cmdline`).replaceAll('\0', ' ')
    return [{ pid: Number(entry), parent: Number(fields[1]), ticks, command }]
  })

const partOf = (command: string): PartName => {
  if (/postgres/.test(command)) return 'Postgres'
  return /eventstore-node/.test(command) ? 'event store node' : 'shop'
}

/** What the process `pid` and all that descend from it have used, part by part. Linux only. */
export const usageOf = (pid: number): Record<PartName, Usage> => {
  const all = listed()
  const usage: Record<PartName, { cpuMs: number; memory: number }> = {
    shop: { cpuMs: 0, memory: 0 },
    'event store node': { cpuMs: 0, memory: 0 },
    Postgres: { cpuMs: 0, memory: 0 },
  }
  const add = (process: Process): void => {
    const part = usage[partOf(process.command)]
    part.cpuMs += process.ticks * TICK_MS
    const pss = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${process.pid}/smaps_rollup`))?.[1]
    part.memory += Number(pss ?? 0) * 1024
    for (const child of all) if (child.parent === process.pid) add(child)
  }
  for (const process of all) if (process.pid === pid) add(process)
  return usage
}

export const usedBetween = (
  before: Readonly<Record<PartName, Usage>>,
  after: Readonly<Record<PartName, Usage>>,
): Record<PartName, Usage> => {
  const since = (part: PartName): Usage => ({
    cpuMs: after[part].cpuMs - before[part].cpuMs,
    memory: after[part].memory,
  })
  return { shop: since('shop'), 'event store node': since('event store node'), Postgres: since('Postgres') }
}
