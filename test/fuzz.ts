import { parseArgs } from 'node:util'
import { fuzz, linesOf } from '../api/testing/fuzz.ts'
import { startFuzzedShop } from '../api/testing/fuzzed-shop.ts'

// `npm run fuzz -- --seconds 60 --seed 1`: made-up requests to every route for so long, whole rounds of them. What was sent and answered
// is printed by route, with what has failed, which ends it with 1.

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
})
const [seconds, seed] = [Number(values.seconds), Number(values.seed)]
if (!(seconds > 0) || !Number.isInteger(seed))
  throw new Error('--seconds has to be above 0 and --seed a whole number')

const fuzzed = await startFuzzedShop()
try {
  const end = performance.now() + seconds * 1_000
  const report = await fuzz(fuzzed, { seed, goesOn: () => performance.now() < end })
  const requests = report.targets.reduce((sum, target) => sum + target.requests, 0)
  process.stdout.write('route, requests, understood, answers, who was served\n')
  for (const line of linesOf(report)) process.stdout.write(`${line}\n`)
  process.stdout.write(`seed ${seed}: ${requests} requests to ${report.targets.length} routes\n`)
  for (const failure of report.failures) process.stdout.write(`\n${failure}\n`)
  process.exitCode = report.failures.length > 0 ? 1 : 0
} finally {
  await fuzzed.shop.stop()
}
