import { runProgram } from '../start/program.ts'
import { withDriving, type DrivingTools } from './driving.ts'
import { outputTo, type Output } from './output.ts'

export interface DrivingProgram<Arguments> {
  /** How its connections are called. */
  readonly name: string
  readonly usage: string
  /** undefined: how it is used is all that is asked. @throws StartError */
  readonly readArguments: (given: readonly string[]) => Arguments | undefined
  readonly run: (tools: DrivingTools, args: Arguments, output: Output) => Promise<void>
}

/** Runs a tool of the command line that takes orders further; exit code 2 where it could not be done. */
export const runDrivingProgram = <Arguments>({
  name,
  usage,
  readArguments,
  run,
}: DrivingProgram<Arguments>): Promise<never> => {
  const output = outputTo(process.stdout, process.env)
  return runProgram(
    async (signal) => {
      const args = readArguments(process.argv.slice(2))
      if (args === undefined) {
        await output.line(usage)
        return
      }
      await withDriving(process.env, signal, name, (tools) => run(tools, args, output))
    },
    { failureCode: 2 },
  )
}
