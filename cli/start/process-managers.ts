import { startCartClearing } from '../../processes/cart-clearing.ts'
import { startDeadlines, startProcesses, startSweep } from '../../processes/index.ts'
import { deadlineBook } from '../../projections/deadlines/queries.ts'
import { standingOrders } from '../../projections/sagas/queries.ts'
import { createCarts } from '../../supporting/carts/carts.ts'
import { startMailDelivery } from '../../supporting/mail/outbox.ts'
import { clearingIn } from './carts.ts'
import { startHousekeeping } from './housekeeping.ts'
import { mailerOf } from './mail.ts'
import { deadlineCounter, measureDeadLetters, measureSagas, processCounter } from './metrics.ts'
import type { Shop } from './shop.ts'

/** The role `processes`: sagas and their deadlines, carts of paid orders, mails, and what is tidied up now and then. */
export const startProcessManagers = async (shop: Shop): Promise<void> => {
  const { system, config, metrics, clock, pool, store, keyValue, images, commands, deadLetters } = shop
  const logger = shop.logger.child({ room: 'processes' })
  const processes = { ...commands, store, logger }
  await system.start('processes', () => startProcesses({ ...processes, onSettled: processCounter(metrics) }))
  await system.start('deadlines', () =>
    startDeadlines({ ...processes, book: deadlineBook(pool), onDeadline: deadlineCounter(metrics) }),
  )
  await system.start('sweep', () => startSweep({ ...processes, standing: standingOrders(pool) }))
  measureSagas(metrics, { ...processes, pool })
  measureDeadLetters(metrics, deadLetters, logger)
  await system.start('cart clearing', () =>
    startCartClearing({
      ...{ store, handler: commands.handler, logger },
      clearCart: clearingIn(createCarts({ store: keyValue, now: () => clock.now() })),
    }),
  )
  const send = await mailerOf(config, clock)
  await system.start('mail', () =>
    startMailDelivery({
      ...{ pool, send, logger: shop.logger.child({ room: 'mail' }) },
    }),
  )
  await system.start('housekeeping', () =>
    startHousekeeping({ pool, images, logger: shop.logger.child({ room: 'housekeeping' }) }),
  )
}
