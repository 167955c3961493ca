import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** Where a tool writes its results. */
export interface Output {
  /** Writes a line, and waits where whoever reads is slower. @throws what the stream failed with: see `runProgram` */
  line(text: string): Promise<void>
  /** Columns of the terminal, or COLUMNS where there is none; undefined: text may be as wide as it wants. */
  readonly width: number | undefined
}

export const outputTo = (
  stream: Writable & { readonly columns?: number },
  env: Readonly<Record<string, string | undefined>> = {},
): Output => ({
  line: async (text) => {
    // it will never drain: whoever read it has gone
    if (stream.errored) throw stream.errored
    if (!stream.write(`${text}\n`)) await once(stream, 'drain')
  },
  width: stream.columns ?? widthIn(env),
})

const widthIn = ({ COLUMNS = '' }: Readonly<Record<string, string | undefined>>): number | undefined =>
  /^[1-9]\d{0,4}$/.test(COLUMNS) ? Number(COLUMNS) : undefined
