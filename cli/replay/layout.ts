import { contracts, isIdOfEvent, type Kind } from '../../audit/kinds.ts'
import { moneyText } from '../../audit/money-text.ts'
import { isMoney, type Change } from '../../audit/replay/changes.ts'
import type { Step } from '../../audit/replay/replay.ts'
import { formatPosition } from '../../eventstore/position.ts'
import { twoLines } from '../tools/wide-table.ts'

export const HEADINGS = ['#', 'time (UTC)', 'event', 'what changed, who did it and why']

/** The widest row that may come, for a table that is shown while it grows. */
export const widestRow = (kind: Kind): string[] => [
  '000',
  twoLines(new Date(0)),
  longestOf(Object.keys(contracts[kind])),
  '',
]

const longestOf = (texts: readonly string[]): string =>
  texts.reduce((longest, text) => (text.length > longest.length ? text : longest), '')

/** A step as a row of a table. `known`: by its id, what each earlier event of the stream was called. */
export const rowOf = (step: Step, known: ReadonlyMap<string, string>): string[] => {
  const { revision, at, type, actor, causationId } = step
  const cause =
    known.get(causationId) ?? (isIdOfEvent(causationId) ? `event ${causationId}` : `request ${causationId}`)
  return [
    String(revision),
    twoLines(at),
    type,
    [
      ...step.changes.filter(isOfInterest).map(changeText),
      `by ${actor.kind} ${actor.id} because of ${cause}`,
    ].join('\n'),
  ]
}

/** A step as a line of JSON. */
export const jsonOf = ({ revision, position, at, ...step }: Step): string =>
  JSON.stringify({
    revision: String(revision),
    position: formatPosition(position),
    at: at.toISOString(),
    ...step,
    changes: step.changes.map(({ path, before = null, after = null }) => ({ path, before, after })),
  })

/** That something may be there from now on, and is not yet, tells a person nothing. */
const isOfInterest = ({ before, after }: Change): boolean => !(isEmpty(before) && isEmpty(after))

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)

export const changeText = ({ path, before, after }: Change): string => {
  if (before === undefined) return `${path} ${valueText(after)}`
  if (after === undefined) return `${path} ${valueText(before)} is gone`
  return `${path} ${valueText(before)} → ${valueText(after)}`
}

const valueText = (value: unknown): string => {
  if (value === null) return 'none'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ')
  if (typeof value !== 'object') return typeof value === 'string' ? value : JSON.stringify(value)
  if (isMoney(value)) return moneyText(value)
  if (isLine(value)) {
    const price = 'unitPrice' in value ? ` at ${valueText(value.unitPrice)}` : ''
    return `${value.quantity} × ${value.sku}${price}`
  }
  return Object.entries(value)
    .map(([name, part]) => `${name} ${valueText(part)}`)
    .join(', ')
}

const isLine = (value: object): value is { readonly sku: string; readonly quantity: number } =>
  'sku' in value && 'quantity' in value && typeof value.quantity === 'number'
