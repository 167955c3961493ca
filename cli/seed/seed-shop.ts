import type { Pool } from 'pg'
import type { Passwords } from '../../supporting/accounts/passwords.ts'
import { StartError } from '../start/start-error.ts'
import { fillCatalogue, openAccounts } from './catalogue.ts'
import { inParallel } from './in-parallel.ts'
import { planShop, type Plan, type SeedSizes } from './plan.ts'
import type { SimulatedTime } from './simulated-time.ts'
import { deliver, demandOf, isDeliveryDay, type Demand } from './stock.ts'
import { surely } from './surely.ts'
import { storyOf, type Step, type StoryDeps } from './story.ts'

export interface SeedDeps extends StoryDeps {
  readonly pool: Pool
  readonly passwords: Passwords
  /** The one that `commands` and the payment providers look at. */
  readonly time: SimulatedTime
  /** Aborted when it is to stop; what is in hand is finished. */
  readonly signal: AbortSignal
  readonly onProgress: (progress: SeedProgress) => void
}

export interface SeedProgress {
  readonly phase: 'products' | 'customers' | 'orders'
  readonly done: number
  readonly of: number
}

/** Orders that are on their way at once. */
const AT_ONCE = 48
const DAY_MS = 24 * 60 * 60 * 1_000

/**
 * Fills the shop as planned, day by day. What is there already is left as it is, so that the same plan goes on where it was
 * interrupted. How many orders there are in it.
 * @throws StartError where it was interrupted @throws SeedError
 */
export const seedShop = async (deps: SeedDeps, sizes: SeedSizes): Promise<Plan> => {
  const plan = planShop(sizes)
  const count = (phase: SeedProgress['phase'], of: number): (() => void) => {
    let done = 0
    return () => {
      deps.onProgress({ phase, done: (done += 1), of })
    }
  }
  await fillCatalogue(deps.pool, plan, count('products', plan.products.length))
  await openAccounts(deps.pool, deps.passwords, plan, count('customers', plan.customers.length))
  await liveThrough(deps, sizes, plan, count('orders', sizes.orders))
  return plan
}

const liveThrough = async (
  deps: SeedDeps,
  { seed, until }: SeedSizes,
  plan: Plan,
  onOrder: () => void,
): Promise<void> => {
  const demand = demandOf(plan)
  let ahead: Step[] = []
  for (const [day, { begins, first, orders }] of plan.days.entries()) {
    if (isDeliveryDay(day)) await receive(deps, plan, { seed, day, begins, demand })
    for (let number = first; number < first + orders; number += 1) {
      const story = storyOf(plan.order(number), deps.commands.reservationMinutes)
      ahead.push(...story.filter(({ at }) => at < until))
    }
    const ends = new Date(begins.getTime() + DAY_MS)
    const today = ahead.filter(({ at }) => at < ends).toSorted((a, b) => a.at.getTime() - b.at.getTime())
    ahead = ahead.filter(({ at }) => at >= ends)
    await takeAll(deps, today)
    for (let order = 0; order < orders; order += 1) onOrder()
  }
}

/** Side by side, but for what has to come one after the other: stock of a later time would take an earlier order for a late one. */
const takeAll = async (deps: SeedDeps, steps: readonly Step[]): Promise<void> => {
  const last = new Map<string, Promise<void>>()
  await inParallel(steps, AT_ONCE, (step) => {
    const before = Promise.all(step.touches.flatMap((what) => last.get(what) ?? []))
    const taken = before.then(() => take(deps, step))
    for (const what of step.touches) last.set(what, taken)
    return taken
  })
}

const take = async (deps: SeedDeps, { at, take: work }: Step): Promise<void> => {
  if (deps.signal.aborted) {
    throw new StartError('Ended before all was made: the same command with --again goes on from here.')
  }
  await surely(() => deps.time.during(at, () => work(deps)))
}

const receive = async (
  { commands, time }: SeedDeps,
  { products }: Plan,
  {
    seed,
    day,
    begins,
    demand,
  }: { readonly seed: number; readonly day: number; readonly begins: Date; readonly demand: Demand },
): Promise<void> => {
  await inParallel(products, AT_ONCE, (product) =>
    surely(() => time.during(begins, () => deliver(commands, product, seed, day, demand))),
  )
}
