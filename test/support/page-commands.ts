import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryDataDir } from './orderstream.ts'
import { startShop } from './running-shop.ts'

/**
 * Runs all shell commands of a page of documentation, one after another as one script, against a shop of its own.
 * @param page from the root of the project
 * @returns the lines that they wrote, without blanks around them
 * @throws where one of them fails, with what it has written
 */
export const runPage = async (page: string): Promise<string[]> => {
  const text = await readFile(new URL(`../../${page}`, import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  const data = await temporaryDataDir()
  const dataDir = dirname(data.path)
  const folder = await mkdtemp(join(tmpdir(), 'orderstream-docs-'))
  const shop = await startShop(dataDir)
  try {
    const script = ['set -euo pipefail', ...blocks].join('\n')
    const { stdout } = await promisify(execFile)('bash', ['-c', script], {
      cwd: folder,
      timeout: 60_000,
      env: { ...process.env, API: shop.url, DATA_DIR: dataDir },
    })
    return stdout.split('\n').map((line) => line.trim())
  } finally {
    await shop.stop()
    await data.remove()
    await rm(folder, { recursive: true, force: true })
  }
}
