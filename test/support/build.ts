import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isRunning } from './processes.ts'

// Before all tests the product is compiled, as its image is, so that the hundreds of programs that they start load in half the time.
// Types are not checked: `npm run types` does that.

/** Names the folder with the compiled product. */
export const BUILD_VARIABLE = 'TEST_BUILD'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** As deep in the project as `dist` is; one for each run, as two may go on at once. */
const folderOf = (pid: number): string => join(ROOT, `.test-build-${pid}`)

/** @throws Error where the compiler fails; it has said why */
export const mochaGlobalSetup = async (): Promise<void> => {
  await removeLeftovers()
  // what is counted is sources
  if (process.env['NODE_V8_COVERAGE'] !== undefined) return
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const folder = folderOf(process.pid)
  const options = [
    '--project',
    'tsconfig.build.json',
    '--noCheck',
    '--declaration',
    'false',
    '--outDir',
    folder,
  ]
  const compiler = spawn(process.execPath, [tsc, ...options], { cwd: ROOT, stdio: 'inherit' })
  const [code] = (await once(compiler, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`The product can't be compiled: tsc ended with ${code ?? 'a signal'}.`)
  process.env[BUILD_VARIABLE] = folder
  // commands of the documentation, too
  process.env['PATH'] = [join(ROOT, 'test/support/bin'), process.env['PATH']].join(delimiter)
}

export const mochaGlobalTeardown = (): Promise<void> =>
  rm(folderOf(process.pid), { recursive: true, force: true })

/** Of runs that were killed. */
const removeLeftovers = async (): Promise<void> => {
  for (const name of await readdir(ROOT)) {
    const [, pid] = /^\.test-build-(\d+)$/.exec(name) ?? []
    if (pid !== undefined && !isRunning(Number(pid)))
      await rm(join(ROOT, name), { recursive: true, force: true })
  }
}
