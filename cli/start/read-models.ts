import { projectionStatus, startProjections } from '../../projections/index.ts'
import { measureProjections } from './metrics.ts'
import { startProjectionsProcess } from './projections-process.ts'
import type { Server } from './servers.ts'
import type { Shop } from './shop.ts'
import type { Part } from './system.ts'

/** The role `projections` in a process of its own, whose lag this one measures. */
export const startReadModelsBeside = (
  shop: Shop,
  { eventStore, database }: { readonly eventStore: Server; readonly database: Server },
): Promise<void> => {
  const { config } = shop
  return start(shop, () =>
    startProjectionsProcess({ eventStoreUrl: eventStore.url, databaseUrl: database.url, config }),
  )
}

/** The role `projections` in this process, where it has no other. */
export const startReadModelsHere = (shop: Shop): Promise<void> => {
  const { store, pool, system } = shop
  const logger = shop.logger.child({ room: 'projections' })
  return start(shop, () => startProjections({ store, pool, signal: system.stopping, logger }))
}

const start = async (
  { system, metrics, pool, store, logger }: Shop,
  run: () => Promise<Part>,
): Promise<void> => {
  await system.start<Part>('projections', run)
  measureProjections(metrics, () => projectionStatus(pool, store), logger.child({ room: 'projections' }))
}
