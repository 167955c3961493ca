import { open, readFile, rename } from 'node:fs/promises'
import { StartError, systemCode } from './start-error.ts'

/** Writes a secret for its owner's eyes only. It gets its name when it is whole: a start that is killed leaves no half of it. */
export const keepFile = async (path: string, text: string): Promise<void> => {
  const unfinished = `${path}.unfinished`
  const file = await open(unfinished, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
}

/**
 * What is kept in a file; where there is none, what `make` makes is kept there.
 * @param what names it for people, as `master key`
 * @throws StartError where it is there and can't be read
 */
export const keptOrMade = async (path: string, what: string, make: () => string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = systemCode(error)
    if (code !== 'ENOENT') {
      throw new StartError(`The ${what} ${path} can't be read (${code ?? String(error)}).`, { cause: error })
    }
    const made = make()
    await keepFile(path, made)
    return made
  }
}
