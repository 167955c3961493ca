import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pino } from 'pino'
import { connectEventStore } from '../../eventstore/connect.ts'
import { createRegistry } from '../../eventstore/registry.ts'
import { inventoryContracts } from '../../domain/inventory-item/events.ts'
import { orderContracts } from '../../domain/order/events.ts'
import { paymentContracts } from '../../domain/payment/events.ts'
import { placeOrders } from '../projections/history.ts'

const AT_ONCE = 1_000

/** Puts the events of so many paid orders into the event store of a data directory in which no shop runs. */
export const writeHistory = async (
  dataDir: string,
  orders: number,
  onWritten: (orders: number) => void,
): Promise<void> => {
  const node = fork('cli/eventstore-node.ts', ['--port', '0', '--data', join(dataDir, 'eventstore')], {
    execArgv: ['--import', 'tsx'],
    silent: true,
  })
  const exited = once(node, 'exit')
  const [{ port }] = (await once(node, 'message')) as [{ port: number }]
  const store = connectEventStore({
    connectionString: `esdb://127.0.0.1:${port}?tls=false`,
    registry: createRegistry(orderContracts, inventoryContracts, paymentContracts),
    logger: pino({ level: 'error' }),
    deadlineMs: 60_000,
  })
  try {
    for (let first = 0; first < orders; first += AT_ONCE) {
      await placeOrders(store, first, Math.min(AT_ONCE, orders - first))
      onWritten(first)
    }
  } finally {
    await store.close()
    node.kill()
    await exited
  }
}
