import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryDataDir } from './orderstream.ts'
import { startShop } from './running-shop.ts'

/** A page of the documentation whose commands were run. */
export interface PageRun {
  /** What they have written, without blanks at the ends of lines. */
  readonly lines: readonly string[]
  /** What the page says that comes, block by block. */
  readonly outputs: readonly string[]
}

/**
 * Runs the shell commands of a page, one block after another, against a demo shop of its own.
 * @param page from the top of the repository
 * @throws Error with what was written where one fails
 */
export const runPage = async (page: string): Promise<PageRun> => {
  const text = await readFile(new URL(`../../${page}`, import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, kind = '', block = '']) => ({
    kind,
    block,
  }))
  const blocksOf = (wanted: string): string[] =>
    blocks.filter(({ kind }) => kind === wanted).map(({ block }) => block)
  const data = await temporaryDataDir()
  const folder = await mkdtemp(join(tmpdir(), 'orderstream-docs-'))
  const shop = await startShop(join(data.path, '..'))
  try {
    const script = ['set -euo pipefail', ...blocksOf('sh')].join('\n')
    const { stdout } = await promisify(execFile)('bash', ['-c', script], {
      cwd: folder,
      env: { ...process.env, API: shop.url },
    })
    return { lines: stdout.split('\n').map((line) => line.trim()), outputs: blocksOf('') }
  } finally {
    await shop.stop()
    await data.remove()
    await rm(folder, { recursive: true, force: true })
  }
}
