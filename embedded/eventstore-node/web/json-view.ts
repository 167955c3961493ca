import { Html, escape, html } from './html.ts'

/** Bytes of an event that a page shows: more would only make it slow. */
const SHOWN = 100_000

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')

/** Whether the text is JSON. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

const kindOf = (token: string, isKey: boolean): string => {
  if (token.startsWith('"')) return isKey ? 'k' : 's'
  return /^[-\d]/.test(token) ? 'n' : 'l'
}

/**
 * JSON with line breaks and colours. It is put together from the text's own tokens, so that no digit of a large number
 * is lost.
 */
function indented(text: string): Html {
  const tokens = text.match(TOKEN) ?? []
  let depth = 0
  let markup = ''
  tokens.forEach((token, at) => {
    const before = tokens[at - 1]
    const opens = token === '{' || token === '['
    const closes = token === '}' || token === ']'
    if (closes) depth--
    const isEmpty = closes && (before === '{' || before === '[')
    const startsLine = before === ',' || before === '{' || before === '[' || closes
    if (startsLine && !isEmpty) markup += `\n${'  '.repeat(depth)}`
    else if (before === ':') markup += ' '
    if (opens) depth++
    markup += /^[{}[\],:]$/.test(token)
      ? token
      : `<span class="${kindOf(token, tokens[at + 1] === ':')}">${escape(token)}</span>`
  })
  return new Html(markup)
}

const HEX_SHOWN = 1024

function hexDump(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < Math.min(bytes.length, HEX_SHOWN); at += 16) {
    const row = [...bytes.subarray(at, at + 16)]
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const characters = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '·')).join('')
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(48)} ${characters}`)
  }
  return lines.join('\n')
}

/** Control characters, but for white space, and what stands for broken UTF-8, are in no text. */
const isText = (text: string): boolean => !/[^\P{Cc}\s]|\ufffd/u.test(text)

/** Data or metadata of an event for reading: JSON indented, other text as it is, other bytes in hexadecimal. */
export function bytesView(bytes: Uint8Array): Html {
  if (bytes.length === 0) return html`<p class="none">none</p>`
  const text = textOf(bytes)
  const isLong = text.length > SHOWN
  if (!isLong && isJson(text)) return html`<pre>${indented(text)}</pre>`
  if (isText(text)) {
    const more = isLong ? html`<p class="none">… and ${text.length - SHOWN} characters more</p>` : undefined
    return html`<pre>${text.slice(0, SHOWN)}</pre>
      ${more}`
  }
  const more = bytes.length > HEX_SHOWN ? html`<p class="none">… ${bytes.length} bytes in all</p>` : undefined
  return html`<pre class="hex">${hexDump(bytes)}</pre>
    ${more}`
}

const PREVIEW = 160

/** The beginning of an event's data in one line. */
export function preview(bytes: Uint8Array): string {
  const text = textOf(bytes.subarray(0, PREVIEW * 4))
  if (!isText(text)) return `${bytes.length} bytes`
  const line = text.replace(/\s+/g, ' ')
  return line.length > PREVIEW ? `${line.slice(0, PREVIEW)}…` : line
}
