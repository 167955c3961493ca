import type { EventStoreDBClient, StreamingRead } from '@eventstore/db-client'
import { isReadAnswer } from './client-errors.ts'
import { isHungUp, type Connection } from './connection.ts'

/** All that a read brings. One that does not come to its end is cancelled: it would stay open for good. */
export const collect = <Item>(
  connection: Connection,
  deadlineMs: number,
  start: (client: EventStoreDBClient) => StreamingRead<Item>,
): Promise<Item[]> => {
  let read: StreamingRead<Item> | undefined
  return connection
    .call(deadlineMs, isReadAnswer, async (client) => {
      const items: Item[] = []
      read = start(client)
      for await (const item of read) items.push(item)
      if (isHungUp(client)) throw new Error('the connection was given up while it was read from')
      return items
    })
    .catch((error: unknown) => {
      // where the call was never made there is nothing to cancel
      read?.cancel().catch(() => undefined)
      throw error
    })
}
