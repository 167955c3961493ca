import { readArguments, runSagas, USAGE } from './sagas/run.ts'
import { runDrivingProgram } from './tools/driving-program.ts'

await runDrivingProgram({
  ...{ name: 'sagas', usage: USAGE, readArguments },
  run: (tools, args, output) => runSagas({ ...tools, now: () => new Date() }, args, output),
})
