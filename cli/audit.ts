import { readArguments, USAGE } from './audit/arguments.ts'
import { diffHistory } from './audit/diff.ts'
import { exportHistory } from './audit/export.ts'
import { showTree } from './audit/tree.ts'
import { verifyHistory } from './audit/verify.ts'
import { runProgram } from './start/program.ts'
import { outputTo } from './tools/output.ts'
import { withEventStore, withServers } from './tools/servers.ts'

const output = outputTo(process.stdout, process.env)
const { env } = process

await runProgram(
  async (signal) => {
    const args = readArguments(process.argv.slice(2))
    const tools = { signal, output, progress: process.stderr }
    switch (args.command) {
      case 'help':
        return output.line(USAGE)
      case 'verify':
        return args.readModels
          ? withServers(env, signal, { purpose: 'audit' }, (servers) =>
              verifyHistory({ ...tools, ...servers }, args),
            )
          : withEventStore(env, signal, ({ store }) =>
              verifyHistory({ ...tools, store, pool: undefined }, args),
            )
      case 'export':
        return args.reveal
          ? withServers(env, signal, { purpose: 'audit', personalData: 'revealed' }, ({ store }) =>
              exportHistory({ ...tools, store }, args),
            )
          : withEventStore(env, signal, ({ store }) => exportHistory({ ...tools, store }, args))
      case 'tree':
        return withEventStore(env, signal, ({ store }) => showTree(store, args, output, signal))
      case 'diff':
        return diffHistory({ ...tools, env }, args)
    }
  },
  { failureCode: 2 },
)
