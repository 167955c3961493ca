import { z } from 'zod'
import { walletProjection } from '../../projections/wallet/projection.ts'
import { getWallet, listStatement } from '../../projections/wallet/queries.ts'
import type { ApiDeps } from '../deps.ts'
import { callerOf, type Caller } from '../plugins/authentication.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Cursor, Instant, Limit, Money, NextCursor } from '../schemas.ts'

const OfCustomer = z.strictObject({
  customerId: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'For staff; by default the caller’s own' }),
})

const Wallet = z
  .object({
    customerId: z.string(),
    available: Money.meta({ description: 'Can be spent' }),
    held: Money.meta({ description: 'Kept for payments under way' }),
    updatedAt: Instant,
    revision: z.string().meta({ description: 'Of its stream' }),
  })
  .meta({ id: 'Wallet' })

const Statement = z
  .object({
    items: z
      .array(
        z
          .object({
            revision: z.string(),
            type: z.enum(['WalletToppedUp', 'FundsHeld', 'HoldCaptured', 'HoldReleased', 'WalletCredited']),
            eventId: z.string(),
            at: Instant,
            availableChange: z.int().meta({ description: 'Minor units; negative where money went' }),
            heldChange: z.int(),
            available: Money.meta({ description: 'After it' }),
            held: Money.meta({ description: 'After it' }),
            subjectId: z.string().meta({ description: 'Of the top-up, hold or credit' }),
            paymentId: z.string().nullable().meta({ description: 'The payment that it was for' }),
            reason: z.string().nullable(),
          })
          .meta({ id: 'StatementEntry' }),
      )
      .readonly(),
    nextCursor: NextCursor,
  })
  .meta({ id: 'WalletStatement' })

export const walletRoutes = (app: Routes, { pool }: Pick<ApiDeps, 'pool'>): void => {
  app.route({
    method: 'GET',
    url: '/wallet',
    config: {
      access: { scope: 'wallet:read' },
      reads: walletProjection.name,
      problems: ['not-found'],
      answers: { 200: { description: 'Its balance' } },
    },
    schema: {
      operationId: 'getWallet',
      summary: 'The wallet',
      description: '404 where there was never any money in it.',
      tags: ['wallet'],
      querystring: OfCustomer,
      response: { 200: Wallet },
    },
    handler: async (request) => {
      const wallet = await getWallet(pool, customerFor(callerOf(request), request.query.customerId))
      if (wallet === undefined) throw new ProblemError('not-found')
      return wallet
    },
  })

  app.route({
    method: 'GET',
    url: '/wallet/statement',
    config: {
      access: { scope: 'wallet:read' },
      reads: walletProjection.name,
      problems: ['invalid-cursor', 'not-found'],
      answers: { 200: { description: 'How the balance came about, newest first' } },
    },
    schema: {
      operationId: 'getWalletStatement',
      summary: 'The statement of the wallet',
      tags: ['wallet'],
      querystring: OfCustomer.extend({ limit: Limit, cursor: Cursor.optional() }),
      response: { 200: Statement },
    },
    handler: (request) => {
      const { customerId, ...page } = request.query
      return listStatement(pool, { ...page, customerId: customerFor(callerOf(request), customerId) })
    },
  })
}

/** Whose wallet is asked for. What is another customer's is not there. @throws ProblemError `not-found` */
const customerFor = (caller: Caller, asked: string | undefined): string => {
  if (asked === undefined || asked === caller.id) return caller.id
  if (caller.scopes.has('wallet:read:any')) return asked
  throw new ProblemError('not-found')
}
