import { countIn, oneOfThem, parseTyped } from '../tools/arguments.ts'
import { StartError } from '../start/start-error.ts'

export const USAGE = `Usage: npm run audit -- COMMAND

  verify   fold every stream and prove the laws of stock, money and orders; what breaks them is named
           [--json] [--findings N: show so many of each law, 50] [--no-read-models]

  --help   show this text

It reads and never writes. Exit code 0: all is well; 1: something is not; 2: it could not be told.
It works on the servers at ESDB_URL and DATABASE_URL, else on the embedded ones of a shop that is running (npm start).
docs/audit.md tells the laws and how to read a report.`

export type AuditArguments =
  | { readonly command: 'help' }
  | {
      readonly command: 'verify'
      readonly json: boolean
      readonly keep: number
      readonly readModels: boolean
    }

/** @throws StartError for what can't be */
export const readArguments = (args: readonly string[]): AuditArguments => {
  const { values, positionals } = parseTyped(args, {
    json: { type: 'boolean', default: false },
    findings: { type: 'string', default: '50' },
    'no-read-models': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  const [name, ...rest] = positionals
  if (values.help || name === undefined) return { command: 'help' }
  const command = oneOfThem('command', name, ['verify'])
  if (rest.length > 0) throw new StartError(`${command} takes options only: see --help.`)
  return {
    command,
    json: values.json,
    keep: Number(countIn('--findings', values.findings)),
    readModels: !values['no-read-models'],
  }
}
