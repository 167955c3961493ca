import { z } from 'zod'
import { CANCELLATION_REASONS } from '../../projections/sales/tables.ts'
import { Instant } from '../schemas.ts'
import { OrderStatus } from './order-schemas.ts'

const Day = z.iso.date().meta({ description: 'A day of UTC, inclusive', examples: ['2025-11-21'] })
const Currency = z.string().meta({ description: 'ISO 4217', examples: ['EUR'] })
const Minor = z.int().meta({ description: 'Minor units (cents)' })

export const DaysQuery = z.strictObject({ from: Day.optional(), to: Day.optional() })
export const SalesQuery = DaysQuery.extend({
  by: z.enum(['hour', 'day', 'product']).default('day').meta({ description: 'What is summed up in a row' }),
})
export type SalesAsked = z.output<typeof SalesQuery>

const sales = {
  placed: z.int().meta({ description: 'Orders placed' }),
  placedAmount: Minor,
  converted: z.int().meta({ description: 'Those of the orders placed that were paid, whenever that was' }),
  conversion: z.number().nullable().meta({ description: '`converted` of `placed`, 0 to 1' }),
  paid: z.int().meta({ description: 'Orders paid in this time, whenever they were placed' }),
  revenue: Minor,
  averageValue: Minor.nullable().meta({ description: 'Of an order that was paid; null where none was' }),
  cancelled: z.int().meta({ description: 'Orders cancelled or expired in this time' }),
  refunds: z.int().meta({ description: 'Refunds settled in this time' }),
  refunded: Minor,
}

const SalesInCurrency = z
  .object({
    currency: Currency,
    ...sales,
    cancellations: z
      .array(z.object({ reason: z.enum(CANCELLATION_REASONS), orders: z.int(), amount: Minor }))
      .readonly(),
  })
  .meta({ id: 'SalesInCurrency' })

const SalesInTime = z
  .object({ start: Instant.meta({ description: 'Of the hour or day' }), currency: Currency, ...sales })
  .meta({ id: 'SalesInTime' })

const ProductSales = z
  .object({
    ...{ sku: z.string(), name: z.string(), currency: Currency },
    ...{ orders: z.int(), units: z.int(), revenue: Minor },
  })
  .meta({ id: 'ProductSales' })

export const Metrics = z
  .object({ from: Day, to: Day, items: z.array(SalesInCurrency).readonly() })
  .meta({ id: 'SalesMetrics' })

export const SalesSeries = z
  .object({ from: Day, to: Day, by: z.enum(['hour', 'day']), items: z.array(SalesInTime).readonly() })
  .meta({ id: 'SalesSeries' })

export const ProductSalesList = z
  .object({ from: Day, to: Day, by: z.literal('product'), items: z.array(ProductSales).readonly() })
  .meta({ id: 'ProductSalesList' })

export const Dashboard = z
  .object({
    ...{ from: Day, to: Day },
    today: z.array(SalesInCurrency).readonly(),
    metrics: z.array(SalesInCurrency).readonly().meta({ description: 'Of all days' }),
    byDay: z.array(SalesInTime).readonly(),
    topProducts: z.array(ProductSales).readonly(),
    lowStock: z
      .array(z.object({ sku: z.string(), available: z.int(), threshold: z.int() }))
      .readonly()
      .meta({ description: 'The scarcest first' }),
    orders: z
      .array(z.object({ status: OrderStatus, orders: z.int() }))
      .readonly()
      .meta({ description: 'How many there are in each status' }),
  })
  .meta({ id: 'Dashboard' })
