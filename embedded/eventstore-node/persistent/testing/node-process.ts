import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

const command = path.join(import.meta.dirname, '../../../../cli/eventstore-node.ts')

/** A node in a process of its own, on a free port. */
export interface NodeProcess {
  readonly connectionString: string
  /** As a power cut would: nothing is told, nothing is finished. */
  kill(): Promise<void>
}

export const startNodeProcess = async (dataDir: string): Promise<NodeProcess> => {
  const child = fork(command, ['--data', dataDir, '--port', '0'], {
    execArgv: ['--import', 'tsx'],
    silent: true,
  })
  const ended = once(child, 'exit')
  const listening = once(child, 'message').then(([message]: { port: number }[]) => message)
  const message = await Promise.race([listening, ended.then(() => undefined)])
  if (message === undefined) throw new Error('the node ended before it listened')
  return {
    connectionString: `esdb://127.0.0.1:${message.port}?tls=false`,
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
