import { commandOf, isRunning } from './processes.ts'
import { processTree } from './running-shop.ts'

/** The processes of a whole program, by what they are. A backend is what Postgres has for each connection. */
export const VICTIMS = [
  'API and processes',
  'projections',
  'event store node',
  'Postgres',
  'a backend of Postgres',
  'all of them',
] as const
export type Victim = (typeof VICTIMS)[number]

const PATTERNS: Readonly<Record<Victim, RegExp>> = {
  'API and processes': /cli\/start\./,
  projections: /cli\/projections-process\./,
  'event store node': /cli\/eventstore-node\./,
  Postgres: /bin\/postgres -D/,
  'a backend of Postgres': /^postgres: orderstream /,
  'all of them': /./,
}

/** The processes of that kind that descend from `pid`, itself among them. Linux only. */
export const victimsIn = (pid: number, kind: Victim): number[] =>
  processTree(pid).filter((one) => PATTERNS[kind].test(commandOf(one)) && isRunning(one))
