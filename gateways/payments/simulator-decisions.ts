import type {
  AuthorizationRequest,
  AuthorizationResult,
  CaptureRequest,
  CaptureResult,
  Keyed,
  Money,
  Operation,
  RefundRequest,
  RefundResult,
  SettledAuthorization,
  VoidRequest,
  VoidResult,
} from './provider.ts'
import type { Entry } from './simulator-ledger.ts'
import { simulatorMethods, type Behaviour } from './simulator-methods.ts'

/** What is answered, and what is entered in the books for it; or why the request can't be right. */
export type Decision<Result> =
  | { readonly answer: Result; readonly entry?: Entry }
  | { readonly misuse: { readonly code: string; readonly message: string } }

export const referenceOf = (paymentId: string): string => `sim_${paymentId}`

/** @param settlesAt when a payment that is answered by webhook will be settled */
export const decideAuthorization = (
  entries: readonly Entry[],
  request: AuthorizationRequest,
  now: Date,
  settlesAt: Date,
): Decision<AuthorizationResult> => {
  const { paymentId, paymentMethodId } = request
  const behaviour = simulatorMethods.get(paymentMethodId)
  if (behaviour === undefined) {
    const message = `There is no payment method ${paymentMethodId}.`
    return { answer: { kind: 'declined', code: 'payment_method_unknown', message } }
  }
  const entry = authorizationEntry(request, behaviour, settlesAt)
  const known = entryOf(entries, request)
  if (known !== undefined) {
    if (!isSame(known, entry)) return keyReused(request)
    const isOpen = known.settlesAt !== null && known.settlesAt > now
    return { answer: isOpen ? pending(paymentId) : settledAs(paymentId, behaviour) }
  }
  if (heldBy(entries) !== undefined) {
    return misuse('payment_already_authorized', `Payment ${paymentId} was authorised under another key.`)
  }
  if (entry.outcome === 'pending') return { answer: pending(paymentId), entry }
  const answer = settledAs(paymentId, behaviour)
  // a refusal that follows from the method alone needs no memory
  return entry.outcome === 'refused' && behaviour.answered === undefined ? { answer } : { answer, entry }
}

export const decideCapture = (
  entries: readonly Entry[],
  request: CaptureRequest,
  now: Date,
): Decision<CaptureResult> => {
  const { amount } = request
  const entry = entryFor(request, 'capture', { amount })
  const known = entryOf(entries, request)
  if (known !== undefined) return isSame(known, entry) ? { answer: { kind: 'captured' } } : keyReused(request)
  const closing = closedBy(entries)
  if (closing?.operation === 'void') return refused('payment_voided', 'The authorisation was voided.')
  if (closing !== undefined) {
    return sameMoney(closing.amount, amount)
      ? { answer: { kind: 'captured' } }
      : refused('already_captured', 'Another amount was captured.')
  }
  const hold = heldBy(entries)
  if (hold === undefined || hold.amount === null)
    return misuse('authorization_unknown', 'Nothing was authorised.')
  if (hold.settlesAt !== null && hold.settlesAt > now) {
    return misuse('authorization_pending', 'The authorisation is not settled yet.')
  }
  if (hold.amount.currency !== amount.currency || hold.amount.amount < amount.amount) {
    return misuse('amount_exceeds_authorization', 'Less was authorised, or in another currency.')
  }
  if (behaviourOf(hold).capture === 'refused')
    return refused('capture_failed', 'The card can not be charged.')
  return { answer: { kind: 'captured' }, entry }
}

export const decideVoid = (entries: readonly Entry[], request: VoidRequest): Decision<VoidResult> => {
  const entry = entryFor(request, 'void', {})
  const known = entryOf(entries, request)
  if (known !== undefined) return isSame(known, entry) ? { answer: { kind: 'voided' } } : keyReused(request)
  const closing = closedBy(entries)
  if (closing === undefined) return { answer: { kind: 'voided' }, entry }
  return { answer: { kind: closing.operation === 'void' ? 'voided' : 'captured' } }
}

