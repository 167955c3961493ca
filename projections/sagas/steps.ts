import type { OrderProgress } from '../order-progress.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Who has to do something for the order to go on. */
export const WAITS_FOR = [
  'shop',
  'customer',
  'payment_provider',
  'warehouse',
  'carrier',
  'clock',
  'operator',
] as const
export type WaitsFor = (typeof WAITS_FOR)[number]

export interface Step {
  readonly waitsFor: WaitsFor
  /** For people: what the order waits for. */
  readonly reason: string
  /** An order that stands here for longer is stuck, in milliseconds. */
  readonly allowedMs: number
  /** From when that counts: since it last moved, or from the time until which it may be paid for. */
  readonly from: 'last move' | 'end of payment time'
  /**
   * After so many milliseconds the sweep takes it up: a wake-up may have been lost. null where only somebody outside, or a deadline,
   * takes it further.
   */
  readonly sweepAfterMs: number | null
}

/** Every step at which an order can stand, and how long it may. */
export const STEPS = {
  reserve: {
    waitsFor: 'shop',
    reason: 'Its stock is to be reserved.',
    ...{ allowedMs: 2 * MINUTE, from: 'last move', sweepAfterMs: MINUTE },
  },
  await_payment: {
    waitsFor: 'customer',
    reason: 'The customer has not said yet how it is paid.',
    ...{ allowedMs: 2 * MINUTE, from: 'end of payment time', sweepAfterMs: null },
  },
  pay: {
    waitsFor: 'payment_provider',
    reason: 'Its payment is not through yet.',
    ...{ allowedMs: 2 * MINUTE, from: 'end of payment time', sweepAfterMs: MINUTE },
  },
  give_back: {
    waitsFor: 'shop',
    reason: 'It is being cancelled: stock and money are to be given back.',
    ...{ allowedMs: 5 * MINUTE, from: 'last move', sweepAfterMs: MINUTE },
  },
  refund: {
    waitsFor: 'payment_provider',
    reason: 'Money is to be given back.',
    ...{ allowedMs: 10 * MINUTE, from: 'last move', sweepAfterMs: MINUTE },
  },
  retry_refund: {
    waitsFor: 'operator',
    reason: 'The provider has refused to give money back: somebody has to retry the refund.',
    ...{ allowedMs: 0, from: 'last move', sweepAfterMs: null },
  },
  dispatch: {
    waitsFor: 'warehouse',
    reason: 'Goods are to be dispatched.',
    ...{ allowedMs: 3 * DAY, from: 'last move', sweepAfterMs: null },
  },
  deliver: {
    waitsFor: 'carrier',
    reason: 'Shipments are on their way.',
    ...{ allowedMs: 14 * DAY, from: 'last move', sweepAfterMs: null },
  },
  complete: {
    waitsFor: 'clock',
    reason: 'It is delivered, and completes by itself.',
    ...{ allowedMs: 14 * DAY + HOUR, from: 'last move', sweepAfterMs: null },
  },
} as const satisfies Readonly<Record<string, Step>>

export type StepName = keyof typeof STEPS
export const STEP_NAMES = Object.keys(STEPS) as readonly StepName[]

/**
 * The step at which an order stands; undefined where nothing is to happen to it any more. A refund that failed comes first, because a
 * person has to do something; another one that is pending goes on meanwhile (see `limitsOf`).
 */
export const stepOf = (progress: OrderProgress): StepName | undefined => {
  const { stage, hasMethod, cancelling, outstanding, refunds } = progress
  if (refunds.failed.length > 0) return 'retry_refund'
  if (refunds.pending.length > 0) return 'refund'
  if (stage === 'closed') return undefined
  if (cancelling) return 'give_back'
  switch (stage) {
    case 'placed':
      return 'reserve'
    case 'reserved':
      return hasMethod ? 'pay' : 'await_payment'
    case 'paid':
      return outstanding.length > 0 ? 'dispatch' : 'deliver'
    case 'delivered':
      return 'complete'
  }
}

/** When an order that stands at a step since `since` is stuck, and when the sweep takes it up. */
export const limitsOf = (
  name: StepName,
  since: string,
  { payBy, refunds }: OrderProgress,
): { readonly stuckAt: string; readonly sweepAt: string | null } => {
  const { from, allowedMs } = STEPS[name]
  // whoever stands there, a refund that is pending is to be taken up
  const { sweepAfterMs } = refunds.pending.length > 0 ? STEPS.refund : STEPS[name]
  const after = (start: string, ms: number): string => new Date(Date.parse(start) + ms).toISOString()
  const start = from === 'last move' || payBy < since ? since : payBy
  return {
    stuckAt: after(start, allowedMs),
    sweepAt: sweepAfterMs === null ? null : after(since, sweepAfterMs),
  }
}
