import { header, headerLine, type Header } from './header.ts'

/** One measured value, and the bar that it is held against. */
export interface Figure {
  readonly name: string
  readonly value: number
  /** `ms`, `s`, `/s`, `MB`, `×`; empty for a count. */
  readonly unit: string
  readonly bar?:
    | { readonly atMost: number }
    | { readonly below: number }
    | { readonly atLeast: number }
    | { readonly exactly: number }
  /** What it was measured on, or compared with. */
  readonly note?: string
}

/** What a part of the benchmarks has found. */
export interface Result {
  readonly title: string
  readonly figures: readonly Figure[]
}

/** Undefined where there is no bar. */
export const holds = ({ value, bar }: Figure): boolean | undefined => {
  if (bar === undefined) return undefined
  if ('atLeast' in bar) return value >= bar.atLeast
  if ('exactly' in bar) return value === bar.exactly
  return 'below' in bar ? value < bar.below : value <= bar.atMost
}

/** Three digits that count, and no more; large numbers whole. */
const rounded = (value: number): string => {
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

const SIGNS: Readonly<Record<string, string>> = { atMost: '≤', below: '<', atLeast: '≥', exactly: '=' }

const barOf = (figure: Figure): string => {
  const { bar } = figure
  if (bar === undefined) return ''
  const asked = Object.entries(bar).map(([kind, limit]) => `${SIGNS[kind] ?? ''} ${rounded(limit)}`)[0]
  return `${holds(figure) === true ? 'held' : 'MISSED'}: ${asked ?? ''}`
}

/** One line a figure: name, value, bar, note. */
export const table = (figures: readonly Figure[]): string => {
  const width = Math.max(...figures.map(({ name }) => name.length), 30)
  return figures
    .map((figure) =>
      [
        figure.name.padEnd(width),
        rounded(figure.value).padStart(10),
        figure.unit.padEnd(3),
        barOf(figure).padEnd(17),
        figure.note ?? '',
      ]
        .join(' ')
        .trimEnd(),
    )
    .join('\n')
}

/** What was found, for people or, as one line of JSON, for programs; with when, of what, and on which machine. */
export const resultText = (result: Result, isJson: boolean, about: Header = header()): string =>
  isJson
    ? JSON.stringify({ ...about, ...result })
    : `${result.title}\n${headerLine(about)}\n\n${table(result.figures)}`
