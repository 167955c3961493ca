import { parseArgs } from 'node:util'
import { StartError } from './start-error.ts'

export const ROLES = ['api', 'processes', 'projections'] as const
export type Role = (typeof ROLES)[number]

export const USAGE = `Usage: npm start -- [--roles ROLE,…]

  --roles ROLE,…  which parts this instance runs: ${ROLES.join(', ')} (all of them)
  --help          show this text

Everything else is configured by environment variables: see docs/configuration.md.`

export interface Arguments {
  readonly roles: ReadonlySet<Role>
  readonly help: boolean
}

/** @throws StartError for an option or a role that does not exist */
export const readArguments = (args: readonly string[]): Arguments => {
  const { roles, help } = parse(args)
  const names = roles.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !isRole(name))
  if (unknown !== undefined) {
    throw new StartError(`--roles names "${unknown}", but the roles are ${ROLES.join(', ')}.`)
  }
  return { roles: new Set(names.filter(isRole)), help }
}

const isRole = (name: string): name is Role => ROLES.some((role) => role === name)

const parse = (args: readonly string[]): { roles: string; help: boolean } => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        roles: { type: 'string', default: ROLES.join(',') },
        help: { type: 'boolean', default: false },
      },
    })
    return values
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    // it explains at length how to pass values that begin with a dash
    throw new StartError(`${error.message.split('. ')[0]?.replace(/\.$/, '') ?? ''}: see --help.`, {
      cause: error,
    })
  }
}
