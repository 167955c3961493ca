import fs from 'node:fs'
import path from 'node:path'
import { parseArgs, type ParseArgsConfig } from 'node:util'

/** The command line can't be followed; the message is for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What `eventstore-node NAME …` does. */
export interface Subcommand {
  readonly usage: string
  /**
   * Resolves with the exit code: 0 where all went well, 1 where it could not be done, 2 where it was done and differences or
   * damage were found.
   * @throws UsageError, and whatever error a person can do something about
   */
  run(args: readonly string[], output: Output): Promise<number>
}

export interface Output {
  /** A line of the result. */
  readonly say: (line: string) => void
  /** How far something is, for a person who waits; a terminal shows the last one only. */
  readonly progress: (line: string) => void
}

type KnownOptions = NonNullable<ParseArgsConfig['options']>

interface Strictly<Options extends KnownOptions> {
  readonly args: string[]
  readonly strict: true
  readonly allowPositionals: true
  readonly options: Options
}

/** Options and positional arguments, strictly: what is unknown is refused. */
export function parse<Options extends KnownOptions>(
  args: readonly string[],
  options: Options,
): ReturnType<typeof parseArgs<Strictly<Options>>> {
  try {
    return parseArgs({ args: [...args], strict: true, allowPositionals: true, options })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    // it explains at length how to pass values that begin with a dash
    throw new UsageError(`${error.message.split('. ')[0]?.replace(/\.$/, '') ?? ''}.`, { cause: error })
  }
}

/** The only argument of a subcommand that takes one. */
export function onlyArgument(positionals: readonly string[], what: string): string {
  const [argument, ...others] = positionals
  if (argument === undefined || others.length > 0) throw new UsageError(`Give ${what}, and nothing else.`)
  return argument
}

/** The folder of the event log within a node's data directory. */
export function logDirectory(dataDir: string | undefined): string {
  if (dataDir === undefined) throw new UsageError('Give the data directory of the node: --data DIR.')
  const directory = path.join(dataDir, 'log')
  if (!fs.existsSync(directory))
    throw new UsageError(`${dataDir} is no data directory of an event store node: there is no ${directory}.`)
  return directory
}

export const amount = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`

export function size(bytes: number): string {
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} KiB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
