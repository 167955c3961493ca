import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BUILD_VARIABLE } from './build.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/**
 * What Node has to be given to run a program of the product: compiled, as an image has it, where `npm test` has compiled everything, else
 * from its source. A source takes twice as long to load.
 * @param source from the root of the project, for example `cli/start.ts`
 */
export const programOf = (source: string): string[] => {
  const build = process.env[BUILD_VARIABLE]
  return build === undefined
    ? ['--import', 'tsx', join(ROOT, source)]
    : ['--enable-source-maps', join(build, source.replace(/\.ts$/, '.js'))]
}

/** What a program has left when it ended. */
export interface Ended {
  readonly code: number
  /** What it wrote to standard output, and to standard error. */
  readonly output: string
  readonly errors: string
}

/** Runs a program of the product to its end, as a person would: see programOf. */
export const runProgram = (
  source: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, ...env } }
    execFile(process.execPath, [...programOf(source), ...args], options, (error, output, errors) => {
      resolve({ code: error === null ? 0 : Number(error.code), output, errors })
    })
  })
