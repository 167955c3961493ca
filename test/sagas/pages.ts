import type { OrderEvent } from '../../domain/order/events.ts'
import { isBeingCancelled, isIn, refundsOf } from '../../domain/order/state.ts'
import type { Arrow, Drawn } from './mermaid.ts'
import type { Situation, Transition } from './shop-walk.ts'

/** A saga as a page of its own: which transitions belong to it, and what their states are called there. */
export interface SagaPage {
  readonly file: string
  readonly title: string
  /** When it begins, who waits for whom, how it ends. */
  readonly text: string
  readonly has: (transition: Transition) => boolean
  readonly name: (situation: Situation) => string
}

const KEPT = ['paid', 'fulfilling', 'shipped', 'delivered', 'completed'] as const
const TAKEN_BACK = ['refund_pending', 'refund_failed', 'cancelled', 'expired'] as const

const isOpen = ({ order }: Situation): boolean =>
  isIn(order, 'placed', 'reserved') && !isBeingCancelled(order)
const isStale = ({ outcome }: Transition): boolean => outcome?.includes('stale') === true
const isUnheard = ({ says }: Transition): boolean => says.includes('crash')
const hasRefunds = ({ order }: Situation): boolean => refundsOf(order).length > 0

/** Its status, and whether it is being cancelled. */
const status = ({ order }: Situation): string =>
  isBeingCancelled(order) ? `${order.status}, being cancelled` : order.status

const refundStatus = ({ order }: Situation): string => {
  const statuses = refundsOf(order).map((each) => each.status)
  if (statuses.includes('pending')) return ', refund pending'
  if (statuses.includes('failed')) return ', refund failed'
  return statuses.length > 0 ? ', refund settled' : ''
}

const withPayment = (situation: Situation): string => {
  const { order, payment } = situation
  if (order.status !== 'reserved' || isBeingCancelled(order)) return status(situation)
  if (order.paymentMethodId === null) return 'reserved, to be paid later'
  return payment.status === 'none' ? 'reserved' : `reserved, payment ${payment.status}`
}

const group = (situation: Situation): string =>
  isIn(situation.order, ...KEPT) ? 'paid or later' : situation.order.status

