import { StartError } from '../start/start-error.ts'
import { countIn, instantIn, parseTyped } from '../tools/arguments.ts'

export const USAGE = `Usage: npm run seed -- [--products 2000] [--orders 10000] [--months 6] […]

Fills a shop with products, customers and a history of orders over the months before now: paid, declined, cancelled, expired,
shipped, delivered, refunded and returned, each decided by the shop's own code at its own time.

  --products N   in a tree of categories (2000)
  --orders N     of one customer in five of them (10000)
  --months N     that the history goes back (6)
  --until TIME   where it ends, such as 2025-11-21T00:00:00Z (the beginning of this day, UTC)
  --seed N       the same seed, sizes and time make the same shop (1)
  --again        also where a shop was seeded before: goes on with one that was interrupted, or with another seed adds to it
  --help         show this text

It works on the servers that npm start would use, and starts the embedded ones: the shop must not run meanwhile. Nobody can sign in
as one of its customers; their addresses end in .test. docs/seed.md tells more.`

export interface SeedArguments {
  readonly products: number
  readonly orders: number
  readonly months: number
  readonly until: Date
  readonly seed: number
  readonly again: boolean
  readonly help: boolean
}

const OPTIONS = {
  products: { type: 'string', default: '2000' },
  orders: { type: 'string', default: '10000' },
  months: { type: 'string', default: '6' },
  until: { type: 'string' },
  seed: { type: 'string', default: '1' },
  again: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** @throws StartError for what does not exist or makes no sense */
export const readArguments = (args: readonly string[], now: Date): SeedArguments => {
  const { values, positionals } = parseTyped(args, OPTIONS)
  const [extra] = positionals
  if (extra !== undefined) throw new StartError(`There is no argument "${extra}": see --help.`)
  const until =
    values.until === undefined ? new Date(now.toISOString().slice(0, 10)) : instantIn('--until', values.until)
  if (until > now) throw new StartError(`--until is "${values.until}", which is yet to come.`)
  return {
    products: within('--products', values.products, 1, 1_000_000),
    orders: within('--orders', values.orders, 0, 10_000_000),
    months: within('--months', values.months, 1, 120),
    until,
    seed: within('--seed', values.seed, 0, 2 ** 32 - 1),
    again: values.again,
    help: values.help,
  }
}

const within = (option: string, text: string, least: number, most: number): number => {
  const number = Number(countIn(option, text))
  if (number >= least && number <= most) return number
  throw new StartError(
    `${option} is ${number.toLocaleString('en')}, but it has to be from ${least} to ${most}.`,
  )
}
