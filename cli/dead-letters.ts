import { shopDeadLetters } from './dead-letters/letters.ts'
import { readArguments, runDeadLetters, USAGE } from './dead-letters/run.ts'
import { runProgram } from './start/program.ts'
import { withDriving } from './tools/driving.ts'
import { outputTo } from './tools/output.ts'

const output = outputTo(process.stdout, process.env)

await runProgram(
  async (signal) => {
    const args = readArguments(process.argv.slice(2))
    if (args === undefined) {
      await output.line(USAGE)
      return
    }
    await withDriving(process.env, signal, 'dead-letters', (tools) =>
      runDeadLetters(shopDeadLetters(tools), args, output),
    )
  },
  { failureCode: 2 },
)
