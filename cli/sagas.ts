import { readArguments, runSagas, USAGE } from './sagas/run.ts'
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
    await withDriving(process.env, signal, 'sagas', (tools) =>
      runSagas({ ...tools, now: () => new Date() }, args, output),
    )
  },
  { failureCode: 2 },
)
