import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** Where a tool writes its results. */
export interface Output {
  /** Writes a line, and waits where whoever reads is slower. */
  line(text: string): Promise<void>
  /** Columns of the terminal; undefined where there is none, and text may be as wide as it wants. */
  readonly width: number | undefined
}

export const outputTo = (stream: Writable & { readonly columns?: number }): Output => ({
  line: async (text) => {
    if (!stream.write(`${text}\n`)) await once(stream, 'drain')
  },
  width: stream.columns,
})

/** Whoever has read enough closes the pipe (`… | head`): that is the end of the program, in order. */
export const endWithItsReader = (stream: Writable): void => {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
}
