import { access, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import { ConfigError, type Environment } from '../../platform/config.ts'
import { variables, type Variable, type VariableName } from '../../platform/variables.ts'
import type { MasterKeys } from '../../eventstore/personal-data/master-keys.ts'
import { loadMasterKeys } from '../start/personal-data.ts'
import { StartError, systemCode } from '../start/start-error.ts'

/** Where the servers are. Both hold credentials: not for the log. */
export interface ServerUrls {
  readonly eventStore: string
  readonly database: string
}

/**
 * The servers that `env` names, else the embedded ones of a shop that runs on this machine. What else a shop is configured with
 * is of no interest here, and need not be set.
 *
 * @throws ConfigError for a variable that is wrong
 * @throws StartError where no embedded server has ever been started
 */
export const findServers = async (env: Environment): Promise<ServerUrls> => ({
  eventStore: findEventStore(env),
  database: read(env, 'DATABASE_URL') ?? (await embeddedDatabase(env)),
})

/** Where embedded servers keep their data. @throws ConfigError */
export const dataDirectory = (env: Environment): string => resolve(read(env, 'DATA_DIR') ?? './data')

/** The event store alone. It holds credentials: not for the log. @throws ConfigError for a variable that is wrong */
export const findEventStore = (env: Environment): string =>
  read(env, 'ESDB_URL') ?? `esdb://127.0.0.1:${read(env, 'EVENTSTORE_PORT') ?? '2113'}?tls=false`

/**
 * The master keys that the shop works with; unlike at its start none is made.
 * @throws ConfigError for a variable that is wrong @throws StartError where there is none
 */
export const masterKeysIn = async (env: Environment): Promise<MasterKeys> => {
  const secrets = readValue(env, 'MASTER_KEY')
  const dataDir = dataDirectory(env)
  if (secrets !== undefined) return loadMasterKeys({ masterKeys: { kind: 'given', secrets }, dataDir })
  try {
    await access(join(dataDir, 'master-key'))
  } catch (error) {
    throw new StartError(`There is no master key in ${dataDir}: set MASTER_KEY or DATA_DIR.`, {
      cause: error,
    })
  }
  return loadMasterKeys({ masterKeys: { kind: 'generated' }, dataDir })
}

const embeddedDatabase = async (env: Environment): Promise<string> => {
  const dataDir = dataDirectory(env)
  try {
    const password = (await readFile(join(dataDir, 'postgres', 'password'), 'utf8')).trim()
    const port = read(env, 'POSTGRES_PORT') ?? '5433'
    return `postgres://orderstream:${password}@127.0.0.1:${port}/orderstream`
  } catch (error) {
    throw new StartError(
      `There is no embedded database in ${dataDir} that can be read (${systemCode(error) ?? String(error)}): start the shop first, or set DATABASE_URL.`,
      { cause: error },
    )
  }
}

const read = (env: Environment, name: VariableName): string | undefined => {
  const text = env[name]
  return readValue(env, name) === undefined ? undefined : text
}

/** What a variable is set to; undefined where it is not set. @throws ConfigError */
export const readValue = <Name extends VariableName>(
  env: Environment,
  name: Name,
): z.output<(typeof variables)[Name]['schema']> | undefined => {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  const variable: Variable = variables[name]
  const parsed = variable.schema.safeParse(text)
  // what the schema of this very variable gives
  if (parsed.success) return parsed.data as z.output<(typeof variables)[Name]['schema']>
  const value = variable.secret ? 'a value that is not shown here' : JSON.stringify(text)
  throw new ConfigError(name, `${name} is ${value}, but it has to be ${variable.accepts}.`)
}
