import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { resultText, type Figure } from './measure/result.ts'

// Bars that are tests: how long they take, and how many failed. `--suite tests` is `npm test`; `--suite reliability` has the long forms
// of what `npm test` does shortly. What they say themselves goes to standard error.

interface Suite {
  readonly name: string
  /** Of mocha; without any: all tests. */
  readonly files?: readonly string[]
  /** Another program than mocha: 0 is its exit code where all is well. */
  readonly program?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly bar?: Figure['bar']
}

const SUITES: Readonly<Record<string, readonly Suite[]>> = {
  tests: [{ name: 'npm test', bar: { below: 300 } }],
  reliability: [
    { name: '200 kills of any process', files: ['test/e2e/kills.int.test.ts'], env: { KILLS: '200' } },
    { name: '10,000 random schedules', program: ['test/simulate.ts', '--schedules', '10000'] },
    { name: 'outages of 60 s', files: ['test/e2e/outages.int.test.ts'], env: { OUTAGE_SECONDS: '60' } },
    {
      name: '100 kills of the event store node',
      files: ['embedded/eventstore-node/crash.int.test.ts'],
      env: { EVENTSTORE_CRASHES: '100' },
    },
    { name: 'every route fuzzed', program: ['test/fuzz.ts'] },
    { name: 'strangers on every route', files: ['api/authorisation.int.test.ts'] },
  ],
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: 'string', default: 'tests' },
    json: { type: 'boolean', default: false },
  },
})

interface Stats {
  readonly stats: { readonly passes: number; readonly failures: number }
}

const run = async ({ name, files = [], program, env, bar }: Suite, folder: string): Promise<Figure[]> => {
  const report = join(folder, 'report.json')
  const mocha = [
    'node_modules/mocha/bin/mocha.js',
    '--reporter',
    'json',
    '--reporter-option',
    `output=${report}`,
  ]
  const args = program === undefined ? [...mocha, ...files] : ['--import', 'tsx', ...program]
  const began = performance.now()
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 2, 2] })
  const [code] = (await once(child, 'close')) as [number | null]
  const seconds = (performance.now() - began) / 1_000
  const took: Figure = { name, value: seconds, unit: 's', ...(bar !== undefined && { bar }) }
  const failed = (value: number, note?: string): Figure => ({
    ...{ name: '  failed', value, unit: '', bar: { exactly: 0 } },
    ...(note !== undefined && { note }),
  })
  if (program !== undefined) return [took, failed(code === 0 ? 0 : 1)]
  const { stats } = JSON.parse(await readFile(report, 'utf8')) as Stats
  // what went wrong outside of a test shows in the exit code alone
  const failures = stats.failures === 0 && code !== 0 ? 1 : stats.failures
  return [took, failed(failures, `${stats.passes.toLocaleString('en')} passed`)]
}

const suites = SUITES[values.suite]
if (suites === undefined)
  throw new RangeError(`There is no suite ${values.suite}: ${Object.keys(SUITES).join(', ')}`)
const folder = await mkdtemp(join(tmpdir(), 'orderstream-bench-suites-'))
try {
  const figures: Figure[] = []
  // files that are named are all that is run
  for (const suite of positionals.length > 0
    ? [{ name: 'tests that were named', files: positionals }]
    : suites)
    figures.push(...(await run(suite, folder)))
  process.stdout.write(`${resultText({ title: `Tests: ${values.suite}`, figures }, values.json)}\n`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