export const PAGES: readonly SagaPage[] = [
  {
    file: 'checkout.md',
    title: 'Checkout: from placed to paid',
    text: `Begins with \`OrderPlaced\`. The process reserves the stock of all lines, then holds the money, commits the stock and captures
the money. Where the order came without a payment method it waits for the customer; where the provider settles later it waits for
the provider's webhook. Whatever fails for good begins a [cancellation](cancellation.md) with the reason, and so does the end of
the time to pay ([deadlines](deadlines.md)). It ends where the order is paid: what follows is [fulfilment](fulfilment.md).`,
    has: (transition: Transition): boolean =>
      (transition.from === null || isOpen(transition.from)) && !isStale(transition) && !isUnheard(transition),
    name: withPayment,
  },
  {
    file: 'cancellation.md',
    title: 'Cancellation: stock and money go back',
    text: `Begins when a customer or staff cancels, when the stock falls short, the payment fails, or the time to pay is over. Before the
order is paid, the step \`compensate\` closes the payment and gives back the stock. Money that turns out to have been captured all the
same becomes a refund (\`RequestRefund\` with \`cancelsOrder\`). After the order is paid, and as long as nothing was dispatched,
cancelling is that refund from the start. It ends as cancelled, as expired where the time to pay was over, or as \`refund_failed\`,
which waits for an operator ([refund](refund.md)).`,
    has: (transition: Transition): boolean => {
      const { from, to } = transition
      if (isStale(transition) || from === null) return false
      if (isUnheard(transition)) return true
      return isIn(to.order, ...TAKEN_BACK) || isBeingCancelled(to.order)
    },
    name: (situation: Situation): string => {
      const { order, step, effects, payment } = situation
      const isCapturedUnheard = effects.includes('capture') && payment.status === 'authorized'
      if (isCapturedUnheard) return `${status(situation)}, captured without a record`
      const isOneLeft = order.status === 'refund_failed' && step !== undefined
      return isOneLeft ? 'refund_failed, another one pending' : status(situation)
    },
  },
  {
    file: 'refund.md',
    title: 'Refund: money goes back, goods to the shelf',
    text: `Begins with \`RefundRequested\`: of an amount, of goods that come back or have not left, or of all where the order is cancelled. The
step \`refund\` asks the provider under a key of the refund and the try, puts goods back on the shelf, and tells the order. A refusal
of the provider is no error to be tried again by itself: the refund has failed, and waits for an admin who retries it; so does one that
the provider takes back after it had made it, also where the order was over by then. It goes on
whatever else the order does meanwhile.`,
    has: (transition: Transition): boolean => {
      const { from, to, actor, says, events, outcome } = transition
      if (from === null || isStale(transition)) return false
      const isRefunding =
        actor === 'process' && (says.startsWith('refund') || to.order.status === 'refund_pending')
      return isRefunding ? events.length > 0 || outcome !== undefined : events.some(isOfRefund)
    },
    name: (situation: Situation): string => {
      const { order, step } = situation
      if (isIn(order, 'refund_failed') && step !== undefined) return 'refund_failed, another one pending'
      if (isIn(order, 'placed', 'reserved')) return status(situation)
      return isIn(order, ...KEPT) ? `${group(situation)}${refundStatus(situation)}` : group(situation)
    },
  },
  {
    file: 'fulfilment.md',
    title: 'Fulfilment: from paid to completed',
    text: `Begins with \`OrderPaid\`. It waits for people and carriers, not for a process: the warehouse dispatches in as many shipments as it
likes, the first one starts it; the carrier delivers each. Once all has arrived the order waits for the clock, and completes by itself
14 days later ([deadlines](deadlines.md)). Until something is dispatched it can be [cancelled](cancellation.md); at any time goods and
money may come back ([refund](refund.md)), which is left out here.`,
    has: (transition: Transition): boolean => {
      const { from, to, actor } = transition
      if (from === null || isStale(transition) || hasRefunds(from)) return false
      if (isIn(from.order, ...KEPT)) return actor !== 'staff'
      return to.order.status === 'paid'
    },
    name: status,
  },
  {
    file: 'deadlines.md',
    title: 'Deadlines: what happens when its time is over',
    text: `There are two: until when an order has to be paid for (15 minutes after it was placed, \`RESERVATION_MINUTES\`), and until when a
customer may complain of what was delivered (14 days). They stand in a read model that can be rebuilt, and any number of instances take
from it. A deadline is a question, not an instruction: where the order has moved on it is stale and does nothing, as the arrows from
each state to itself show. One that can't be carried out comes again.`,
    has: ({ actor }) => actor === 'clock',
    name: status,
  },
]

/** The diagram of a saga. */
export const arrowsOf = ({ has, name }: SagaPage, transitions: readonly Transition[]): readonly Arrow[] => {
  const drawn = (situation: Situation): Drawn => ({ name: name(situation), note: noteOf(situation) })
  return transitions.filter(has).map((transition) => ({
    from: transition.from === null ? null : drawn(transition.from),
    by: labelOf(transition),
    to: drawn(transition.to),
    reopens: transition.events.some(({ type }) => type === 'RefundReversed'),
  }))
}

/** What has to happen next, and by whom. */
const noteOf = ({ step, waitsFor }: Situation): string | undefined => {
  if (step !== undefined) return `next step ${step}`
  return waitsFor === undefined ? undefined : `waits for ${waitsFor}`
}

const labelOf = ({ actor, says, events, outcome }: Transition): string => {
  const who = actor === 'process' ? 'step' : actor
  const what = [...events.map(eventName), ...(outcome === undefined ? [] : [outcome])].join(', ')
  return `${who} ${says} → ${what}`
}

const eventName = (event: OrderEvent): string =>
  event.type === 'OrderCancellationStarted' ? `${event.type} (${event.data.reason})` : event.type

const isOfRefund = (event: OrderEvent): boolean => 'refundId' in event.data
