import { backup } from './backup.ts'
import { exportTo } from './export.ts'
import { importFrom } from './import.ts'
import { UsageError, type Output, type Subcommand } from './subcommand.ts'
import { verify } from './verify.ts'

const SUBCOMMANDS: ReadonlyMap<string, Subcommand> = new Map(
  Object.entries({ backup, verify, export: exportTo, import: importFrom }),
)

/** The subcommand that the command line begins with, undefined where it begins with none. */
export const subcommandOf = (args: readonly string[]): Subcommand | undefined =>
  SUBCOMMANDS.get(args[0] ?? '')

/** Runs a subcommand with what follows its name. Resolves with the exit code. */
export async function runSubcommand(subcommand: Subcommand, args: readonly string[]): Promise<number> {
  const isTerminal = process.stderr.isTTY
  const output: Output = {
    say(line) {
      process.stdout.write(`${line}\n`)
    },
    progress(line) {
      if (isTerminal) process.stderr.write(`\r\x1b[K${line}`)
    },
  }
  if (args.includes('--help')) {
    output.say(subcommand.usage)
    return 0
  }
  try {
    return await subcommand.run(args, output)
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${error.message} See --help.`, { cause: error })
    throw error
  } finally {
    if (isTerminal) process.stderr.write('\r\x1b[K')
  }
}
