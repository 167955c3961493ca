import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { PlaceOrderDeps } from '../../commands/place-order.ts'
import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import { openSimulatorLedger } from '../../gateways/payments/simulator-ledger.ts'
import type { Passwords } from '../../supporting/accounts/passwords.ts'
import { StartError } from '../start/start-error.ts'
import { fillCatalogue, openAccounts } from './catalogue.ts'
import { createPast } from './past.ts'
import { planShop, type Plan, type SeedSizes } from './plan.ts'
import { deliver, demandOf, isDeliveryDay } from './stock.ts'
import { storyOf, type Step } from './story.ts'
import { createWriter, type Writer } from './writer.ts'

export interface SeedDeps extends Pick<PlaceOrderDeps, 'pricing' | 'reservationMinutes'> {
  readonly pool: Pool
  readonly store: Pick<ConnectedEventStore, 'appendInOrder' | 'readStream'>
  readonly passwords: Passwords
  /** So many events are written together at least, unless it is the end. Default 5,000. */
  readonly chapter?: number
  /** Aborted when it is to stop; what is in hand is finished. */
  readonly signal: AbortSignal
  readonly onProgress: (progress: SeedProgress) => void
}

export interface SeedProgress {
  readonly phase: 'products' | 'customers' | 'orders'
  readonly done: number
  readonly of: number
  /** That are written. */
  readonly events: number
}

const DAY_MS = 24 * 60 * 60 * 1_000
/** Steps after which whoever else waits has a turn: the writer, and what wants to end it. */
const STEPS_A_TURN = 20

/**
 * Fills the shop as planned. All that happens is decided in memory, in the order of time, and written meanwhile. What is there
 * already stays as it is: the same plan makes the same events, so that it goes on where it was interrupted.
 * @throws StartError where it was interrupted @throws SeedError
 */
export const seedShop = async (
  deps: SeedDeps,
  sizes: SeedSizes,
): Promise<{ readonly plan: Plan; readonly events: number }> => {
  const plan = planShop(sizes)
  const writer = createWriter(deps.store, await openSimulatorLedger(deps.pool))
  const count = (phase: SeedProgress['phase'], of: number): ((more?: number) => void) => {
    let done = 0
    return (more = 1) => {
      deps.onProgress({ phase, done: (done += more), of, events: writer.written() })
    }
  }
  await fillCatalogue(deps.pool, plan, count('products', plan.products.length))
  await openAccounts(deps.pool, deps.passwords, plan, count('customers', plan.customers.length))
  try {
    await liveThrough(deps, writer, sizes, plan, count('orders', sizes.orders))
  } finally {
    // what was begun is finished, however it ends
    await writer.end()
  }
  return { plan, events: writer.written() }
}

/** Lets others have their turn from time to time. @throws StartError where it is to end */
const createTurns = (signal: AbortSignal): { readonly next: () => Promise<void> } => {
  let steps = 0
  return {
    next: async () => {
      steps += 1
      if (steps % STEPS_A_TURN === 0) await nextTurn()
      if (!signal.aborted) return
      throw new StartError('Ended before all was made: the same command with --again goes on from here.')
    },
  }
}

const liveThrough = async (
  deps: SeedDeps,
  writer: Writer,
  sizes: SeedSizes,
  plan: Plan,
  onOrders: (count: number) => void,
): Promise<void> => {
  const past = createPast(deps, async (upTo, ...asked) => {
    if (writer.written() < upTo) {
      await writer.begin(past.take())
      await writer.end()
    }
    return deps.store.readStream(...asked)
  })
  const turns = createTurns(deps.signal)
  const { chapter = 5_000 } = deps
  const demand = demandOf(plan)
  let ahead: Step[] = []
  for (const [day, { begins, first, orders }] of plan.days.entries()) {
    if (isDeliveryDay(day)) {
      for (const product of plan.products) {
        await turns.next()
        past.time.set(begins)
        await deliver(past.commands, product, sizes.seed, day, demand)
      }
    }
    for (let number = first; number < first + orders; number += 1) {
      const story = storyOf(plan.order(number), deps.reservationMinutes)
      ahead.push(...story.filter(({ at }) => at < sizes.until))
    }
    const ends = new Date(begins.getTime() + DAY_MS)
    const today = ahead.filter(({ at }) => at < ends).toSorted((a, b) => a.at.getTime() - b.at.getTime())
    ahead = ahead.filter(({ at }) => at >= ends)
    for (const step of today) {
      await turns.next()
      past.time.set(step.at)
      await step.take(past)
    }
    if (past.waiting() >= chapter) await writer.begin(past.take())
    if (orders > 0) onOrders(orders)
  }
  await writer.begin(past.take())
}
