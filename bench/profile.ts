import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readProfiles } from './profile/cpu-profile.ts'
import { flameGraph } from './profile/flame-graph.ts'
import { functionOf, selfTimes, type SelfTime } from './profile/self-time.ts'

// npm run bench:profile -- FOLDER [--functions]: what `npm run bench:checkout -- --profile FOLDER` has sampled, by part of the program
// or by function, and a flame graph of each process beside its profile.

const [folder, ...options] = process.argv.slice(2)
if (folder === undefined) throw new RangeError('Name the folder that bench:checkout --profile wrote to.')
const isByFunction = options.includes('--functions')

const table = (times: readonly SelfTime[]): string =>
  times
    .filter(({ share }) => share >= 0.004)
    .slice(0, 60)
    .map(
      ({ part, ms, share }) =>
        `${(share * 100).toFixed(1).padStart(6)} %${ms.toFixed(0).padStart(8)} ms  ${part}`,
    )
    .join('\n')

for (const profile of readProfiles(folder)) {
  const times = isByFunction ? selfTimes(profile, functionOf) : selfTimes(profile)
  process.stdout.write(`${profile.program}\n${table(times)}\n\n`)
  writeFileSync(join(folder, `${profile.program}.svg`), flameGraph(profile))
}
