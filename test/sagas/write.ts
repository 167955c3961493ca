import { mkdir, writeFile } from 'node:fs/promises'
import { generatedFiles, ROOT } from './files.ts'

/** `npm run diagrams`: writes the pages of docs/sagas that are made from the code. */
for (const [file, text] of await generatedFiles()) {
  await mkdir(new URL('.', new URL(file, ROOT)), { recursive: true })
  await writeFile(new URL(file, ROOT), text)
  process.stdout.write(`written: ${file}\n`)
}
