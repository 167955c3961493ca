import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import type { Figure } from './measure/result.ts'
import { PARTS } from './run/parts.ts'

const bench = async (...args: string[]): Promise<{ stdout: string; stderr: string; code: number }> => {
  const running = promisify(execFile)(process.execPath, ['--import', 'tsx', 'bench/run.ts', ...args])
  return running.then(
    (output) => ({ ...output, code: 0 }),
    (error: unknown) => error as { stdout: string; stderr: string; code: number },
  )
}

interface Report {
  readonly commit: string
  readonly quick: boolean
  readonly parts: readonly { part: string; title?: string; figures?: readonly Figure[]; error?: string }[]
}

describe('npm run bench', function () {
  this.timeout(120_000)
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderstream-bench-test-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('measures the parts that are named, as a table and as JSON', async () => {
    const file = join(folder, 'report.json')
    const { stdout, code } = await bench('eventstore', 'tests', '--quick', '--file', file)
    expect(stdout).to.include('── eventstore (').and.to.include('── tests (')
    expect(stdout).to.match(/ failed +0 +held: = 0 +\d+ passed\n/)
    expect(stdout).to.match(/^1 of 1 bars held\.$/m)
    expect(code).to.equal(0)
    const report = JSON.parse(await readFile(file, 'utf8')) as Report
    expect(report).to.include({ quick: true })
    expect(report.parts.map(({ part }) => part)).to.have.members(['eventstore', 'tests'])
    for (const { figures = [] } of report.parts) {
      expect(figures).not.to.deep.equal([])
      for (const { value } of figures) expect(value).to.be.a('number')
    }
  })

  it('goes on where a part fails, and says so', async () => {
    // there is nothing to append at an address where nobody listens
    process.env['ESDB_URL'] = 'not-an-address'
    try {
      const { stdout, code } = await bench('eventstore', '--quick', '--json')
      const report = JSON.parse(stdout) as Report
      expect(report.parts).to.have.length(1)
      expect(report.parts[0]).to.include({ part: 'eventstore', error: 'it ended with 1' })
      expect(code).to.equal(1)
    } finally {
      delete process.env['ESDB_URL']
    }
  })

  it('knows its parts, each with a program', async () => {
    const { stdout, code } = await bench('no-such-part')
    expect(code).to.equal(1)
    expect(stdout).to.include('There is no part no-such-part.')
    for (const { name, program } of PARTS) {
      expect(stdout).to.include(name)
      expect((await readFile(new URL(`${program}.ts`, import.meta.url), 'utf8')).length).to.be.above(0)
    }
  })
})
