import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { parseArgs } from 'node:util'
import { resultText, type Figure } from './measure/result.ts'

// How much of the code the tests go through, room by room: `npm run coverage`, of all tests or those of the files that are named. It
// takes the tests one after another, as mocha's parallel workers lose what they have counted.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
})

/** Per cent of lines and branches, at least. */
const BARS: Readonly<Record<string, number>> = { domain: 95, commands: 95, processes: 95, projections: 95 }
const ALL = 90

interface Counted {
  readonly total: number
  readonly covered: number
}
interface Coverage {
  readonly lines: Counted
  readonly branches: Counted
}

const tests = spawn('npm', ['run', '--silent', 'coverage', '--', ...positionals], { stdio: ['ignore', 2, 2] })
const [code] = (await once(tests, 'close')) as [number | null]
const summary = JSON.parse(await readFile('coverage/coverage-summary.json', 'utf8')) as Record<
  string,
  Coverage
>

const rooms = new Map<string, Coverage[]>()
for (const [file, coverage] of Object.entries(summary)) {
  if (file === 'total') continue
  const [room = ''] = relative(process.cwd(), file).split(sep)
  rooms.set(room, [...(rooms.get(room) ?? []), coverage])
}

const shareOf = (files: readonly Coverage[], what: keyof Coverage): number => {
  const sum = (which: keyof Counted): number => files.reduce((all, file) => all + file[what][which], 0)
  return sum('total') === 0 ? 100 : (100 * sum('covered')) / sum('total')
}
const figuresOf = (name: string, files: readonly Coverage[], bar: number | undefined): Figure[] =>
  (['lines', 'branches'] as const).map((what) => ({
    ...{ name: `${name}: ${what}`, value: shareOf(files, what), unit: '%' },
    ...(bar !== undefined && { bar: { atLeast: bar } }),
  }))

const figures = [
  ...[...rooms].sort().flatMap(([room, files]) => figuresOf(room, files, BARS[room])),
  ...figuresOf('all', [...rooms.values()].flat(), ALL),
  { name: 'tests that failed', value: code === 0 ? 0 : 1, unit: '', bar: { exactly: 0 }, note: 'or more' },
]
process.stdout.write(`${resultText({ title: 'Coverage of the tests', figures }, values.json)}\n`)
