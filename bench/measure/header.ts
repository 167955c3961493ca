import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'

/** What every result is printed with. */
export interface Header {
  readonly date: string
  readonly commit: string
  readonly machine: string
  readonly node: string
}

export const header = (): Header => {
  const [cpu] = cpus()
  return {
    date: new Date().toISOString(),
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim(),
    machine: `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
  }
}

export const headerLine = ({ date, commit, machine, node }: Header): string =>
  `${date}  ${commit}  ${machine}  Node ${node}`
