import { parseArgs } from 'node:util'
import { DEFAULT_LIMITS } from '../api/deps.ts'
import { fuzz } from '../api/testing/fuzz.ts'
import { startShopApi } from '../api/testing/shop-api.ts'

// `npm run fuzz -- --seconds 60 --seed 1`: made-up requests to every route for so long. What fails is printed, and ends it with 1.

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
})
const [seconds, seed] = [Number(values.seconds), Number(values.seed)]
if (!(seconds > 0) || !Number.isInteger(seed))
  throw new Error('--seconds has to be above 0 and --seed a whole number')

const shop = await startShopApi((deps) => ({
  ...deps,
  limits: { positionMs: 20, waitSeconds: 1, live: { ...DEFAULT_LIMITS.live, lastMs: 20 } },
}))
try {
  const end = performance.now() + seconds * 1_000
  const report = await fuzz(shop, { seed, goesOn: () => performance.now() < end })
  const statuses = [...report.statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${status}: ${count}`)
  process.stdout.write(
    `seed ${seed}: ${report.requests} requests to ${report.operations.size} operations; ${statuses.join(', ')}\n`,
  )
  for (const failure of report.failures) process.stdout.write(`\n${failure}\n`)
  process.exitCode = report.failures.length > 0 ? 1 : 0
} finally {
  await shop.stop()
}
