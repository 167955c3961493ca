import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { LAWS } from '../audit/verify/laws.ts'
import { readArguments as readAudit } from '../cli/audit/arguments.ts'
import { readArguments as readReplay } from '../cli/replay/run.ts'
import { readArguments as readStreams } from '../cli/streams/run.ts'

const READERS = { audit: readAudit, replay: readReplay, streams: readStreams }

describe('docs/audit.md', () => {
  let text: string
  before(async () => {
    text = await readFile(new URL('../docs/audit.md', import.meta.url), 'utf8')
  })

  it('tells every law', () => {
    const told = [...text.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, law]) => law)
    expect(told).to.deep.equal(Object.keys(LAWS))
  })

  it('shows commands that there are, as they are typed', () => {
    const commands = [...text.matchAll(/^npm run (audit|replay|streams) -- (.+)$/gm)]
    expect(commands.length).to.be.greaterThan(5)
    for (const [line, tool = '', args = ''] of commands) {
      const read = READERS[tool as keyof typeof READERS](args.split(' '))
      expect(read, line).to.not.be.oneOf([undefined, { command: 'help' }])
    }
  })
})
