import type { WalletCommand, WalletRejection } from '../domain/wallet/decide.ts'
import type { WalletEvent } from '../domain/wallet/events.ts'
import type { Wallet } from '../domain/wallet/state.ts'
import { ConcurrencyError } from '../eventstore/errors.ts'
import { fullJitter } from '../eventstore/retry-delay.ts'
import {
  WalletUnavailableError,
  type WalletAccount,
  type WalletRequest,
} from '../gateways/payments/wallet.ts'
import { streamOf } from './aggregate.ts'
import { wallets } from './aggregates.ts'
import { at, type CommandDeps } from './deps.ts'
import { ContentionError } from './errors.ts'
import { isOutage } from './outage.ts'
import type { Outcome } from './outcome.ts'
import { delay, type Sleep } from './sleep.ts'
import { UnexpectedRejectionError } from './unexpected-rejection.ts'

type Answer<Operation extends keyof WalletAccount> = Awaited<ReturnType<WalletAccount[Operation]>>
type Request<Operation extends keyof WalletAccount> = Parameters<WalletAccount[Operation]>[0]

const CONFLICTS = { attempts: 12, baseMs: 5, capMs: 250 }

interface WalletDeps extends CommandDeps {
  /** Waits so many milliseconds before another look. */
  readonly sleep?: Sleep
}

/** The wallets' streams as the account behind the payment provider `wallet`. Command ids come of the provider's keys. */
export const createWalletAccount = (deps: WalletDeps): WalletAccount => ({
  hold: guarded((request) => hold(deps, request)),
  capture: guarded((request) => capture(deps, request)),
  release: guarded((request) => release(deps, request)),
  refund: guarded((request) => refund(deps, request)),
})

const guarded =
  <Asked extends WalletRequest, Result>(operation: (request: Asked) => Promise<Result>) =>
  async (request: Asked): Promise<Result> => {
    try {
      return await operation(request)
    } catch (error) {
      throw isOutage(error) ? new WalletUnavailableError(request.customerId, error) : error
    }
  }

const handle = (
  { handler }: CommandDeps,
  { idempotencyKey, correlationId, customerId, holdId }: WalletRequest,
  command: WalletCommand,
  { expectedRevision, part = '' }: { readonly expectedRevision?: bigint; readonly part?: string } = {},
): Promise<Outcome<Wallet, WalletEvent, WalletRejection>> =>
  handler.handle(
    wallets,
    customerId,
    command,
    {
      actor: { kind: 'system', id: 'wallet' },
      correlationId: correlationId ?? holdId,
      causationId: idempotencyKey,
      commandId: `wallet/${idempotencyKey}${part}`,
    },
    { expectedRevision },
  )

/**
 * What follows from how a wallet stands is only true while it stands so: `decide` gets the wallet and its revision, and is asked
 * again where that has changed meanwhile, or where it answers undefined.
 */
const asItStands = async <Result>(
  { handler, sleep = delay }: WalletDeps,
  customerId: string,
  decide: (wallet: Wallet, expectedRevision: bigint) => Promise<Result | undefined>,
): Promise<Result> => {
  let cause: unknown
  for (let attempt = 1; attempt <= CONFLICTS.attempts; attempt += 1) {
    const { state, revision = -1n } = await handler.load(wallets, customerId)
    try {
      const result = await decide(state, revision)
      if (result !== undefined) return result
    } catch (error) {
      if (!(error instanceof ConcurrencyError)) throw error
      cause = error
    }
    await sleep(fullJitter(attempt, CONFLICTS))
  }
  throw new ContentionError(streamOf(wallets, customerId), CONFLICTS.attempts, cause)
}

const hold = async (deps: WalletDeps, request: Request<'hold'>): Promise<Answer<'hold'>> => {
  const { customerId, holdId, amount } = request
  const outcome = await handle(deps, request, { type: 'Hold', customerId, holdId, amount, at: at(deps) })
  if (outcome.accepted) {
    const standing = outcome.state.holds.get(holdId)
    const differs =
      standing !== undefined && standing.status !== 'released' && standing.amount !== amount.amount
    return differs || outcome.state.currency !== amount.currency ? 'hold_differs' : 'held'
  }
  const { rejection } = outcome
  switch (rejection.type) {
    case 'hold_differs':
      return 'hold_differs'
    case 'hold_closed':
      return rejection.closedAs === 'captured' ? 'held' : refusalOf(deps, request)
    default:
      return refuseForGood(deps, request)
  }
}

