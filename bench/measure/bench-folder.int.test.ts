import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from '../../test/support/eventually.ts'
import { processesOn } from '../../test/support/orderstream.ts'

describe('a benchmark that is told to end', function () {
  this.timeout(120_000)
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderstream-ending-'))
    await chmod(folder, 0o711)
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  for (const [signal, code, program] of [
    ['SIGTERM', 143, ['bench/one-payment.ts']],
    // as Ctrl-C at `npm run bench`, whose parts are processes of their own
    ['SIGINT', 130, ['bench/run.ts', 'one-payment']],
  ] as const) {
    it(`ends the shop that it has started, and leaves no folder (${signal}, ${program.join(' ')})`, async () => {
      const bench = spawn(process.execPath, ['--import', 'tsx', ...program], {
        env: { ...process.env, TMPDIR: folder },
        stdio: 'ignore',
      })
      const ended = once(bench, 'exit')
      // event store node and Postgres are told of the folder
      await eventually(async () => (await processesOn(folder)).length >= 2, { withinMs: 60_000 })
      bench.kill(signal)
      expect(await ended).to.deep.equal([code, null])
      expect((await processesOn(folder)).map(({ command }) => command)).to.deep.equal([])
      expect((await readdir(folder)).filter((name) => name.startsWith('orderstream-bench-'))).to.deep.equal(
        [],
      )
    })
  }
})
