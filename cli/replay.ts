import { createPersonalView } from '../audit/replay/personal.ts'
import { erasedKeysIn } from '../eventstore/personal-data/erased-keys.ts'
import { readArguments, runReplay, USAGE } from './replay/run.ts'
import { runProgram } from './start/program.ts'
import { outputTo } from './tools/output.ts'
import { withServers } from './tools/servers.ts'

const output = outputTo(process.stdout, process.env)

await runProgram(
  async (signal) => {
    const args = readArguments(process.argv.slice(2))
    if (args === undefined) {
      await output.line(USAGE)
      return
    }
    const { reveal } = args
    const personalData = reveal ? 'revealed' : 'withheld'
    await withServers(process.env, signal, { purpose: 'replay', personalData }, async ({ store, pool }) => {
      const erasedKeys = (keyIds: readonly string[]): Promise<ReadonlySet<string>> =>
        erasedKeysIn(pool, keyIds)
      const personal = createPersonalView({ store, erasedKeys, reveal })
      await runReplay({ store, personal, signal }, args, output)
    })
  },
  { failureCode: 2 },
)
