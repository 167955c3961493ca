import { ulid } from 'ulid'
import type { OrderLine } from '../../domain/order/events.ts'
import type { Address } from '../../domain/values.ts'
import { chanceFor, type Chance } from './chance.ts'
import { COLOURS, departments, FIRST_NAMES, LAST_NAMES, MATERIALS, SERIES, STREETS, TOWNS } from './words.ts'

/** What is to be made: the same sizes, seed and end make the same shop. */
export interface SeedSizes {
  readonly products: number
  readonly orders: number
  readonly months: number
  readonly until: Date
  readonly seed: number
}

export interface PlannedProduct {
  readonly id: string
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly categoryId: string
  /** Cents, the last one is today's. */
  readonly prices: readonly { readonly from: Date; readonly cents: number }[]
  /** Announced, and never delivered: who orders it is told so. */
  readonly neverDelivered: boolean
  /** Pieces that are on the shelf beyond what is going to be ordered. */
  readonly spare: number
  readonly lowStockThreshold: number | undefined
}

export interface PlannedCustomer {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly address: Address
  readonly since: Date
}

/** How an order is meant to go. */
export type Fate = keyof typeof FATES

const FATES = {
  delivered: 79,
  returned: 6,
  partly_refunded: 2,
  refunded_at_second_try: 0.5,
  cancelled: 3,
  declined: 5,
  out_of_stock: 1.5,
  never_paid: 2,
  capture_fails: 1,
}

export interface PlannedOrder {
  readonly id: string
  readonly customer: PlannedCustomer
  readonly lines: readonly OrderLine[]
  readonly paymentMethodId: string | null
  readonly placedAt: Date
  readonly fate: Fate
  /** For what else is drawn of it. */
  readonly chance: Chance
}

export interface Plan {
  readonly products: readonly PlannedProduct[]
  readonly customers: readonly PlannedCustomer[]
  /** Begins a day, UTC, and ends with the last one that has orders. */
  readonly days: readonly { readonly begins: Date; readonly first: number; readonly orders: number }[]
  /** By its number, from 0; drawn anew at each call. */
  readonly order: (number: number) => PlannedOrder
}

const DAY_MS = 24 * 60 * 60 * 1_000

/** Draws the whole shop. Orders are drawn one by one when they are asked for: there may be millions. */
export const planShop = (sizes: SeedSizes): Plan => {
  const { seed, until } = sizes
  const from = new Date(until.getTime() - sizes.months * 30 * DAY_MS)
  const products = Array.from({ length: sizes.products }, (_, number) => planProduct(sizes, from, number))
  const customers = Array.from({ length: Math.max(1, Math.ceil(sizes.orders / 5)) }, (_, number) =>
    planCustomer(seed, from, number),
  )
  const days = planDays(sizes, from)
  const sold = products.filter(({ neverDelivered }) => !neverDelivered)
  const awaited = products.filter(({ neverDelivered }) => neverDelivered)
  const order = (number: number): PlannedOrder => {
    const day = days.find(({ first, orders }) => number < first + orders)
    if (day === undefined) throw new RangeError(`There is no order ${number}`)
    const chance = chanceFor(seed, 'order', number)
    const placedAt = new Date(day.begins.getTime() + timeOfDay(chance))
    const id = ulid(placedAt.getTime(), chance.next)
    const drawn = chance.weighed(FATES)
    const fate = drawn === 'out_of_stock' && awaited.length === 0 ? 'declined' : drawn
    const chosen = new Map<string, PlannedProduct>()
    for (let left = 1 + Math.floor(chance.next() ** 2 * 5); left > 0; left -= 1) {
      const product = popular(sold, chance)
      chosen.set(product.sku, product)
    }
    if (fate === 'out_of_stock') {
      const product = popular(awaited, chance)
      chosen.set(product.sku, product)
    }
    return {
      ...{ id, placedAt, fate, chance },
      customer: popular(customers, chance),
      lines: [...chosen.values()].map((product) => ({
        ...{ productId: product.id, sku: product.sku, name: product.name },
        quantity: chance.next() < 0.8 ? 1 : chance.between(2, 4),
        unitPrice: { amount: priceAt(product, placedAt), currency: 'EUR' },
      })),
      paymentMethodId: methodFor(fate, chance),
    }
  }
  return { products, customers, days, order }
}

const methodFor = (fate: Fate, chance: Chance): string | null => {
  switch (fate) {
    case 'declined':
      return chance.oneOf(['sim_decline', 'sim_insufficient_funds'])
    case 'capture_fails':
      return 'sim_fail_capture'
    case 'refunded_at_second_try':
      return 'sim_fail_refund_once'
    case 'never_paid':
      return null
    default:
      return chance.next() < 0.1 ? 'wallet' : 'sim_approve'
  }
}

