import { allProjections } from '../projections/projections.ts'
import { readArguments, USAGE } from './projections/arguments.ts'
import { run } from './projections/run.ts'
import { runProgram } from './start/program.ts'
import { outputTo } from './tools/output.ts'
import { withServers } from './tools/servers.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

await runProgram(async (signal) => {
  const args = readArguments(process.argv.slice(2), allProjections)
  if (args.command === 'help') {
    say(USAGE)
    return
  }
  // a rebuild holds two connections and uses a few more side by side
  const needs = { purpose: 'projections-tool', connections: 8, personalData: 'kept' } as const
  await withServers(process.env, signal, needs, (servers) =>
    run(
      {
        ...servers,
        signal,
        say,
        progress: process.stderr,
        width: outputTo(process.stdout, process.env).width,
      },
      args,
    ),
  )
})
