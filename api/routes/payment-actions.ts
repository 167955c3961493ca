import { z } from 'zod'
import { captureByHand, voidByHand, type PaymentSettling } from '../../commands/settle-payment.ts'
import { commandContext } from '../command-context.ts'
import type { ApiDeps } from '../deps.ts'
import { refused } from '../outcomes.ts'
import { ProblemError, type ProblemKind } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Id, line } from '../schemas.ts'

const ById = z.object({ id: Id })
const Nothing = z.strictObject({}).meta({ id: 'NoDetails' })
const Voiding = z
  .strictObject({ detail: line(500).nullable().default(null).meta({ description: 'For people' }) })
  .meta({ id: 'NewVoid', examples: [{ detail: 'The customer has paid in the shop' }] })

const Standing = z
  .object({
    id: Id,
    status: z.enum([
      'pending',
      'authorized',
      'captured',
      'declined',
      'voided',
      'failed',
      'partially_refunded',
      'refunded',
    ]),
  })
  .meta({ id: 'PaymentStanding', examples: [{ id: '01KAJ5Z4QW8X2N6T3R9V7C1B0D', status: 'captured' }] })

const PROBLEMS: readonly ProblemKind[] = ['not-found', 'command-rejected', 'busy']

/** What staff does with a payment by hand. As a rule its order's process does both by itself. */
export const paymentActionRoutes = (app: Routes, { commands }: Pick<ApiDeps, 'commands'>): void => {
  app.route({
    method: 'POST',
    url: '/payments/:id/capture',
    config: {
      access: { scope: 'payments:settle' },
      limit: 'payments',
      idempotent: true,
      problems: PROBLEMS,
      answers: { 200: { description: 'As it stands now; captured before or now, it is one capture' } },
    },
    schema: {
      operationId: 'capturePayment',
      summary: 'Take the money that is held for an order',
      description: 'Its order goes on from there. Only while its stock is reserved.',
      tags: ['payments'],
      params: ById,
      body: Nothing,
      response: { 200: Standing },
    },
    handler: async (request) => {
      const { id } = request.params
      return answer(id, await captureByHand(commands, id, commandContext(request)))
    },
  })

  app.route({
    method: 'POST',
    url: '/payments/:id/void',
    config: {
      access: { scope: 'payments:settle' },
      limit: 'payments',
      idempotent: true,
      problems: PROBLEMS,
      answers: { 200: { description: 'As it stands now' } },
    },
    schema: {
      operationId: 'voidPayment',
      summary: 'Let go the money that is held for an order, and cancel the order',
      description:
        'Money that was taken has to be refunded instead. Where it was taken just now, the order gives it back by itself.',
      tags: ['payments'],
      params: ById,
      body: Voiding,
      response: { 200: Standing },
    },
    handler: async (request) => {
      const { id } = request.params
      const { detail } = request.body
      return answer(id, await voidByHand(commands, id, detail, commandContext(request)))
    },
  })
}

const answer = (id: string, settling: PaymentSettling): z.output<typeof Standing> => {
  switch (settling.kind) {
    case 'settled':
      return { id, status: settling.status }
    case 'unknown':
      throw new ProblemError('not-found')
    case 'refused':
      throw refused(settling.rejection)
  }
}
