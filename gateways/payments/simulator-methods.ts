interface Refusal {
  readonly code: string
  readonly message: string
}

/** What happens to whoever pays with a method; where nothing is said, all goes well. */
export interface Behaviour {
  readonly declined?: Refusal
  /** `late`: what was asked for is done at once, but the first to ask is answered only when he no longer listens. */
  readonly answered?: 'slowly' | 'late' | 'by_webhook'
  readonly capture?: 'refused'
  /** `fails_later`: it is made, and a while later the money comes back, which a webhook tells; a new try succeeds. */
  readonly refund?: 'refused' | 'refused_once' | 'fails_later'
}

const cardDeclined: Refusal = { code: 'card_declined', message: 'The card was declined.' }
const insufficientFunds: Refusal = {
  code: 'insufficient_funds',
  message: 'The card does not have enough funds.',
}

/** Payment methods of the simulator, as test cards of a real provider are. */
export const simulatorMethods: ReadonlyMap<string, Behaviour> = new Map<string, Behaviour>([
  ['sim_approve', {}],
  ['sim_decline', { declined: cardDeclined }],
  ['sim_insufficient_funds', { declined: insufficientFunds }],
  ['sim_slow', { answered: 'slowly' }],
  ['sim_timeout_then_approved', { answered: 'late' }],
  ['sim_timeout_then_declined', { answered: 'late', declined: cardDeclined }],
  ['sim_fail_capture', { capture: 'refused' }],
  ['sim_fail_refund_once', { refund: 'refused_once' }],
  ['sim_fail_refund', { refund: 'refused' }],
  ['sim_fail_refund_later', { refund: 'fails_later' }],
  ['sim_webhook_approve', { answered: 'by_webhook' }],
  ['sim_webhook_decline', { answered: 'by_webhook', declined: cardDeclined }],
])
