import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { OpenAPIV3_1 } from 'openapi-types'
import { breakingChanges } from './breaking.ts'
import { DOCUMENT, generatedFiles, PUBLISHED, ROOT } from './files.ts'

/** `npm run openapi`: writes what is made from the routes. With `--publish` clients may rely on it from then on. */
const write = async (file: string, text: string): Promise<void> => {
  await mkdir(new URL('.', new URL(file, ROOT)), { recursive: true })
  await writeFile(new URL(file, ROOT), text)
  process.stdout.write(`written: ${file}\n`)
}

const files = await generatedFiles()
for (const [file, text] of files) await write(file, text)

if (process.argv.includes('--publish')) {
  const text = files.get(DOCUMENT) ?? ''
  const published = await readFile(new URL(PUBLISHED, ROOT), 'utf8').catch(() => text)
  const broken = breakingChanges(
    JSON.parse(published) as OpenAPIV3_1.Document,
    JSON.parse(text) as OpenAPIV3_1.Document,
  )
  if (broken.length === 0) await write(PUBLISHED, text)
  else {
    process.stderr.write(`It is not published: it breaks clients.\n${broken.join('\n')}\n`)
    process.exitCode = 1
  }
}
