/** Every law that `audit verify` proves, with what it says. The names stand in reports: programs decide by them. */
export const LAWS = {
  contract: 'Every event is of a known type, its data and metadata fit their contract.',
  category: 'Every event stands in a stream of its own kind, the one that its data names.',
  revision: 'The events of a stream are numbered from 0, without a gap.',
  'event-id': 'No two events have the same id.',
  causation: 'What a process did was caused by an event that stands before it, of the same request.',
  transition: 'No event follows in a state in which it can not happen.',
  decision: 'Every event is what the domain decides in the state before it.',
  stock:
    'Of each sku, what was received, adjusted and returned is what is available, reserved or sold; none of these is below zero.',
  reservation:
    'A reservation is closed once, committed or released, with the quantity that it was made with.',
  'order-stock':
    'An order that is reserved has all its goods reserved; one that is paid has them committed; one that is taken back has none.',
  capture:
    'No order is paid for without a capture of that amount, and no cancelled order keeps captured money.',
  refund: 'What was refunded of a payment is what its order says, and never more than was captured.',
  wallet: 'What came into a wallet is what is available, held or spent; no hold is closed twice.',
  'read-model': 'Read models show what the streams say.',
} as const satisfies Record<string, string>
export type Law = keyof typeof LAWS

/** Where a law is broken, and how. */
export interface Finding {
  readonly law: Law
  readonly stream: string
  /** What is wrong, in a sentence. */
  readonly problem: string
  /** The event that shows it; undefined where it shows in what all events come to. */
  readonly event?: {
    readonly type: string
    readonly id: string
    readonly revision: string
    /** `<commit>/<prepare>` in `$all`. */
    readonly position: string
    /** When the store wrote it. */
    readonly at: string
  }
}

/** Told of what is wrong; the event is added by whoever knows it. */
export type Tell = (law: Law, stream: string, problem: string) => void
