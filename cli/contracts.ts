import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ChangedContractError, contractFiles, refuseChanges } from './contracts/files.ts'
import { UnpublishableContractError } from './contracts/json-schema.ts'

/** Writes docs/contracts from the contracts in the code; nothing where a published version would change. */
const publish = async (directory: string): Promise<void> => {
  const files = contractFiles()
  await refuseChanges(files, directory)
  await mkdir(join(directory, 'v1'), { recursive: true })
  for (const [file, text] of files) await writeFile(join(directory, file), text)
  process.stdout.write(`${files.size} files written to ${directory}\n`)
}

try {
  await publish(join(import.meta.dirname, '../docs/contracts'))
} catch (error) {
  if (!(error instanceof ChangedContractError || error instanceof UnpublishableContractError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
