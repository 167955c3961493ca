import { parseArgs } from 'node:util'
import type { Projection } from '../../projections/projection.ts'
import { StartError } from '../start/start-error.ts'

export const USAGE = `Usage: npm run projections -- COMMAND [NAME…] [--all] [--json]

  status               every read model: position, lag, rate, generation, parked events
  rebuild  NAME…|--all build read models anew beside what is live, then swap; goes on where it was ended
  rollback NAME…|--all have queries read the generation of before again, brought up to date
  verify   [NAME…]     build beside and report every row that is not what the events say (exit code 1)
  parked   [NAME…]     events that a projector could not take
  replay   NAME STREAM give a projector the parked events of a stream once more

  --json               results as lines of JSON
  --help               show this text

It works on the servers at ESDB_URL and DATABASE_URL, else on the embedded ones of a shop that is running (npm start).`

export const COMMANDS = ['status', 'rebuild', 'rollback', 'verify', 'parked', 'replay'] as const
export type Command = (typeof COMMANDS)[number]

export interface Arguments {
  readonly command: Command | 'help'
  readonly projections: readonly Projection[]
  /** For `replay`. */
  readonly stream: string
  readonly json: boolean
}

/** @throws StartError for what does not exist or is missing */
export const readArguments = (args: readonly string[], known: readonly Projection[]): Arguments => {
  const { values, positionals } = parse(args)
  const [name, ...rest] = positionals
  const { json } = values
  if (values.help || (name === undefined && !values.all)) {
    return { command: 'help', projections: [], stream: '', json }
  }
  const command = COMMANDS.find((candidate) => candidate === name)
  if (command === undefined) throw new StartError(`There is no command "${name ?? ''}": see --help.`)
  if (command === 'replay') {
    const [projection, stream, ...more] = rest
    if (projection === undefined || stream === undefined || more.length > 0 || values.all) {
      throw new StartError('replay takes the name of a read model and a stream.')
    }
    return { command, projections: [find(projection, known)], stream, json }
  }
  if (values.all && rest.length > 0)
    throw new StartError('--all and names of read models exclude each other.')
  const needsNames = command === 'rebuild' || command === 'rollback'
  if (needsNames && rest.length === 0 && !values.all) {
    throw new StartError(`${command} takes names of read models, or --all: ${namesOf(known)}.`)
  }
  const projections = rest.length === 0 ? known : [...new Set(rest)].map((one) => find(one, known))
  return { command, projections, stream: '', json }
}

const find = (name: string, known: readonly Projection[]): Projection => {
  const projection = known.find((candidate) => candidate.name === name)
  if (projection === undefined) {
    throw new StartError(`There is no read model "${name}", only ${namesOf(known)}.`)
  }
  return projection
}

const namesOf = (projections: readonly Projection[]): string => projections.map(({ name }) => name).join(', ')

const parse = (
  args: readonly string[],
): { values: { all: boolean; json: boolean; help: boolean }; positionals: string[] } => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        all: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    // it explains at length how to pass values that begin with a dash
    throw new StartError(`${error.message.split('. ')[0]?.replace(/\.$/, '') ?? ''}: see --help.`, {
      cause: error,
    })
  }
}
