import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { readArguments as readDeadLetters } from '../cli/dead-letters/run.ts'
import { readArguments as readSagas } from '../cli/sagas/run.ts'
import { ORDER_GROUP } from '../processes/index.ts'
import { apiDocument } from '../api/document.ts'

const READERS = { 'dead-letters': readDeadLetters, sagas: readSagas }

describe('docs/dead-letters.md', () => {
  let text: string
  before(async () => {
    text = await readFile(new URL('../docs/dead-letters.md', import.meta.url), 'utf8')
  })

  it('shows commands that there are, as they are typed', () => {
    const commands = [...text.matchAll(/^npm run (dead-letters|sagas) -- (.+)$/gm)]
    expect(commands.length).to.be.greaterThan(6)
    for (const [line, tool = '', args = ''] of commands) {
      expect(READERS[tool as keyof typeof READERS](args.split(' ')), line).to.not.equal(undefined)
    }
  })

  it('names requests that there are, and the stream in which messages are parked', async () => {
    const { paths = {} } = await apiDocument('1.0.0')
    const requests = [...text.matchAll(/`(GET|POST|DELETE) ([^`?]+)[^`]*`/g)]
    expect(requests.length).to.be.greaterThan(6)
    for (const [, method = '', path = ''] of requests) {
      expect(Object.keys(paths[path] ?? {}), `${method} ${path}`).to.include(method.toLowerCase())
    }
    expect(text).to.contain(
      `$persistentsubscription-$all::${ORDER_GROUP.replace(/-[0-9a-f]+$/, '-…')}-parked`,
    )
  })
})
