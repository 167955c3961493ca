import { execFile } from 'node:child_process'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Names the folder of a demo shop that was opened and closed again: template.ts. */
export const TEMPLATE_VARIABLE = 'TEST_TEMPLATE'

/** Puts a demo shop into an empty directory, where there is one to copy. */
export const copyTemplate = async (dataDir: string): Promise<void> => {
  const folder = process.env[TEMPLATE_VARIABLE]
  if (folder === undefined || (await readdir(dataDir)).length > 0) return
  // where root can't let Postgres' account into the folder, its data lies elsewhere
  if ((await lstat(join(folder, 'postgres/cluster'))).isSymbolicLink()) return
  // with its owners, which Node's own copy leaves behind
  await promisify(execFile)('cp', ['-a', `${folder}/.`, dataDir])
}