/** @param settlesAt when money comes back that was refunded in vain */
export const decideRefund = (
  entries: readonly Entry[],
  request: RefundRequest,
  now: Date,
  settlesAt: Date,
): Decision<RefundResult> => {
  const { amount, refundId } = request
  const answer: RefundResult = { kind: 'refunded', providerReference: `sim_${refundId}` }
  const entry = entryFor(request, 'refund', { amount, refundId })
  const known = entryOf(entries, request)
  if (known !== undefined && !isSame(known, entry)) return keyReused(request)
  if (known !== undefined && (known.outcome === 'refused' || cameBack(known, now))) return refundFailed
  if (known !== undefined) return { answer }

  const refunds = entries.filter(({ operation }) => operation === 'refund')
  const given = refunds.filter((refund) => refund.outcome === 'done' && !cameBack(refund, now))
  const same = given.find((refund) => refund.refundId === refundId)
  if (same !== undefined) {
    return sameMoney(same.amount, amount)
      ? { answer }
      : refused('refund_differs', 'The refund was made with another amount.')
  }
  const captured = entries.find(({ operation }) => operation === 'capture')?.amount ?? null
  if (captured === null) return refused('not_captured', 'Nothing was captured.')
  const total = given.reduce((sum, refund) => sum + (refund.amount?.amount ?? 0), amount.amount)
  if (captured.currency !== amount.currency || total > captured.amount) {
    return refused('amount_exceeds_capture', 'That is more than what is left of the captured amount.')
  }
  const hold = heldBy(entries)
  const behaviour = hold === undefined ? {} : behaviourOf(hold)
  if (behaviour.refund === 'refused') return refundFailed
  const isFirst = !refunds.some((refund) => refund.refundId === refundId)
  if (behaviour.refund === 'refused_once' && isFirst) {
    return { ...refundFailed, entry: { ...entry, outcome: 'refused' } }
  }
  if (behaviour.refund === 'fails_later' && isFirst) return { answer, entry: { ...entry, settlesAt } }
  return { answer, entry }
}

/** Whether it is a refund whose money has come back to the shop. */
export const cameBack = ({ operation, settlesAt }: Entry, now: Date): boolean =>
  operation === 'refund' && settlesAt !== null && settlesAt <= now

/** How a pending authorisation ends. */
export const settledAs = (paymentId: string, { declined }: Behaviour): SettledAuthorization =>
  declined === undefined
    ? { kind: 'authorized', providerReference: referenceOf(paymentId) }
    : { kind: 'declined', ...declined }

export const behaviourOf = ({ method }: Entry): Behaviour => simulatorMethods.get(method ?? '') ?? {}

export const closedBy = (entries: readonly Entry[]): Entry | undefined =>
  entries.find(({ operation }) => operation === 'capture' || operation === 'void')

const heldBy = (entries: readonly Entry[]): Entry | undefined =>
  entries.find(({ operation, outcome }) => operation === 'authorize' && outcome !== 'refused')

const entryOf = (entries: readonly Entry[], { idempotencyKey }: Keyed): Entry | undefined =>
  entries.find((entry) => entry.idempotencyKey === idempotencyKey)

const entryFor = (
  { idempotencyKey }: Keyed,
  operation: Operation,
  particulars: Partial<Pick<Entry, 'amount' | 'method' | 'refundId' | 'settlesAt' | 'outcome'>>,
): Entry => ({
  idempotencyKey,
  operation,
  outcome: 'done',
  amount: null,
  method: null,
  refundId: null,
  settlesAt: null,
  ...particulars,
})

const authorizationEntry = (
  request: AuthorizationRequest,
  { answered, declined }: Behaviour,
  settlesAt: Date,
): Entry => {
  const particulars = { amount: request.amount, method: request.paymentMethodId }
  if (answered === 'by_webhook') {
    return entryFor(request, 'authorize', { ...particulars, settlesAt, outcome: 'pending' })
  }
  return entryFor(request, 'authorize', {
    ...particulars,
    outcome: declined === undefined ? 'done' : 'refused',
  })
}

const isSame = (known: Entry, asked: Entry): boolean =>
  known.operation === asked.operation &&
  known.method === asked.method &&
  known.refundId === asked.refundId &&
  sameMoney(known.amount, asked.amount)

const sameMoney = (one: Money | null, other: Money | null): boolean =>
  one?.amount === other?.amount && one?.currency === other?.currency

const pending = (paymentId: string): AuthorizationResult => ({
  kind: 'pending',
  providerReference: referenceOf(paymentId),
  redirectUrl: null,
})

const refused = (
  code: string,
  message: string,
): { readonly answer: { readonly kind: 'refused'; readonly code: string; readonly message: string } } => ({
  answer: { kind: 'refused', code, message },
})

export const REFUND_FAILURE = { code: 'refund_failed', message: 'The refund could not be made.' }
const refundFailed = refused(REFUND_FAILURE.code, REFUND_FAILURE.message)

const misuse = (code: string, message: string): Decision<never> => ({ misuse: { code, message } })

const keyReused = ({ idempotencyKey }: Keyed): Decision<never> =>
  misuse('idempotency_key_reused', `The key ${idempotencyKey} was used for another request.`)
