import { html, type Html } from './html.ts'

/** Milliseconds since the Unix epoch of a time in ticks of 100 ns. */
export const milliseconds = (ticks: bigint): number => Number(ticks / 10_000n)

/** A time that a person reads, in UTC; the whole of it is in its title. */
export function timeView(ms: number): Html {
  const iso = new Date(ms).toISOString()
  return html`<time datetime="${iso}" title="${iso}">${shortTime(ms)}</time>`
}

export const shortTime = (ms: number): string => new Date(ms).toISOString().slice(0, 23).replace('T', ' ')

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

export function size(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit] ?? ''}`
}

export const count = (value: number): string => value.toLocaleString('en-GB')

export function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor((seconds % 86_400) / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  if (days > 0) return hours === 0 ? `${days} d` : `${days} d ${hours} h`
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`
}

export const streamPath = (stream: string, revision?: number): string =>
  `/web/streams/${encodeURIComponent(stream)}${revision === undefined ? '' : `/${revision}`}`

/** Name of a stream, leading to it. */
export const streamLink = (stream: string): Html =>
  html`<a class="name" href="${streamPath(stream)}">${stream}</a>`

/** `revision@stream`, leading to the event. */
export const eventLink = (stream: string, revision: number): Html =>
  html`<a class="name" href="${streamPath(stream, revision)}">${revision}@${stream}</a>`

/** A link that looks like a button; without an address it can't be pressed. */
export function pageButton(label: string, href: string | undefined, rel?: 'prev' | 'next'): Html {
  if (href === undefined) return html`<a class="button" aria-disabled="true">${label}</a>`
  return rel === undefined
    ? html`<a class="button" href="${href}">${label}</a>`
    : html`<a class="button" rel="${rel}" href="${href}">${label}</a>`
}
