import { parseArgs } from 'node:util'
import { StartError } from '../start/start-error.ts'

export const USAGE = `Usage: npm run load -- [--rate 50] [--duration 60s] [--mix paid=90,declined=5,cancelled=5] […]

Places orders at a running shop, at a rate that does not wait for answers, and checks at the end that every one of them
ended as it has to, with the right money and the right stock. Nobody else should order meanwhile.

  --url URL,…      of the shop (http://127.0.0.1:3000), or of several instances of it that share the load
  --rate N         orders a second on average, at random intervals (50)
  --duration TIME  how long, as 60s or 5m (60s)
  --warm-up TIME   before that, at the same rate, not measured (5s)
  --mix KIND=N,…   shares of orders that are paid, declined by the provider, or cancelled by
                   the customer at once (paid=90,declined=5,cancelled=5)
  --lines A-B      lines an order has (1-5)
  --hot PERCENT    of the lines that are for one and the same product (20)
  --follow PERCENT of the orders whose answer waits until they are settled (20)
  --seed N         the same seed draws the same orders (1)
  --json           the result as one line of JSON
  --help           show this text

Accounts: LOAD_CUSTOMER (or several, with commas) and LOAD_STAFF are e-mail addresses, LOAD_PASSWORD is the password of all;
those of the demo shop where they are not set. Rate limits have to be off there: RATE_LIMITS=off npm start.`

export const KINDS = ['paid', 'declined', 'cancelled'] as const
/** How an order is meant to end. */
export type Kind = (typeof KINDS)[number]

export interface Arguments {
  readonly help: boolean
  /** Of one shop: its instances. */
  readonly urls: readonly string[]
  /** Orders a second. */
  readonly rate: number
  readonly durationMs: number
  readonly warmUpMs: number
  /** Shares of a hundred, or of whatever they add up to. */
  readonly mix: Readonly<Record<Kind, number>>
  readonly lines: { readonly least: number; readonly most: number }
  /** From 0 to 1. */
  readonly hot: number
  /** From 0 to 1. */
  readonly follow: number
  readonly seed: number
  readonly json: boolean
}

/** @throws StartError for what does not exist or makes no sense */
export const readArguments = (args: readonly string[]): Arguments => {
  const values = parse(args)
  return {
    help: values.help,
    urls: values.url.split(',').map(urlOf),
    rate: within('--rate', values.rate, 0.1, 10_000),
    durationMs: timeOf('--duration', values.duration),
    warmUpMs: timeOf('--warm-up', values['warm-up']),
    mix: mixOf(values.mix),
    lines: linesOf(values.lines),
    hot: within('--hot', values.hot, 0, 100) / 100,
    follow: within('--follow', values.follow, 0, 100) / 100,
    seed: within('--seed', values.seed, 0, 2 ** 32 - 1),
    json: values.json,
  }
}

const options = {
  url: { type: 'string', default: 'http://127.0.0.1:3000' },
  rate: { type: 'string', default: '50' },
  duration: { type: 'string', default: '60s' },
  'warm-up': { type: 'string', default: '5s' },
  mix: { type: 'string', default: 'paid=90,declined=5,cancelled=5' },
  lines: { type: 'string', default: '1-5' },
  hot: { type: 'string', default: '20' },
  follow: { type: 'string', default: '20' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

const parse = (
  args: readonly string[],
): ReturnType<typeof parseArgs<{ options: typeof options }>>['values'] => {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new StartError(`${error.message.split('. ')[0]?.replace(/\.$/, '') ?? ''}: see --help.`, {
      cause: error,
    })
  }
}

const urlOf = (text: string): string => {
  if (!/^https?:\/\/[^/]+\/?$/.test(text)) {
    throw new StartError(`--url is ${text}, but it has to be an address such as http://127.0.0.1:3000.`)
  }
  return text.replace(/\/$/, '')
}

const within = (option: string, text: string, least: number, most: number): number => {
  const value = Number(text)
  if (text.trim() === '' || !(value >= least && value <= most)) {
    throw new StartError(`${option} is ${text}, but it has to be a number from ${least} to ${most}.`)
  }
  return value
}

const timeOf = (option: string, text: string): number => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(s|m)$/.exec(text) ?? []
  if (amount === undefined)
    throw new StartError(`${option} is ${text}, but it has to be a time as 60s or 5m.`)
  return Number(amount) * (unit === 'm' ? 60_000 : 1_000)
}

const mixOf = (text: string): Record<Kind, number> => {
  const mix: Record<Kind, number> = { paid: 0, declined: 0, cancelled: 0 }
  for (const part of text.split(',')) {
    const [, name, share] = /^(\w+)=(\d+(?:\.\d+)?)$/.exec(part) ?? []
    const kind = KINDS.find((known) => known === name)
    if (kind === undefined) {
      throw new StartError(`--mix has "${part}", but it has to be KIND=N with ${KINDS.join(', ')}.`)
    }
    mix[kind] = Number(share)
  }
  if (KINDS.every((kind) => mix[kind] === 0)) throw new StartError('--mix leaves no order to be placed.')
  return mix
}

const linesOf = (text: string): Arguments['lines'] => {
  const [, least, most = least] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? []
  const lines = { least: Number(least), most: Number(most) }
  if (lines.least >= 1 && lines.most >= lines.least && lines.most <= 50) return lines
  throw new StartError(`--lines is ${text}, but it has to be a range as 1-5, of 50 at most.`)
}
