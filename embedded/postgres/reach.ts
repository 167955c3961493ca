import { constants, existsSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, realpath, rename, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Account } from './account.ts'
import type { Installation } from './binaries.ts'

/** Where root keeps what another account has to reach, when it stands in a directory that is closed to that account. */
export const COMMON_PLACE = '/var/lib/orderstream'

/** Whether an account may pass through every directory on the way to `path`, and through `path` itself. */
export const canReach = async (path: string, { uid, gid }: Account): Promise<boolean> => {
  for (let directory = await realpath(path); ; directory = dirname(directory)) {
    const found = await stat(directory)
    const execute = found.uid === uid ? 0o100 : found.gid === gid ? 0o010 : 0o001
    if ((found.mode & execute) === 0) return false
    if (dirname(directory) === directory) return true
  }
}

/**
 * An empty directory that belongs to `account`, at `path`. Where the account can't reach it, for example below
 * /root, the directory is made in `commonPlace`, and `path` is a link to it.
 *
 * @returns the directory, without links
 */
export const directoryFor = async (
  path: string,
  account: Account,
  commonPlace = COMMON_PLACE,
): Promise<string> => {
  const directory = (await canReach(dirname(path), account)) ? path : await elsewhere(path, commonPlace)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await chown(directory, account.uid, account.gid)
  return realpath(directory)
}

const elsewhere = async (path: string, commonPlace: string): Promise<string> => {
  await mkdir(commonPlace, { recursive: true, mode: 0o755 })
  const directory = await mkdtemp(join(commonPlace, 'cluster-'))
  await symlink(directory, path)
  return directory
}

/**
 * The installation, or where the account can't reach it a copy in `commonPlace` that it can. The copy is made once
 * for each version.
 */
export const installationFor = async (
  installation: Installation,
  account: Account,
  commonPlace = COMMON_PLACE,
): Promise<Installation> => {
  if (await canReach(join(installation.directory, 'bin'), account)) return installation
  const copy = join(commonPlace, `postgres-${installation.version}`)
  if (existsSync(copy)) return { ...installation, directory: copy }
  await mkdir(commonPlace, { recursive: true, mode: 0o755 })
  const unfinished = await mkdtemp(join(commonPlace, 'unfinished-'))
  await cp(installation.directory, unfinished, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
  })
  await chmod(unfinished, 0o755)
  try {
    await rename(unfinished, copy)
  } catch (error) {
    // another start beside this one may have been quicker
    await rm(unfinished, { recursive: true, force: true })
    if (!existsSync(copy)) throw error
  }
  return { ...installation, directory: copy }
}
