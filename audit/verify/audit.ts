import type { OrderEvent } from '../../domain/order/events.ts'
import type { InventoryEvent } from '../../domain/inventory-item/events.ts'
import { inventoryItemSnapshots } from '../../domain/inventory-item/snapshot.ts'
import type { InventoryItem } from '../../domain/inventory-item/state.ts'
import type { Order } from '../../domain/order/state.ts'
import type { PaymentEvent } from '../../domain/payment/events.ts'
import type { Payment } from '../../domain/payment/state.ts'
import type { WalletEvent } from '../../domain/wallet/events.ts'
import { walletSnapshots } from '../../domain/wallet/snapshot.ts'
import type { Wallet } from '../../domain/wallet/state.ts'
import { ImpossibleHistory } from '../../domain/impossible-history.ts'
import { formatPosition } from '../../eventstore/position.ts'
import type { StoredEvent, UnreadableEvent } from '../../eventstore/types.ts'
import { deciders, idIn, isIdOfEvent, isTypeOf, KINDS, partsOf, type Kind } from '../kinds.ts'
import { decideAgain, inWords } from '../recall/recall.ts'
import { asJson, createColdStates, type ColdStates, type Freezer } from './cold-states.ts'
import { createEventIds } from './event-ids.ts'
import { hashOf } from './key-table.ts'
import { LAWS, type Finding, type Law } from './laws.ts'
import { checkOrder, checkPayment, checkSums, type MoneySums, type Surroundings } from './money.ts'
import { createScratchFile } from './scratch-file.ts'
import { createStockBooks, type StockBooks } from './stock.ts'
import { createWalletBooks, type WalletSums } from './wallets.ts'

/** What an audit has come to. */
export interface AuditResult {
  readonly events: number
  readonly streams: Readonly<Record<Kind, number>>
  /** How often each law is broken. */
  readonly broken: Readonly<Record<Law, number>>
  /** The first of each law; the counts above are of all. */
  readonly findings: readonly Finding[]
  readonly stock: ReturnType<StockBooks['totals']>
  /** By currency, in minor units. */
  readonly money: Readonly<Record<string, MoneySums>>
  readonly wallets: WalletSums
}

/**
 * Folds all streams as their events come, each law watched on the way. Only what was touched last is held in memory; the rest lies in
 * a temporary file. Of each stream and event some bytes stay: where it lies, and a filter that tells most ids that are new.
 */
export interface Audit {
  readonly take: (event: StoredEvent) => void
  readonly takeUnreadable: (event: UnreadableEvent) => void
  /** To be asked once, after the last event. */
  readonly finish: () => AuditResult
  /** The states as far as they were folded, with the revision of each; those that could not be folded are left out. */
  readonly states: {
    readonly [K in Kind]: () => Iterable<{
      readonly id: string
      readonly revision: number
      readonly state: StateOf[K]
    }>
  }
  readonly stateOf: <K extends Kind>(
    kind: K,
    id: string,
  ) => { readonly revision: number; readonly state: StateOf[K] } | undefined
  /** Whether a stream holds something that can't be folded. */
  readonly isLost: (kind: Kind, id: string) => boolean
  readonly tell: (finding: Finding) => void
  /** Gives back the room on disk; nothing can be asked any more. */
  readonly close: () => void
}

export interface StateOf {
  readonly order: Order
  readonly payment: Payment
  readonly inventory: InventoryItem
  readonly wallet: Wallet
}

export interface AuditOptions {
  /** Findings of each law that are kept; the rest is only counted. Default 50. */
  readonly keep?: number
  /** Told of each that is kept, as it is found. */
  readonly onFinding?: (finding: Finding) => void
}

/** The request of an event that can't be read. */
const UNKNOWN = 0

interface Group {
  readonly kind: Kind
  readonly stream: string
  readonly before: unknown
  readonly commandId: string
  readonly events: StoredEvent[]
}

/** A stream as far as it was read. */
interface Folded<State> {
  /** Of its last event. Far below what a Number holds: one stream has not as many events. */
  readonly revision: number
  /** Undefined before an event of its kind has come. */
  readonly state: State | undefined
}

const withRevision = <State>({ freeze, thaw }: Freezer<State>): Freezer<Folded<State>> => ({
  freeze: ({ revision, state }) => `${revision} ${state === undefined ? '' : freeze(state)}`,
  thaw: (text) => {
    const end = text.indexOf(' ')
    const state = text.slice(end + 1)
    return { revision: Number(text.slice(0, end)), state: state === '' ? undefined : thaw(state) }
  },
})

