import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { Projection } from './projection.ts'
import { createTable } from './tables.ts'

/** What decides the rows of projections besides their own folders. */
const SHARED = [
  './fold-rows',
  './missing-beginning',
  './order-events',
  './order-progress',
  './tally',
  './transition',
]

/**
 * A hash over all that decides what the rows of a projection look like: its tables and the code in its folder, queries and
 * tests apart. Two builds of the same source (as TypeScript, compiled) have different ones; that costs a rebuild, no more.
 */
export const fingerprintOf = async (projection: Projection): Promise<string> => {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
  const names = (await readdir(projection.home))
    .filter((name) => name.endsWith(extension) && !/\.test\.|\.d\.|^queries\./.test(name))
    .sort()
  const files = [
    ...names.map((name) => new URL(name, projection.home)),
    ...SHARED.map((name) => new URL(name + extension, import.meta.url)),
  ]
  const hash = createHash('sha256')
  for (const file of files) hash.update(await readFile(file)).update('\0')
  for (const table of projection.tables) hash.update(createTable('tables', table)).update('\0')
  return hash.digest('hex').slice(0, 16)
}