/**
 * Closes the hold before it is refused: else it could be made by whoever asks again once there is money, while the first to ask
 * goes on to cancel the order.
 */
const refuseForGood = (deps: WalletDeps, request: Request<'hold'>): Promise<Answer<'hold'>> =>
  asItStands(deps, request.customerId, async (wallet, expectedRevision) => {
    const { customerId, holdId, amount } = request
    const isPossible = wallet.currency === amount.currency && amount.amount <= wallet.available
    if (wallet.holds.has(holdId) || isPossible) return hold(deps, request)
    await handle(
      deps,
      request,
      { type: 'ReleaseHold', customerId, holdId, currency: amount.currency, at: at(deps) },
      { expectedRevision, part: '/refused' },
    )
    return refusal(wallet, request)
  })

/** A hold that is released was refused, or its order is over; in the second case nobody does anything about the answer. */
const refusalOf = async (deps: WalletDeps, request: Request<'hold'>): Promise<Answer<'hold'>> =>
  refusal((await deps.handler.load(wallets, request.customerId)).state, request)

const refusal = ({ currency }: Wallet, { amount }: Request<'hold'>): Answer<'hold'> =>
  currency === null || currency === amount.currency ? 'insufficient_funds' : 'currency_differs'

const capture = async (deps: WalletDeps, request: Request<'capture'>): Promise<Answer<'capture'>> => {
  const { customerId, holdId, amount } = request
  const outcome = await handle(deps, request, {
    type: 'CaptureHold',
    customerId,
    holdId,
    amount,
    at: at(deps),
  })
  if (outcome.accepted) {
    const standing = outcome.state.holds.get(holdId)
    const isSame = standing?.status === 'captured' && standing.captured === amount.amount
    return isSame ? 'captured' : 'captured_otherwise'
  }
  const { rejection } = outcome
  switch (rejection.type) {
    case 'hold_closed':
      return rejection.closedAs === 'released' ? 'released' : 'captured_otherwise'
    case 'hold_unknown':
      return 'unknown'
    default:
      return 'exceeds_hold'
  }
}

const release = (deps: WalletDeps, request: Request<'release'>): Promise<Answer<'release'>> =>
  asItStands(deps, request.customerId, async ({ holds, currency }) => {
    const { customerId, holdId } = request
    const standing = holds.get(holdId)
    if (standing === undefined || currency === null)
      return standing?.status === 'released' ? 'released' : 'unknown'
    if (standing.status !== 'held') return standing.status
    const command = { type: 'ReleaseHold', customerId, holdId, currency, at: at(deps) } as const
    const outcome = await handle(deps, request, command)
    // it was captured in the moment between
    return outcome.accepted ? 'released' : undefined
  })

const refund = (deps: WalletDeps, request: Request<'refund'>): Promise<Answer<'refund'>> =>
  asItStands(deps, request.customerId, async (wallet, expectedRevision) => {
    const { customerId, holdId, refundId, amount } = request
    const creditId = `${holdId}/${refundId}`
    const known = wallet.credits.get(creditId)
    if (known !== undefined) return known === amount.amount ? 'refunded' : 'refund_differs'
    const standing = wallet.holds.get(holdId)
    if (standing?.status !== 'captured') return 'not_captured'
    const given = wallet.credits
      .filter((_, id) => id.startsWith(`${holdId}/`))
      .reduce((sum, each) => sum + each, 0)
    if (amount.currency !== wallet.currency || given + amount.amount > standing.captured)
      return 'exceeds_capture'
    const outcome = await handle(
      deps,
      request,
      {
        type: 'Credit',
        ...{ customerId, creditId, amount },
        refundedHoldId: holdId,
        reason: `Refund ${refundId}`,
        at: at(deps),
      },
      { expectedRevision },
    )
    if (outcome.accepted) return 'refunded'
    throw new UnexpectedRejectionError('Credit', outcome.rejection)
  })
