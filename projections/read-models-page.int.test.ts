import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { readArguments } from '../cli/projections/arguments.ts'
import type { Projection } from './projection.ts'
import { allProjections } from './projections.ts'
import { startDatabase, type TestDatabase } from './testing/database.ts'
import { paidOrder } from './testing/histories.ts'
import { expectSameRows, stored } from './testing/repetition.ts'

const page = new URL('../docs/read-models.md', import.meta.url)

describe('docs/read-models.md', () => {
  let text: string
  before(async () => {
    text = await readFile(page, 'utf8')
  })

  const blocks = (language: string): string[] =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block)

  it('has a line for each read model, with all its tables', () => {
    for (const { name, tables } of allProjections) {
      const line = text.split('\n').find((row) => row.startsWith(`| \`${name}\``))
      expect(line, name).not.to.equal(undefined)
      for (const table of tables) expect(line, name).to.include(`\`${table.name}\``)
    }
  })

  it('has commands that the command takes', () => {
    const commands = blocks('sh').join('').trim().split('\n')
    expect(commands).to.have.length(5)
    for (const command of commands) {
      const [, args = ''] = /^npm run projections -- (.*)$/.exec(command) ?? []
      expect(readArguments(args.split(' '), allProjections).command).to.equal(args.split(' ')[0])
    }
  })

  describe('its example', () => {
    let database: TestDatabase
    let folder: string
    before(async () => {
      database = await startDatabase()
      folder = await mkdtemp(join(tmpdir(), 'orderstream-test-'))
    })
    after(() => Promise.all([database.stop(), rm(folder, { recursive: true })]))

    it('is a read model that gives the same rows however its events come', async () => {
      const file = join(folder, 'projection.ts')
      // as if it stood in a folder of this room
      const [example = ''] = blocks('ts').map((block) =>
        block.replaceAll(/from '(\.\.[^']*)'/g, (_, path: string) => {
          return `from '${new URL(path, new URL('./baskets/', import.meta.url)).href}'`
        }),
      )
      await writeFile(file, example)
      const { basketsProjection } = (await import(pathToFileURL(file).href)) as {
        basketsProjection: Projection
      }
      const orders = stored([...paidOrder('o1'), ...paidOrder('o2')]).filter(({ stream }) =>
        stream.startsWith('order-'),
      )
      const { baskets } = await expectSameRows(database.pool, basketsProjection, orders, 5)
      expect(baskets).to.have.length(2)
      expect(baskets?.[0]).to.include({ order_id: 'o1', products: '1' })
    })
  })
})
