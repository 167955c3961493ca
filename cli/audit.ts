import { readArguments, USAGE } from './audit/arguments.ts'
import { verifyHistory } from './audit/verify.ts'
import { runProgram } from './start/program.ts'
import { endWithItsReader, outputTo } from './tools/output.ts'
import { withEventStore, withServers } from './tools/servers.ts'

endWithItsReader(process.stdout)
const output = outputTo(process.stdout)

await runProgram(
  async (signal) => {
    const args = readArguments(process.argv.slice(2))
    switch (args.command) {
      case 'help':
        await output.line(USAGE)
        return
      case 'verify': {
        const tools = { signal, output, progress: process.stderr }
        if (args.readModels) {
          await withServers(process.env, signal, {}, (servers) =>
            verifyHistory({ ...tools, ...servers }, args),
          )
        } else {
          await withEventStore(process.env, signal, ({ store }) =>
            verifyHistory({ ...tools, store, pool: undefined }, args),
          )
        }
        return
      }
    }
  },
  { failureCode: 2 },
)
