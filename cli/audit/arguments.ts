import type { ExportFilter } from '../../audit/export/filter.ts'
import { StartError } from '../start/start-error.ts'
import { countIn, instantIn, oneOfThem, parseTyped } from '../tools/arguments.ts'

export const USAGE = `Usage: npm run audit -- COMMAND

  verify   fold every stream and prove the laws of stock, money and orders; what breaks them is named
           [--json] [--show N: so many findings of each law, 50] [--no-read-models]
  export   every event, one a line, as it is stored
           [--format jsonl|csv] [--from TIME] [--before TIME] [--customer ID] [--order ID] [--reveal] [--out FILE]
  tree     REQUEST, or --order ID: what a request has caused, over all streams [--json]
  diff     --against PATH: what other domain code would make of history [--json] [--show N: of each kind, 50]

  --help   show this text

TIME is RFC 3339, such as 2025-11-21T09:30:00Z. --reveal shows personal data that is not erased in clear (needs
MASTER_KEY or the data directory). All of it reads and never writes. Exit code 0: all is well; 1: something is not, or
is not there; 2: it could not be told.
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
  | {
      readonly command: 'export'
      readonly format: 'jsonl' | 'csv'
      readonly filter: ExportFilter
      readonly reveal: boolean
      readonly out: string | undefined
    }
  | {
      readonly command: 'tree'
      readonly of: { readonly request: string } | { readonly order: string }
      readonly json: boolean
    }
  | { readonly command: 'diff'; readonly against: string; readonly json: boolean; readonly keep: number }

const OPTIONS = {
  json: { type: 'boolean', default: false },
  show: { type: 'string' },
  'no-read-models': { type: 'boolean', default: false },
  format: { type: 'string' },
  from: { type: 'string' },
  before: { type: 'string' },
  customer: { type: 'string' },
  order: { type: 'string' },
  reveal: { type: 'boolean', default: false },
  out: { type: 'string' },
  against: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

const TAKES = {
  verify: ['json', 'show', 'no-read-models'],
  export: ['format', 'from', 'before', 'customer', 'order', 'reveal', 'out'],
  tree: ['json', 'order'],
  diff: ['json', 'show', 'against'],
} as const satisfies Record<string, readonly (keyof typeof OPTIONS)[]>

/** @throws StartError for what can't be */
export const readArguments = (args: readonly string[]): AuditArguments => {
  const { values, positionals } = parseTyped(args, OPTIONS)
  const [name, ...rest] = positionals
  if (values.help || name === undefined) return { command: 'help' }
  const command = oneOfThem('command', name, ['verify', 'export', 'tree', 'diff'] as const)
  const taken: readonly string[] = TAKES[command]
  const strange = Object.entries(values).find(([option, value]) => value !== false && !taken.includes(option))
  if (strange !== undefined) throw new StartError(`${command} does not take --${strange[0]}: see --help.`)
  if (command !== 'tree' && rest.length > 0)
    throw new StartError(`${command} takes options only: see --help.`)
  const keep = Number(countIn('--show', values.show ?? '50'))
  switch (command) {
    case 'verify':
      return { command, json: values.json, keep, readModels: !values['no-read-models'] }
    case 'export': {
      const { from, before, customer, order, reveal, out } = values
      const filter = {
        from: from === undefined ? undefined : instantIn('--from', from),
        before: before === undefined ? undefined : instantIn('--before', before),
        ...{ customer, order },
      }
      const format = oneOfThem('format', values.format ?? 'jsonl', ['jsonl', 'csv'] as const)
      return { command, format, filter, reveal, out }
    }
    case 'tree':
      return { command, of: wanted(rest, values.order), json: values.json }
    case 'diff':
      if (values.against !== undefined) return { command, against: values.against, json: values.json, keep }
      throw new StartError('diff needs --against with the path of the other domain: see --help.')
  }
}

const wanted = (
  [request, ...more]: readonly string[],
  order: string | undefined,
): { readonly request: string } | { readonly order: string } => {
  if (request !== undefined && order === undefined && more.length === 0) return { request }
  if (order !== undefined && request === undefined) return { order }
  throw new StartError('tree takes the correlation id of a request, or --order with an id.')
}
