import { runProgram } from './start/program.ts'
import { readArguments, runStreams, USAGE } from './streams/run.ts'
import { outputTo } from './tools/output.ts'
import { withEventStore } from './tools/servers.ts'

const output = outputTo(process.stdout, process.env)

await runProgram(
  async (signal) => {
    const args = readArguments(process.argv.slice(2))
    if (args === undefined) {
      await output.line(USAGE)
      return
    }
    await withEventStore(process.env, signal, ({ store }) => runStreams(store, args, output, signal))
  },
  { failureCode: 2 },
)
