import { z } from 'zod'
import { topUpWallet } from '../../commands/top-up-wallet.ts'
import { findById } from '../../supporting/accounts/accounts.ts'
import { commandContext } from '../command-context.ts'
import type { ApiDeps } from '../deps.ts'
import { stateAfter } from '../outcomes.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'
import { Id, line, Money, POSITION_HEADER } from '../schemas.ts'

const TopUp = z
  .strictObject({
    customerId: Id.meta({ description: 'Whose wallet' }),
    topUpId: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,80}$/)
      .meta({ description: 'The same id is the same money: it comes in once' }),
    amount: Money.refine(({ amount }) => amount > 0, 'must be more than nothing').meta({
      description: "The currency of the first money in a wallet is the wallet's for good",
    }),
    reference: line(200).meta({
      description: 'Where the money can be found: the bank transfer, the receipt',
    }),
  })
  .meta({
    id: 'NewTopUp',
    examples: [
      {
        customerId: '01KAJ5Z4QW8X2N6T3R9V7C1B0D',
        topUpId: 'T-2025-0042',
        amount: { amount: 5000, currency: 'EUR' },
        reference: 'Bank transfer of 21 November',
      },
    ],
  })

const Balance = z
  .object({
    customerId: Id,
    available: Money.meta({ description: 'Can be spent' }),
    held: Money.meta({ description: 'Held for orders under way' }),
  })
  .meta({ id: 'WalletBalance' })

/**
 * Money comes into a wallet only where staff has seen it: a customer can't make any. What he pays with it, and gets back to it, goes
 * through the payment method `wallet`.
 */
export const walletTopUpRoutes = (
  app: Routes,
  { commands, pool }: Pick<ApiDeps, 'commands' | 'pool'>,
): void => {
  app.route({
    method: 'POST',
    url: '/wallet/top-ups',
    config: {
      access: { scope: 'wallets:top-up' },
      limit: 'payments',
      idempotent: true,
      problems: ['not-found', 'command-rejected', 'busy'],
      answers: { 200: { description: 'It is in: the wallet after it', headers: POSITION_HEADER } },
    },
    schema: {
      operationId: 'topUpWallet',
      summary: 'Put money that has come in into the wallet of a customer',
      tags: ['payments'],
      body: TopUp,
      response: { 200: Balance },
    },
    handler: async (request, reply) => {
      const { customerId, amount } = request.body
      if ((await findById(pool, customerId)) === undefined) throw new ProblemError('not-found')
      const outcome = await topUpWallet(commands, request.body, commandContext(request))
      const { available, held } = stateAfter(outcome, reply)
      const money = (minorUnits: number): typeof amount => ({ ...amount, amount: minorUnits })
      return { customerId, available: money(available), held: money(held) }
    },
  })
}
