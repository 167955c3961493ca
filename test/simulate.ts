import { parseArgs } from 'node:util'
import { givenChoices, randomChoices, simplest } from '../processes/testing/simulation/choices.ts'
import { simulate } from '../processes/testing/simulation/simulate.ts'

const USAGE = `npm run simulate -- [--schedules N] [--seed N]

Runs N random schedules (default 10000) of crashes, duplicates, delays, reordering and faults over orders, the first with
the seed (default 1), the next with the one after it. The first one that breaks a law ends the run: it is made as simple as
possible, and printed step by step.
`

const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) {
    process.stderr.write(`${text} is no whole number.\n\n${USAGE}`)
    process.exit(2)
  }
  return Number(text)
}

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(USAGE)
  process.exit(0)
}
const schedules = wholeNumber(values.schedules)
const first = wholeNumber(values.seed)
const beginning = performance.now()
const seconds = (): string => ((performance.now() - beginning) / 1_000).toFixed(1)
const ends = new Map<string, number>()
let steps = 0
let faults = 0

for (let done = 0; done < schedules; done += 1) {
  const seed = first + done
  const choices = randomChoices(seed)
  const { broken, statuses, trace } = await simulate(choices)
  for (const status of statuses) ends.set(status, (ends.get(status) ?? 0) + 1)
  steps += trace.length
  faults += trace.filter((line) => line.includes(' ← ')).length
  if (broken.length > 0) {
    process.stdout.write(`\nSeed ${seed} breaks the law:\n${broken.map((law) => `  ${law}\n`).join('')}`)
    process.stdout.write('Looking for the simplest schedule that does …\n')
    const least = await simplest(
      choices.made,
      async (given) => (await simulate(givenChoices(given))).broken.length > 0,
    )
    const simple = await simulate(givenChoices(least))
    process.stdout.write(`\n${simple.broken.map((law) => `  ${law}\n`).join('')}\n`)
    process.stdout.write(
      `${simple.trace.map((line, index) => `${String(index + 1).padStart(4)}  ${line}`).join('\n')}\n`,
    )
    process.exit(1)
  }
  if ((done + 1) % 500 === 0) {
    process.stdout.write(`${done + 1} of ${schedules} schedules, ${seconds()} s\n`)
  }
}

process.stdout.write(
  `${schedules} schedules from seed ${first} on: all laws held. ${steps} steps, ${faults} faults, ${seconds()} s.\n` +
    `Where the orders came to rest:\n` +
    [...ends]
      .sort(([, a], [, b]) => b - a)
      .map(([status, count]) => `  ${String(count).padStart(6)}  ${status}\n`)
      .join(''),
)
