import { readdirSync, readFileSync } from 'node:fs'

/** Processes of the product, by what they do. */
export const PARTS = ['API and processes', 'projections', 'event store node', 'Postgres'] as const
export type PartName = (typeof PARTS)[number]

/** The clock tick of Linux on every platform that Node runs on: 1/100 s (getconf CLK_TCK). */
const TICK_MS = 10

interface Process {
  readonly pid: number
  readonly parent: number
  readonly cpuMs: number
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
    return [{ pid: Number(entry), parent: Number(fields[1]), cpuMs: ticks * TICK_MS, command }]
  })

const partOf = (command: string): PartName => {
  if (/postgres/.test(command)) return 'Postgres'
  if (/eventstore-node/.test(command)) return 'event store node'
  return /projections-process/.test(command) ? 'projections' : 'API and processes'
}

/** The process `pid` and all that descend from it. Linux only. */
export const processesOf = (pid: number): (Process & { readonly part: PartName })[] => {
  const all = listed()
  const withChildren = (one: Process): (Process & { readonly part: PartName })[] => [
    { ...one, part: partOf(one.command) },
    ...all.filter(({ parent }) => parent === one.pid).flatMap(withChildren),
  ]
  return all.filter((one) => one.pid === pid).flatMap(withChildren)
}

const byPart = (values: readonly (readonly [PartName, number])[]): Record<PartName, number> => {
  const sums = Object.fromEntries(PARTS.map((part) => [part, 0])) as Record<PartName, number>
  for (const [part, value] of values) sums[part] += value
  return sums
}

/** Milliseconds of CPU that the process `pid` and all that descend from it have used so far, part by part. */
export const cpuOf = (pid: number): Record<PartName, number> =>
  byPart(processesOf(pid).map(({ part, cpuMs }) => [part, cpuMs]))

/**
 * Bytes that they hold resident, what is shared counted once. Dear: the kernel walks all pages, of Postgres' shared memory for each
 * backend anew.
 */
export const memoryOf = (pid: number): Record<PartName, number> =>
  byPart(
    processesOf(pid).map((one) => {
      const pss = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${one.pid}/smaps_rollup`))?.[1]
      return [one.part, Number(pss ?? 0) * 1_024]
    }),
  )
