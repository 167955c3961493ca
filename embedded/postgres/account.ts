import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Logger } from 'pino'
import { PostgresStartError } from './errors.ts'

const run = promisify(execFile)

/** The account that the server runs as. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

const NAME = 'postgres'

/**
 * Postgres refuses to run as root. There it runs as the owner of its cluster, or for a new one as the system's
 * `postgres` account, which is made where there is none. Undefined means: as whoever runs this process.
 *
 * @param cluster the data directory, which may not exist yet
 * @throws PostgresStartError where there is no such account and none can be made
 */
export const serverAccount = async (cluster: string, logger: Logger): Promise<Account | undefined> => {
  if (process.getuid?.() !== 0) return undefined
  return (await ownerOf(cluster)) ?? (await lookUp()) ?? (await create(logger))
}

const ownerOf = async (path: string): Promise<Account | undefined> => {
  try {
    const { uid, gid } = await stat(path)
    return uid === 0 ? undefined : { uid, gid }
  } catch {
    // it does not exist yet
    return undefined
  }
}

const lookUp = async (): Promise<Account | undefined> => {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    // `id` fails for an account that does not exist
    return undefined
  }
}

const create = async (logger: Logger): Promise<Account> => {
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      NAME,
    ])
  } catch (error) {
    throw new PostgresStartError(
      'The embedded Postgres refuses to run as root and no account "postgres" could be made: start as an ordinary user.',
      { cause: error },
    )
  }
  logger.info('made the system account "postgres": Postgres refuses to run as root')
  const account = await lookUp()
  if (!account)
    throw new PostgresStartError(
      'The account "postgres" was made but is not found: start as an ordinary user.',
    )
  return account
}
