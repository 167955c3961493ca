import { adjustStock } from '../../commands/adjust-stock.ts'
import type { CommandContext } from '../../commands/context.ts'
import type { CommandDeps } from '../../commands/deps.ts'
import { receiveStock } from '../../commands/receive-stock.ts'
import { setLowStockThreshold } from '../../commands/set-low-stock-threshold.ts'
import { chanceFor } from './chance.ts'
import type { Plan, PlannedProduct } from './plan.ts'
import { SeedError } from './seed-error.ts'

/** Goods come once in so many days. */
const DELIVERY_DAYS = 30
/** Of the deliveries, those after which some pieces turn out to be broken. */
const BROKEN = 0.05

/** Pieces that orders of each delivery's time ask for, by sku. */
export type Demand = readonly ReadonlyMap<string, number>[]

export const isDeliveryDay = (day: number): boolean => day % DELIVERY_DAYS === 0

/** Draws all orders once, so that what is going to be sold can be delivered before. */
export const demandOf = (plan: Plan): Demand => {
  const demand: Map<string, number>[] = []
  for (const [day, { first, orders }] of plan.days.entries()) {
    if (isDeliveryDay(day)) demand.push(new Map())
    const pieces = demand.at(-1)
    for (let number = first; number < first + orders; number += 1) {
      for (const { sku, quantity } of plan.order(number).lines) {
        pieces?.set(sku, (pieces.get(sku) ?? 0) + quantity)
      }
    }
  }
  return demand
}

/** The goods of a product that come on a day of delivery: what will be ordered until the next one, at first with some to spare. */
export const deliver = async (
  commands: CommandDeps,
  product: PlannedProduct,
  seed: number,
  day: number,
  demand: Demand,
): Promise<void> => {
  const { sku, neverDelivered, spare, lowStockThreshold } = product
  if (neverDelivered) return
  const number = day / DELIVERY_DAYS
  const chance = chanceFor(seed, `delivery of ${sku}`, number)
  const broken = chance.next() < BROKEN ? chance.between(1, 3) : 0
  const quantity = (demand[number]?.get(sku) ?? 0) + (number === 0 ? spare : 0) + broken
  if (number === 0 && lowStockThreshold !== undefined) {
    const outcome = await setLowStockThreshold(
      commands,
      { sku, threshold: lowStockThreshold },
      context(sku, 'low'),
    )
    accepted(sku, outcome)
  }
  if (quantity === 0) return
  const reference = `delivery ${number + 1}`
  accepted(sku, await receiveStock(commands, { sku, quantity, reference }, context(sku, reference)))
  if (broken === 0) return
  const what = { sku, delta: -broken, reason: 'Broken on arrival' }
  accepted(sku, await adjustStock(commands, what, context(sku, `${reference}, broken`)))
}

const context = (sku: string, what: string): CommandContext => ({
  actor: { kind: 'staff', id: 'seed-warehouse' },
  correlationId: `seed/${sku}/${what}`,
  causationId: `seed/${sku}/${what}`,
  commandId: `seed/${sku}/${what}`,
})

const accepted = (
  sku: string,
  outcome: { readonly accepted: true } | { readonly accepted: false; readonly rejection: { type: string } },
): void => {
  if (!outcome.accepted) throw new SeedError(`The stock of ${sku}`, `refused, ${outcome.rejection.type}`)
}
