import { fork, type ChildProcess } from 'node:child_process'

/** Starts the embedded node on a folder, in a process of its own. */
export async function startNode(
  folder: string,
  ...args: readonly string[]
): Promise<{ port: number; child: ChildProcess }> {
  const command = new URL('../cli/eventstore-node.ts', import.meta.url)
  const child = fork(command, ['--port', '0', '--data', folder, ...args], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => {
      reject(new Error('the node did not start'))
    })
    child.once('message', (message: { port: number }) => {
      resolve(message.port)
    })
  })
  return { port, child }
}

/** Ends it in order. */
export async function stop(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}
