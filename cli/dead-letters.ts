import { shopDeadLetters } from './dead-letters/letters.ts'
import { readArguments, runDeadLetters, USAGE } from './dead-letters/run.ts'
import { runDrivingProgram } from './tools/driving-program.ts'

await runDrivingProgram({
  ...{ name: 'dead-letters', usage: USAGE, readArguments },
  run: (tools, args, output) => runDeadLetters(shopDeadLetters(tools), args, output),
})
