import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNode, type EventStoreNode } from '../../embedded/eventstore-node/index.ts'

/** A node that can be stopped and started again with the same data on the same port. */
export interface RestartableNode {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops it and removes its data. */
  end(): Promise<void>
}

export const startRestartableNode = async (): Promise<RestartableNode> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'orderstream-test-'))
  const first = await startNode({ dataDir })
  const { port, connectionString: url } = first
  let node: EventStoreNode | undefined = first
  const stop = async (): Promise<void> => {
    const running = node
    node = undefined
    await running?.close()
  }
  return {
    url,
    port,
    stop,
    start: async () => {
      node ??= await startNode({ dataDir, port })
    },
    end: async () => {
      await stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
