import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

/**
 * Changes whenever the way in which a state comes of events may have changed: a hash of the sources of an aggregate's folder in the
 * domain and of what all aggregates share, tests left out. `folder` is the name of the folder, as `inventory-item`.
 */
export const foldHash = (folder: string): string => {
  const domain = new URL('../domain/', import.meta.url)
  const hash = createHash('sha256')
  for (const directory of [domain, new URL(`${folder}/`, domain)]) {
    const sources = readdirSync(directory).filter((name) => /^(?!.*\.(test|d)\.).*\.[jt]s$/.test(name))
    for (const name of sources.sort()) {
      hash.update(name.replace(/\.[jt]s$/, '')).update(readFileSync(new URL(name, directory)))
    }
  }
  return hash.digest('hex').slice(0, 32)
}
