import type { Pool } from 'pg'
import type { Passwords } from '../../supporting/accounts/passwords.ts'
import { StartError } from '../start/start-error.ts'
import { fillCatalogue, openAccounts } from './catalogue.ts'
import { inParallel } from './in-parallel.ts'
import { planShop, type Plan, type SeedSizes } from './plan.ts'
import type { SimulatedTime } from './simulated-time.ts'
import { deliver, demandOf, isDeliveryDay, type Demand } from './stock.ts'
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

/** What is yet to happen to an order, the next step first. */
type Ahead = readonly Step[]

const liveThrough = async (
  deps: SeedDeps,
  { seed, until }: SeedSizes,
  plan: Plan,
  onOrder: () => void,
): Promise<void> => {
  const demand = demandOf(plan)
  const agenda = new Map<number, Ahead[]>()
  for (const [day, { begins, first, orders }] of plan.days.entries()) {
    if (isDeliveryDay(day)) await receive(deps, plan, { seed, day, begins, demand })
    const due = agenda.get(day) ?? []
    agenda.delete(day)
    for (let number = first; number < first + orders; number += 1) {
      const order = plan.order(number)
      due.push(storyOf(order, deps.commands.reservationMinutes).filter(({ at }) => at < until))
    }
    due.sort((one, other) => timeOf(one) - timeOf(other))
    const ends = new Date(begins.getTime() + DAY_MS)
    await inParallel(due, AT_ONCE, async (ahead) => {
      if (deps.signal.aborted) {
        throw new StartError('Ended before all was made: the same command with --again goes on from here.')
      }
      const rest = await take(deps, ahead, ends)
      const [next] = rest
      if (next === undefined) {
        onOrder()
        return
      }
      const later = Math.floor((next.at.getTime() - begins.getTime()) / DAY_MS) + day
      const known = agenda.get(later)
      if (known === undefined) agenda.set(later, [rest])
      else known.push(rest)
    })
  }
}

const timeOf = ([next]: Ahead): number => next?.at.getTime() ?? 0

/** The steps of a day; those that are left. */
const take = async (deps: SeedDeps, ahead: Ahead, ends: Date): Promise<Ahead> => {
  const today = ahead.filter(({ at }) => at < ends)
  for (const step of today) await deps.time.during(step.at, () => step.take(deps))
  return ahead.slice(today.length)
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
    time.during(begins, () => deliver(commands, product, seed, day, demand)),
  )
}
