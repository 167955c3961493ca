import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { systemCode } from './start-error.ts'

const Manifest = z.object({ version: z.string() })

/** This program's version, from the package.json above this file: compiled files lie one directory deeper. */
export const readVersion = async (directory = new URL('..', import.meta.url)): Promise<string> => {
  try {
    return Manifest.parse(JSON.parse(await readFile(new URL('package.json', directory), 'utf8'))).version
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || directory.pathname === '/') throw error
    return readVersion(new URL('..', directory))
  }
}
