import { setTimeout as timer } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { systemClock, type Clock } from '../../platform/clock.ts'
import { intercept, type Interceptor } from './intercept.ts'
import {
  ProviderRefusedRequestError,
  ProviderUnavailableError,
  type AuthorizationResult,
  type Operation,
  type PaymentProvider,
} from './provider.ts'
import {
  decideAuthorization,
  decideCapture,
  decideRefund,
  decideVoid,
  type Decision,
} from './simulator-decisions.ts'
import { KeyReusedError, type Entry, type SimulatorLedger } from './simulator-ledger.ts'
import { simulatorMethods } from './simulator-methods.ts'

export interface SimulatorOptions {
  /** How long `sim_slow` takes, in milliseconds. */
  readonly slowMs?: number
  /** How long the methods take that answer too late, in milliseconds: longer than the callers' time limit. */
  readonly lateMs?: number
  /** How long a payment is pending that is answered by webhook, and until a refund fails that does so later, in milliseconds. */
  readonly webhookMs?: number
  readonly clock?: Clock
  /** Waits so many milliseconds. */
  readonly delay?: (ms: number) => Promise<void>
}

const NAME = 'simulator'
/** Payments whose books are remembered. */
const REMEMBERED = 1_000

/** Does not keep a process from ending. */
const unobtrusiveDelay = (ms: number): Promise<void> => timer(ms, undefined, { ref: false })

/**
 * A payment provider that moves no money. It keeps books as a real one does, so that a key is one effect for good, also
 * across restarts and instances, and a payment is either captured or voided, never both. What happens is chosen by the payment
 * method: see `simulatorMethods`.
 */
export const createSimulator = (ledger: SimulatorLedger, options: SimulatorOptions = {}): PaymentProvider => {
  const { slowMs = 1_500, lateMs = 5_000, webhookMs = 2_000 } = options
  const { clock = systemClock, delay = unobtrusiveDelay } = options

  /** The books as this process left them: a capture follows the authorisation in a moment. */
  const remembered = new LRUCache<string, readonly Entry[]>({ max: REMEMBERED })

  /**
   * Decides on the books as they are, and again where somebody entered something meanwhile. `assumed` spares a look at them where it
   * leads to an entry, which is made only if they are so.
   */
  const enter = async <Result>(
    operation: Operation,
    paymentId: string,
    decide: (entries: readonly Entry[]) => Decision<Result>,
    assumed = remembered.get(paymentId),
  ): Promise<{ readonly answer: Result; readonly isNew: boolean }> => {
    const entries = assumed ?? (await ledger.entries(paymentId))
    const decision = decide(entries)
    const entry = 'misuse' in decision ? undefined : decision.entry
    if (entry === undefined && assumed !== undefined && assumed.length > 0) {
      remembered.delete(paymentId)
      return enter(operation, paymentId, decide)
    }
    if ('misuse' in decision) {
      const { code, message } = decision.misuse
      throw new ProviderRefusedRequestError(NAME, operation, code, message)
    }
    const { answer } = decision
    if (entry === undefined) return { answer, isNew: false }
    remembered.delete(paymentId)
    const isEntered = await ledger.append(paymentId, entries.length, entry)
    if (!isEntered) return enter(operation, paymentId, decide)
    remembered.set(paymentId, [...entries, entry])
    return { answer, isNew: true }
  }

  return intercept(
    {
      name: NAME,
      authorize: async (request) => {
        const answered = simulatorMethods.get(request.paymentMethodId)?.answered
        if (answered === 'slowly') await delay(slowMs)
        const now = clock.now()
        const settlesAt = new Date(now.getTime() + webhookMs)
        const decide = (entries: readonly Entry[]): Decision<AuthorizationResult> =>
          decideAuthorization(entries, request, now, settlesAt)
        // a payment's first entry, as a rule
        const { answer, isNew } = await enter('authorize', request.paymentId, decide, [])
        if (answered === 'late' && isNew) await delay(lateMs)
        return answer
      },
      capture: async (request) => {
        const now = clock.now()
        const { answer } = await enter('capture', request.paymentId, (entries) =>
          decideCapture(entries, request, now),
        )
        return answer
      },
      void: async (request) => {
        const { answer } = await enter('void', request.paymentId, (entries) => decideVoid(entries, request))
        return answer
      },
      refund: async (request) => {
        const now = clock.now()
        const settlesAt = new Date(now.getTime() + webhookMs)
        const { answer } = await enter('refund', request.paymentId, (entries) =>
          decideRefund(entries, request, now, settlesAt),
        )
        return answer
      },
    },
    withTypedErrors,
  )
}

/** Books that can't be read or written are a provider that is away. */
const withTypedErrors: Interceptor = async (operation, _request, call) => {
  try {
    return await call()
  } catch (error) {
    if (error instanceof ProviderRefusedRequestError) throw error
    if (error instanceof KeyReusedError) {
      throw new ProviderRefusedRequestError(NAME, operation, 'idempotency_key_reused', error.message)
    }
    throw new ProviderUnavailableError(NAME, operation, error)
  }
}
