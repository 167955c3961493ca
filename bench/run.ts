import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { endInOrder } from './measure/bench-folder.ts'
import { header, headerLine } from './measure/header.ts'
import { holds, table, type Figure, type Result } from './measure/result.ts'
import { PARTS, type Part } from './run/parts.ts'

const USAGE = `Usage: npm run bench -- [PART …] [--quick] [--json] [--file FILE]

Takes the figures that docs/performance.md speaks of, part after part, each in processes of its own: everything runs on this one
machine, which should have nothing else to do. A part that fails does not keep the others from being measured.

  PART         ${PARTS.map(({ name }) => name).join(', ')}
               (all but ${PARTS.filter(({ onlyByName }) => onlyByName)
                 .map(({ name }) => name)
                 .join(', ')}, which take longest)
  --quick      small, in some two minutes: shows that it works, and nothing about speed
  --json       one line of JSON on standard output instead of tables
  --file FILE  writes the JSON there as well`

type Measured = { readonly part: string; readonly seconds: number } & (Result | { readonly error: string })

/** @throws never: what goes wrong is the result */
const measure = async (part: Part, isQuick: boolean): Promise<Measured> => {
  const began = performance.now()
  const program = fileURLToPath(new URL(`${part.program}.ts`, import.meta.url))
  const args = [...(isQuick ? part.quick : part.args), '--json']
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  const head = { part: part.name, seconds: Math.round((performance.now() - began) / 100) / 10 }
  try {
    if (code !== 0) throw new Error(`it ended with ${code ?? 'a signal'}`)
    const { title, figures } = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as Result
    const empty = figures.find(({ value }) => typeof value !== 'number')
    if (empty !== undefined) throw new Error(`it has no value for "${empty.name.trim()}"`)
    return { ...head, title, figures: isQuick ? figures.map(withoutBar) : figures }
  } catch (error) {
    return { ...head, error: error instanceof Error ? error.message : String(error) }
  }
}

/** Of a quick run only what must hold at any speed is held against its bar. */
const withoutBar = ({ bar, ...figure }: Figure): Figure =>
  bar !== undefined && 'exactly' in bar ? { ...figure, bar } : figure

const text = (measured: Measured): string => {
  const head = `── ${measured.part} (${measured.seconds} s) `
  const body =
    'error' in measured ? `FAILED: ${measured.error}` : `${measured.title}\n\n${table(measured.figures)}`
  return `${head.padEnd(100, '─')}\n${body}\n`
}

/** How many bars were held, and which were not. */
const summary = (all: readonly Measured[]): string => {
  const barred = all.flatMap((measured) =>
    'error' in measured
      ? []
      : measured.figures.flatMap((figure) => {
          const held = holds(figure)
          return held === undefined ? [] : [{ held, name: `${measured.part}: ${figure.name.trim()}` }]
        }),
  )
  const missed = barred.filter(({ held }) => !held).map(({ name }) => name)
  const failed = all.filter((measured) => 'error' in measured).map(({ part }) => part)
  return [
    `${barred.length - missed.length} of ${barred.length} bars held.`,
    ...(missed.length > 0 ? [`Missed: ${missed.join('; ')}.`] : []),
    ...(failed.length > 0 ? [`Failed: ${failed.join(', ')}.`] : []),
  ].join('\n')
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    file: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter((name) => PARTS.every((part) => part.name !== name))
if (values.help || unknown.length > 0) {
  const complaint = unknown.length > 0 ? `There is no part ${unknown.join(', ')}.\n\n` : ''
  process.stdout.write(`${complaint}${USAGE}\n`)
  process.exit(unknown.length > 0 ? 1 : 0)
}
const wanted = PARTS.filter(({ name, onlyByName }) =>
  positionals.length > 0 ? positionals.includes(name) : onlyByName !== true,
)
const say = (line: string): void => {
  if (!values.json) process.stdout.write(`${line}\n`)
}

endInOrder()
const about = header()
say(`Orderstream, measured${values.quick ? ' quickly: the figures say nothing' : ''}\n${headerLine(about)}\n`)
const parts: Measured[] = []
for (const part of wanted) {
  process.stderr.write(`${part.name} …\n`)
  const measured = await measure(part, values.quick)
  parts.push(measured)
  say(text(measured))
}
say(summary(parts))
const json = JSON.stringify({ ...about, quick: values.quick, parts })
if (values.json) process.stdout.write(`${json}\n`)
if (values.file !== undefined) await writeFile(values.file, `${json}\n`)
if (parts.some((measured) => 'error' in measured)) process.exitCode = 1
