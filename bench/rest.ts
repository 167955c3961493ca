import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startShop } from '../test/support/running-shop.ts'
import { runLoad } from './checkout/load.ts'
import { benchFolder } from './measure/bench-folder.ts'
import { cpuOf, memoryOf, PARTS } from './measure/processes.ts'
import { resultText } from './measure/result.ts'

// What the default start takes when nothing is asked of it: memory of all its processes after many orders, and the time that it
// needs to come back on the data that it has left.

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '10000' },
    rate: { type: 'string', default: '150' },
    // until memory that is no longer needed has been given back
    idle: { type: 'string', default: '20' },
    starts: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
})
const SECONDS = Math.ceil(Number(values.orders) / Number(values.rate))
const IDLE_MS = Number(values.idle) * 1_000
const STARTS = Number(values.starts)

const dataDir = await benchFolder()
try {
  const began = performance.now()
  let shop = await startShop(dataDir)
  const first = (performance.now() - began) / 1_000
  const { findings } = await runLoad(new URL(shop.url).origin, [
    ...['--rate', values.rate, '--duration', `${SECONDS}s`, '--warm-up', '1s'],
  ]).result
  await delay(IDLE_MS)
  const before = cpuOf(shop.pid)
  await delay(IDLE_MS / 2)
  const after = cpuOf(shop.pid)
  const memory = memoryOf(shop.pid)
  const sum = (of: (part: (typeof PARTS)[number]) => number): number =>
    PARTS.reduce((all, part) => all + of(part), 0)
  await shop.stop()

  const starts: number[] = []
  for (let time = 0; time < STARTS; time += 1) {
    const from = performance.now()
    shop = await startShop(dataDir)
    starts.push((performance.now() - from) / 1_000)
    await shop.stop()
  }

  const note = `${findings.orders.toLocaleString('en')} orders in it`
  const figures = [
    { name: 'first start, on an empty directory', value: first, unit: 's' },
    {
      ...{
        name: 'start on existing data, slowest',
        value: Math.max(...starts),
        unit: 's',
        bar: { below: 5 },
      },
      note: `of ${STARTS}; ${note}`,
    },
    {
      ...{ name: 'memory idle, all processes', value: sum((part) => memory[part]) / 1e6, unit: 'MB' },
      ...{ bar: { below: 700 }, note },
    },
    ...PARTS.map((part) => ({ name: `  ${part}`, value: memory[part] / 1e6, unit: 'MB' })),
    {
      ...{
        name: 'CPU idle',
        value: (sum((part) => after[part] - before[part]) / (IDLE_MS / 2)) * 100,
        unit: '%',
      },
      note: 'of one core',
    },
  ]
  process.stdout.write(`${resultText({ title: 'At rest', figures }, values.json)}\n`)
} finally {
  await rm(dataDir, { recursive: true, force: true })
}
