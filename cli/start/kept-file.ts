import { open, rename } from 'node:fs/promises'

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
