import { z } from 'zod'
import { inventoryProjection } from '../../projections/inventory/projection.ts'
import { listLowStock } from '../../projections/inventory/queries.ts'
import { ordersProjection } from '../../projections/orders/projection.ts'
import { countOrders } from '../../projections/orders/queries.ts'
import { salesProjection } from '../../projections/sales/projection.ts'
import { salesBy, salesByProduct, salesMetrics } from '../../projections/sales/queries.ts'
import { toCsv } from '../csv.ts'
import type { ApiDeps } from '../deps.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import {
  Dashboard,
  DaysQuery,
  Metrics,
  ProductSalesList,
  SalesQuery,
  SalesSeries,
  type SalesAsked,
} from './analytics-schemas.ts'

const DAY_MS = 86_400_000
/** How many days a question may span: what has to be read for an answer is bounded. */
const MOST_DAYS = { hour: 31, day: 366, product: 92 } as const
/** Days of a dashboard, with today. */
const DASHBOARD_DAYS = 30
const DASHBOARD_ROWS = 10

const access = { scope: 'analytics:read' } as const
const reads = salesProjection.name

export const analyticsRoutes = (app: Routes, { pool, clock }: Pick<ApiDeps, 'pool' | 'clock'>): void => {
  const today = (): string => clock.now().toISOString().slice(0, 10)

  /** The days that are asked for; by default those up to today. @throws ProblemError where there are too many */
  const daysOf = (asked: z.output<typeof DaysQuery>, most: number): { from: string; to: string } => {
    const to = asked.to ?? today()
    const from = asked.from ?? dayBefore(to, Math.min(most, DASHBOARD_DAYS) - 1)
    const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
    if (days >= 1 && days <= most) return { from, to }
    throw invalidDays(days < 1 ? 'is after `to`' : `is more than ${most} days before \`to\``)
  }

  app.route({
    method: 'GET',
    url: '/analytics/dashboard',
    config: {
      access,
      reads: [salesProjection.name, ordersProjection.name, inventoryProjection.name],
      answers: { 200: { description: 'Today, the last 30 days, and what needs looking after' } },
    },
    schema: {
      operationId: 'getDashboard',
      summary: 'How the shop is doing',
      tags: ['analytics'],
      response: { 200: Dashboard },
    },
    handler: async () => {
      const to = today()
      const days = { from: dayBefore(to, DASHBOARD_DAYS - 1), to }
      const [ofToday, metrics, byDay, topProducts, lowStock, orders] = await Promise.all([
        salesMetrics(pool, { from: to, to }),
        salesMetrics(pool, days),
        salesBy(pool, 'day', days),
        salesByProduct(pool, days, { limit: DASHBOARD_ROWS }),
        listLowStock(pool, { limit: DASHBOARD_ROWS }),
        countOrders(pool),
      ])
      return {
        ...{ ...days, today: ofToday, metrics, byDay, topProducts, orders },
        lowStock: lowStock.items.map(({ sku, available, lowStockThreshold }) => ({
          ...{ sku, available, threshold: lowStockThreshold ?? available },
        })),
      }
    },
  })

  app.route({
    method: 'GET',
    url: '/analytics/metrics',
    config: { access, reads, answers: { 200: { description: 'Sums of some days, by currency' } } },
    schema: {
      operationId: 'getSalesMetrics',
      summary: 'Orders, revenue, conversion and cancellations',
      description: 'Days are those of UTC. By default the last 30 days, with today.',
      tags: ['analytics'],
      querystring: DaysQuery,
      response: { 200: Metrics },
    },
    handler: async ({ query }) => {
      const days = daysOf(query, MOST_DAYS.day)
      return { ...days, items: await salesMetrics(pool, days) }
    },
  })

  const rowsOf = async (asked: SalesAsked) => {
    const days = daysOf(asked, MOST_DAYS[asked.by])
    const rows =
      asked.by === 'product' ? await salesByProduct(pool, days) : await salesBy(pool, asked.by, days)
    return { days, rows }
  }

  app.route({
    method: 'GET',
    url: '/analytics/sales',
    config: {
      access,
      reads,
      answers: { 200: { description: 'By currency; also hours and days without sales' } },
    },
    schema: {
      operationId: 'getSales',
      summary: 'Sales by hour, day or product',
      description: `Hours and days are those of UTC. At most ${MOST_DAYS.hour} days by hour, ${MOST_DAYS.day} by day, ${MOST_DAYS.product} by product.`,
      tags: ['analytics'],
      querystring: SalesQuery,
      response: { 200: z.union([SalesSeries, ProductSalesList]) },
    },
    handler: async ({ query }) => {
      const { days, rows } = await rowsOf(query)
      return { ...days, by: query.by, items: rows } as z.input<typeof SalesSeries>
    },
  })

  app.route({
    method: 'GET',
    url: '/analytics/sales.csv',
    config: {
      access,
      reads,
      answers: { 200: { description: 'The same as a table (RFC 4180), with a line of headings' } },
    },
    schema: {
      operationId: 'getSalesCsv',
      summary: 'Sales by hour, day or product, for spreadsheets',
      tags: ['analytics'],
      produces: ['text/csv'],
      querystring: SalesQuery,
      response: { 200: z.string() },
    },
    handler: async ({ query }, reply) => {
      const { days, rows } = await rowsOf(query)
      reply.header(
        'content-disposition',
        `attachment; filename="sales-by-${query.by}-${days.from}-${days.to}.csv"`,
      )
      return reply.type('text/csv; charset=utf-8').send(toCsv(rows))
    },
  })
}

const dayBefore = (day: string, days: number): string =>
  new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10)

const invalidDays = (message: string): ProblemError =>
  new ProblemError('invalid-request', {
    detail: `\`from\` ${message}`,
    members: { errors: [{ in: 'query', pointer: '/from', code: 'invalid_range', message }] },
  })