export const createAudit = ({ keep = 50, onFinding = () => undefined }: AuditOptions = {}): Audit => {
  const findings: Finding[] = []
  const broken = Object.fromEntries(Object.keys(LAWS).map((law) => [law, 0])) as Record<Law, number>
  let current: Finding['event']

  const add = (finding: Finding): void => {
    broken[finding.law] += 1
    if (broken[finding.law] > keep) return
    findings.push(finding)
    onFinding(finding)
  }
  const tell = (law: Law, stream: string, problem: string): void => {
    add({ law, stream, problem, ...(current !== undefined && { event: current }) })
  }

  const file = createScratchFile()
  const folds: { readonly [K in Kind]: ColdStates<Folded<StateOf[K]>> } = {
    order: createColdStates(withRevision(asJson<Order>()), file),
    payment: createColdStates(withRevision(asJson<Payment>()), file),
    inventory: createColdStates(
      withRevision({
        freeze: (item: InventoryItem) => JSON.stringify(inventoryItemSnapshots.toSnapshot(item)),
        thaw: (text) => inventoryItemSnapshots.fromSnapshot(JSON.parse(text)),
      }),
      file,
    ),
    wallet: createColdStates(
      withRevision({
        freeze: (wallet: Wallet) => JSON.stringify(walletSnapshots.toSnapshot(wallet)),
        thaw: (text) => walletSnapshots.fromSnapshot(JSON.parse(text)),
      }),
      file,
    ),
  }
  /** Of streams of no kind: only the names of the kinds themselves pass the subscription's filter. */
  const strangers = new Map<string, number>()
  /** Streams that can't be folded any further. */
  const lost = new Set<string>()
  const ids = createEventIds(file)
  const stateIn = <K extends Kind>(kind: K, id: string): StateOf[K] | undefined =>
    folds[kind].get(`${kind}-${id}`)?.state
  const stock = createStockBooks(tell, file, (orderId, sku) => {
    const order = stateIn('order', orderId)
    if (order === undefined || order.status === 'none') return undefined
    return order.lines.find((line) => line.sku === sku)?.quantity ?? 0
  })
  const wallets = createWalletBooks(tell, file)
  let events = 0
  let group: Group | undefined

  /** Events of one command are written in one append: they come one after another. */
  const closeGroup = (): void => {
    if (group === undefined) return
    const { kind, stream, before, events: made } = group
    group = undefined
    const divergence = decideAgain(deciders[kind], kind, made, before)
    const [first] = made
    if (divergence === undefined || first === undefined) return
    current = placeOf(first)
    tell('decision', stream, inWords(divergence))
  }

  const checkPlace = ({ stream, revision: at }: StoredEvent | UnreadableEvent): void => {
    const kind = partsOf(stream)?.kind
    const known = kind === undefined ? undefined : folds[kind].get(stream)
    const expected = (kind === undefined ? (strangers.get(stream) ?? -1) : (known?.revision ?? -1)) + 1
    const revision = Number(at)
    if (revision !== expected) {
      tell('revision', stream, `it is at revision ${revision}, ${expected} was to come`)
    }
    if (kind === undefined) strangers.set(stream, revision)
    // by its kind the stream's state is one of these
    else (folds[kind] as ColdStates<unknown>).set(stream, { revision, state: known?.state })
  }

  const checkCause = ({ id, stream, metadata }: StoredEvent): void => {
    const { $correlationId, $causationId, commandId } = metadata
    const request = hashOf($correlationId)
    const cause = ids.tagOf($causationId)
    const isRequest = $causationId === $correlationId || $causationId === commandId
    if (cause === undefined && isIdOfEvent($causationId) && !isRequest) {
      tell(
        'causation',
        stream,
        `it is said to be caused by the event ${$causationId}, which does not stand before it`,
      )
    } else if (cause !== undefined && cause !== UNKNOWN && cause !== request) {
      tell('causation', stream, `its cause ${$causationId} belongs to another request than ${$correlationId}`)
    }
    if (!ids.add(id, request)) tell('event-id', stream, `its id ${id} is that of an earlier event`)
  }

  /** One finding about a stream is not to be followed by others that only come of it. */
  const isLost = (orderId: string): boolean => lost.has(`order-${orderId}`) || lost.has(`payment-${orderId}`)

  const surroundings = (id: string): Surroundings => ({
    order: stateIn('order', id) ?? { status: 'none' },
    payment: stateIn('payment', id) ?? { status: 'none' },
    stock: stock.of(id),
    isKnown: (stream) => !lost.has(stream),
    wallet: (customerId) => stateIn('wallet', customerId),
  })

  /** The laws that go over more than one stream: what they need has been written before. */
  const checkAcross = (kind: Kind, id: string, event: StoredEvent, before: unknown, after: unknown): void => {
    const { stream } = event
    // the registry has checked the data, and `take` that the type is one of the stream's kind
    switch (kind) {
      case 'order':
        if (!isLost(id)) checkOrder(tell, stream, event as StoredEvent<OrderEvent>, surroundings(id))
        return
      case 'payment':
        if (!isLost(id)) checkPayment(tell, stream, event as StoredEvent<PaymentEvent>, surroundings(id))
        return
      case 'inventory':
        stock.apply(stream, event as StoredEvent<InventoryEvent>)
        stock.check(stream, id, after as InventoryItem)
        return
      case 'wallet':
        wallets.apply(stream, event as StoredEvent<WalletEvent>, before as Wallet, after as Wallet)
        return
    }
  }

  const take = (event: StoredEvent): void => {
    const { stream, type, data, metadata } = event
    const { commandId } = metadata
    if (group !== undefined && (group.stream !== stream || group.commandId !== commandId)) closeGroup()
    events += 1
    current = placeOf(event)
    checkPlace(event)
    checkCause(event)
    const parts = partsOf(stream)
    if (parts === undefined) return
    const { kind, id } = parts
    if (!isTypeOf(kind, type)) {
      tell('category', stream, `${type} does not belong into a stream of this kind`)
      return
    }
    if (idIn(kind, data) !== id) {
      tell('category', stream, `its data says that it belongs to ${String(idIn(kind, data))}`)
      return
    }
    if (lost.has(stream)) return
    const folded = folds[kind] as unknown as ColdStates<Folded<unknown>>
    const before = folded.get(stream)?.state ?? deciders[kind].initial
    group ??= { kind, stream, before, commandId, events: [] }
    group.events.push(event)
    try {
      const after = deciders[kind].evolve(before, event)
      folded.set(stream, { revision: Number(event.revision), state: after })
      checkAcross(kind, id, event, before, after)
    } catch (error) {
      if (!(error instanceof ImpossibleHistory)) throw error
      group = undefined
      lost.add(stream)
      tell('transition', stream, `${error.message}; the rest of the stream is not folded`)
    }
  }

  const statesOf = function* <K extends Kind>(
    kind: K,
  ): Generator<{ id: string; revision: number; state: StateOf[K] }> {
    for (const [stream, { revision, state }] of folds[kind].all()) {
      if (lost.has(stream) || state === undefined) continue
      yield { id: stream.slice(kind.length + 1), revision, state }
    }
  }

  return {
    take,
    takeUnreadable: (event) => {
      closeGroup()
      events += 1
      current = placeOf(event)
      checkPlace(event)
      ids.add(event.id, UNKNOWN)
      tell('contract', event.stream, event.error.message.split('\n').join(' '))
      // what is not understood may have changed it
      if (partsOf(event.stream) !== undefined) lost.add(event.stream)
    },
    finish: () => {
      closeGroup()
      current = undefined
      const money: Record<string, MoneySums> = {}
      for (const { id, state } of statesOf('order')) {
        if (state.status === 'none' || isLost(id)) continue
        const { currency } = state.totals.total
        money[currency] ??= { captured: 0, refunded: 0, paid: 0, settled: 0, underWay: 0 }
        checkSums(tell, state, stateIn('payment', id) ?? { status: 'none' }, money[currency])
      }
      const streams = Object.fromEntries(KINDS.map((kind) => [kind, folds[kind].size()])) as Record<
        Kind,
        number
      >
      return { events, streams, broken, findings, stock: stock.totals(), money, wallets: wallets.sums() }
    },
    states: {
      order: () => statesOf('order'),
      payment: () => statesOf('payment'),
      inventory: () => statesOf('inventory'),
      wallet: () => statesOf('wallet'),
    },
    stateOf: (kind, id) => {
      const known = folds[kind].get(`${kind}-${id}`)
      return known?.state === undefined ? undefined : { revision: known.revision, state: known.state }
    },
    isLost: (kind, id) => lost.has(`${kind}-${id}`),
    tell: add,
    close: file.close,
  }
}

const placeOf = ({
  type,
  id,
  revision,
  position,
  created,
}: StoredEvent | UnreadableEvent): Finding['event'] => ({
  type,
  id,
  revision: String(revision),
  position: formatPosition(position),
  at: created.toISOString(),
})
