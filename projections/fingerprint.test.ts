import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { fingerprintOf } from './fingerprint.ts'
import { seenProjection, seenTable } from './testing/seen-projection.ts'

describe('the fingerprint of a projection', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderstream-test-'))
    await write('projection.ts', 'one')
    await write('queries.ts', 'one')
    await write('projection.test.ts', 'one')
  })
  afterEach(() => rm(folder, { recursive: true }))

  const write = (name: string, content: string): Promise<void> => writeFile(join(folder, name), content)
  const fingerprint = (tables = [seenTable]): Promise<string> =>
    fingerprintOf({ ...seenProjection('a', 'a-', undefined, pathToFileURL(`${folder}/`)), tables })

  it('changes with the code that makes the rows', async () => {
    const before = await fingerprint()
    await write('projection.ts', 'two')
    expect(await fingerprint()).not.to.equal(before)
  })

  it('changes with the tables', async () => {
    const before = await fingerprint()
    const columns = { stream: seenTable.columns.stream, revision: seenTable.columns.revision }
    const narrower = { ...seenTable, columns }
    expect(await fingerprint([narrower as typeof seenTable])).not.to.equal(before)
  })

  it('does not change with queries and tests', async () => {
    const before = await fingerprint()
    await write('queries.ts', 'two')
    await write('projection.test.ts', 'two')
    await write('notes.md', 'two')
    expect(await fingerprint()).to.equal(before)
  })
})
