export interface Progress {
  readonly show: (done: number) => void
  readonly end: () => void
}

/** How often a line is written where there is no terminal to write over. */
const PLAIN_EVERY = 0.25

/** Says on standard error how much of `all` is done: on a terminal in one line, else with a line from time to time. */
export const startProgress = (
  what: string,
  all: number,
  out: NodeJS.WriteStream = process.stderr,
): Progress => {
  let told = 0
  return {
    show: (done) => {
      const line = `${done.toLocaleString('en')} of ${all.toLocaleString('en')} ${what}`
      if (out.isTTY) out.write(`\r\u001b[2K${line}`)
      else if (done / all >= told + PLAIN_EVERY || done === all) {
        told = done / all
        out.write(`${line}\n`)
      }
    },
    end: () => {
      if (out.isTTY) out.write('\n')
    },
  }
}
