import { formatPosition } from '../../eventstore/position.ts'
import type { Position } from '../../eventstore/types.ts'
import { moneyText } from '../money-text.ts'
import type { AuditResult } from './audit.ts'
import { LAWS, type Finding, type Law } from './laws.ts'
import type { ReadModelCheck } from './read-models.ts'

/** All that an audit has to say, as it stands in its JSON. */
export interface Report extends AuditResult {
  /** Everything up to here was looked at: `<commit>/<prepare>` in `$all`; null where the store is empty. */
  readonly position: string | null
  readonly startedAt: string
  readonly seconds: number
  /** null where they were not asked for. */
  readonly readModels: ReadModelCheck | null
  /** Whether every law holds. */
  readonly passed: boolean
}

export interface ReportParts {
  readonly result: AuditResult
  readonly position: Position | undefined
  readonly startedAt: Date
  readonly seconds: number
  readonly readModels: ReadModelCheck | undefined
}

export const reportOf = ({ result, position, startedAt, seconds, readModels }: ReportParts): Report => ({
  passed: Object.values(result.broken).every((count) => count === 0),
  position: position === undefined ? null : formatPosition(position),
  startedAt: startedAt.toISOString(),
  seconds: Math.round(seconds * 10) / 10,
  ...result,
  readModels: readModels ?? null,
})

/** A finding as a person reads it: where, what, and the event that shows it. */
export const findingText = ({ law, stream, problem, event }: Finding): string =>
  event === undefined
    ? `✗ ${law}  ${stream}\n    ${problem}`
    : `✗ ${law}  ${stream}@${event.revision}  ${event.type}  ${event.at}\n    ${problem}\n    event ${event.id} at ${event.position}`

const n = (count: number): string => count.toLocaleString('en')

/** What the audit has looked at and what all of it comes to; the findings stand before it. */
export const reportText = (report: Report): string => {
  const { events, streams, broken, stock, money, wallets, readModels, position, seconds } = report
  const kinds = `${n(streams.order)} orders, ${n(streams.payment)} payments, ${n(streams.inventory)} items, ${n(streams.wallet)} wallets`
  const inHouse = stock.received + stock.adjusted + stock.returned
  const laws = (Object.keys(LAWS) as Law[]).flatMap((law) => {
    if (law === 'read-model' && (readModels === null || readModels.rows === 0)) return []
    const count = broken[law]
    return `  ${count === 0 ? '✓' : '✗'} ${law.padEnd(13)} ${count === 0 ? LAWS[law] : `broken ${n(count)} ${count === 1 ? 'time' : 'times'}`}`
  })
  return [
    `${n(events)} events up to ${position ?? 'nothing'} in ${seconds.toFixed(1)} s: ${kinds}`,
    '',
    ...laws,
    '',
    `  stock    ${n(stock.received)} received ${signed(stock.adjusted)} adjusted + ${n(stock.returned)} returned = ${n(inHouse)}`,
    `           ${n(stock.available)} available + ${n(stock.onReserve)} reserved + ${n(stock.committed)} sold = ${n(stock.available + stock.onReserve + stock.committed)}`,
    ...Object.entries(money).map(([currency, sums]) => {
      const text = (amount: number): string => moneyText({ amount, currency })
      return `  money    ${text(sums.captured)} captured − ${text(sums.refunded)} refunded; orders say ${text(sums.paid)} − ${text(sums.settled)}${sums.underWay === 0 ? '' : `, ${text(sums.underWay)} under way`}`
    }),
    ...(wallets.cameIn === 0
      ? []
      : [`  wallets  ${n(wallets.cameIn)} came in, ${n(wallets.spent)} were spent (minor units)`]),
    ...(readModels === null ? [] : [readModelText(readModels)]),
  ].join('\n')
}

const signed = (count: number): string => (count < 0 ? `− ${n(-count)}` : `+ ${n(count)}`)

const readModelText = ({ rows, behind }: ReadModelCheck): string =>
  behind.length === 0
    ? `  read models: ${n(rows)} rows compared`
    : `  read models: ${n(rows)} rows compared; not compared because they are behind: ${behind.join(', ')}`
