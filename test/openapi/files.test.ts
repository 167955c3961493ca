import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import type { OpenAPIV3_1 } from 'openapi-types'
import { breakingChanges } from './breaking.ts'
import { DOCUMENT, generatedFiles, PUBLISHED, ROOT } from './files.ts'

const read = (file: string): Promise<string> => readFile(new URL(file, ROOT), 'utf8')

describe('what is made from the routes', () => {
  it('is checked in as they are now', async function () {
    this.timeout(60_000)
    for (const [file, text] of await generatedFiles()) {
      const isSame = (await read(file).catch(() => '')) === text
      if (!isSame)
        throw new Error(`${file} is not what the routes say. Run \`npm run openapi\` and commit it.`)
    }
  })
})

describe('the published document', () => {
  it('still holds: no client that was built for it breaks', async () => {
    const [published, now] = await Promise.all(
      [PUBLISHED, DOCUMENT].map(async (file) => JSON.parse(await read(file)) as OpenAPIV3_1.Document),
    )
    if (published === undefined || now === undefined) throw new Error('A document is empty')
    expect(breakingChanges(published, now), 'take them back, or make them part of /api/v2').to.deep.equal([])
  })
})
