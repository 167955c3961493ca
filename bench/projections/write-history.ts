import { join } from 'node:path'
import {
  END,
  EventStoreDBClient,
  eventTypeFilter,
  persistentSubscriptionToAllSettingsFromDefaults,
} from '@eventstore/db-client'
import { pino } from 'pino'
import { connectEventStore } from '../../eventstore/connect.ts'
import { wakeUps } from '../../processes/order-process.ts'
import { ORDER_GROUP } from '../../processes/index.ts'
import { startNode, stop } from '../event-store-node.ts'
import { startProgress } from '../measure/progress.ts'
import { placeOrders } from './history.ts'
import { registry } from './registry.ts'

const AT_ONCE = 1_000

/**
 * Puts the orders from number `first` up to `end` into the event store of a data directory in which no shop runs: straight to its node.
 * The shop's consumer groups begin after them. Else it would drive every one of them once more when it starts, which takes much longer
 * than to write them, and is what its read models and whoever measures would have to compete with.
 */
export const writeHistory = async (dataDir: string, first: number, end: number): Promise<void> => {
  const node = await startNode(join(dataDir, 'eventstore'))
  const connectionString = `esdb://127.0.0.1:${node.port}?tls=false`
  const store = connectEventStore({
    ...{ connectionString, registry, logger: pino({ level: 'error' }), deadlineMs: 60_000 },
  })
  const progress = startProgress('orders written', end)
  for (let from = first; from < end; from += AT_ONCE) {
    await placeOrders(store, from, Math.min(AT_ONCE, end - from))
    progress.show(Math.min(from + AT_ONCE, end))
  }
  progress.end()
  await store.close()
  await beginGroupsAfter(connectionString)
  await stop(node.child)
}

const beginGroupsAfter = async (connectionString: string): Promise<void> => {
  const client = EventStoreDBClient.connectionString(connectionString)
  const settings = persistentSubscriptionToAllSettingsFromDefaults({
    startFrom: END,
    consumerStrategyName: 'RoundRobin',
  })
  for (const [group, types] of Object.entries({ [ORDER_GROUP]: wakeUps, 'cart-clearing': ['OrderPaid'] })) {
    await client.deletePersistentSubscriptionToAll(group).catch(() => undefined)
    const filter = eventTypeFilter({ regex: `^(${types.join('|')})$` })
    await client.createPersistentSubscriptionToAll(group, settings, { filter })
  }
  await client.dispose()
}