const planProduct = ({ seed, until }: SeedSizes, from: Date, number: number): PlannedProduct => {
  const chance = chanceFor(seed, 'product', number)
  const shelves = departments.flatMap((department) => department.shelves)
  const shelf = shelves[number % shelves.length]
  if (shelf === undefined) throw new RangeError('There are no shelves')
  const thing = chance.oneOf(shelf.things)
  const [material, colour, series] = [chance.oneOf(MATERIALS), chance.oneOf(COLOURS), chance.oneOf(SERIES)]
  const code = String(number + 1).padStart(5, '0')
  const cents = roundPrice(shelf.cheapest + chance.next() ** 3 * (shelf.dearest - shelf.cheapest))
  const wasDearer = chance.next() < 0.2
  const changedAt = new Date(from.getTime() + chance.next() * (until.getTime() - from.getTime()))
  return {
    id: `s${seed}-${code}`,
    sku: `S${seed}-${code}`,
    // two may be called the same but for their number
    name: `${series} ${thing.toLowerCase()}, ${material}, ${colour}, no. ${number + 1}`,
    description: `${thing} of ${material} in ${colour}. Part of our ${series} series, made to last and to be repaired.`,
    categoryId: shelf.id,
    prices: wasDearer
      ? [
          { from, cents: roundPrice(cents * (1.05 + chance.next() * 0.3)) },
          { from: changedAt, cents },
        ]
      : [{ from, cents }],
    neverDelivered: number > 0 && chance.next() < 0.02,
    spare: chance.next() < 0.1 ? chance.between(0, 3) : chance.between(5, 120),
    lowStockThreshold: chance.next() < 0.3 ? 5 : undefined,
  }
}

/** As prices look: 12.90. */
const roundPrice = (cents: number): number => Math.max(90, Math.round(cents / 100) * 100 - 10)

const priceAt = ({ prices }: PlannedProduct, at: Date): number =>
  prices.findLast(({ from }) => from <= at)?.cents ?? prices[0]?.cents ?? 0

const planCustomer = (seed: number, from: Date, number: number): PlannedCustomer => {
  const chance = chanceFor(seed, 'customer', number)
  const [first, last] = [chance.oneOf(FIRST_NAMES), chance.oneOf(LAST_NAMES)]
  const since = new Date(from.getTime() - chance.between(1, 700) * DAY_MS - chance.between(0, DAY_MS - 1))
  const name = `${first} ${last}`
  return {
    id: ulid(since.getTime(), chance.next),
    name,
    email: `${plain(first)}.${plain(last)}.${seed}-${number + 1}@customers.test`,
    address: { name, line1: `${chance.oneOf(STREETS)} ${chance.between(1, 140)}`, ...chance.oneOf(TOWNS) },
    since,
  }
}

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\P{ASCII}/gu, '')
    .toLowerCase()

/** More towards the end, and at weekends and before Christmas. */
const planDays = ({ orders, months }: SeedSizes, from: Date): Plan['days'] => {
  const length = months * 30
  const weights = Array.from({ length }, (_, day) => {
    const at = new Date(from.getTime() + day * DAY_MS)
    const weekday = [1.25, 1.1, 0.95, 0.95, 0.9, 0.85, 1][at.getUTCDay()] ?? 1
    const season = at.getUTCMonth() === 10 ? 1.3 : at.getUTCMonth() === 11 ? 1.6 : 1
    return weekday * season * (0.6 + (0.8 * day) / length)
  })
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let passed = 0
  let first = 0
  return weights.map((weight, day) => {
    passed += weight
    const upTo = day === length - 1 ? orders : Math.floor((orders * passed) / total)
    const planned = { begins: new Date(from.getTime() + day * DAY_MS), first, orders: upTo - first }
    first = upTo
    return planned
  })
}

/** Milliseconds since midnight: most people order in the evening, few at night. */
const timeOfDay = (chance: Chance): number => {
  const evening = chance.next() < 0.5
  const hour = evening ? 20 + (chance.next() + chance.next() - 1) * 3.5 : 7 + chance.next() * 14
  return Math.floor(hour * 60 * 60 * 1_000)
}

/** The first ones far more often than the last ones. */
const popular = <Thing>(things: readonly Thing[], chance: Chance): Thing => {
  const thing = things[Math.floor(things.length * chance.next() ** 2.2)]
  if (thing === undefined) throw new RangeError('There is nothing to choose from')
  return thing
}
