import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { command } from './command.ts'

/** A node in a process of its own, through the command that a person would type. */
export interface ChildNode {
  readonly port: number
  readonly connectionString: string
  readonly process: ChildProcess
  /** Ends it at once, as a crash does; nothing where it has ended. */
  kill(): Promise<void>
}

/** @throws Error with what the command said, where the node does not start */
export async function startChildNode(args: readonly string[]): Promise<ChildNode> {
  const child = spawn(process.execPath, [...command(), '--port', '0', ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const gone = once(child, 'exit')
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message: unknown) => {
      resolve(portOf(message))
    })
    child.once('exit', (code) => {
      reject(new Error(`the node ended with ${code}: ${said}`))
    })
  })
  return {
    port,
    connectionString: `esdb://127.0.0.1:${port}?tls=false`,
    process: child,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

function portOf(message: unknown): number {
  if (
    typeof message === 'object' &&
    message !== null &&
    'port' in message &&
    typeof message.port === 'number'
  ) {
    return message.port
  }
  throw new TypeError('the node did not say where it listens')
}
