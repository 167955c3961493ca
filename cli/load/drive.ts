import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Kind } from './arguments.ts'
import type { Meters } from './meters.ts'
import type { Session } from './shop-client.ts'
import type { Wish } from './wishes.ts'

/** An order that the shop has said yes to. */
export interface Placed {
  readonly id: string
  readonly kind: Kind
}

export interface DriveOptions {
  /** Each order is placed by the next of them. */
  readonly customers: readonly [Session, ...Session[]]
  readonly wishes: Iterator<Wish, never>
  readonly forMs: number
  readonly meters: Meters
  readonly signal: AbortSignal
}

const PAYMENT_METHODS: Readonly<Record<Kind, string>> = {
  paid: 'sim_approve',
  cancelled: 'sim_approve',
  declined: 'sim_decline',
}

const shippingAddress = {
  name: 'Casey Customer',
  line1: 'Invalidenstraße 116',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
}

/** The longest that an answer may wait until its order is settled, in seconds. */
const WAIT_S = 10

/**
 * Places orders at their times, whether those before them were answered or not (open loop), and then waits for all answers. Times
 * count from when the order was due, so that what waits in this process waits too.
 * @returns what the shop has said yes to
 */
export const drive = async (options: DriveOptions): Promise<Placed[]> => {
  const { customers, meters, signal } = options
  let turn = 0
  const placed: Placed[] = []
  const underWay = new Set<Promise<void>>()

  const place = async ({ kind, items, isFollowed }: Wish, dueAt: number): Promise<void> => {
    const customer = customers[(turn += 1) % customers.length] ?? customers[0]
    try {
      const { status, body } = await customer.post<{ id?: string; type?: string; status?: unknown }>(
        '/orders',
        { items, shippingAddress, paymentMethodId: PAYMENT_METHODS[kind] },
        { 'idempotency-key': randomUUID(), ...(isFollowed && { prefer: `wait=${WAIT_S}` }) },
      )
      if (body.id === undefined) {
        meters.refused(`${status} ${body.type ?? ''}`)
        return
      }
      placed.push({ id: body.id, kind })
      const tookMs = performance.now() - dueAt
      if (!isFollowed) meters.accepted(tookMs)
      else if (status === 201) meters.settled(tookMs, body.status === 'paid')
      else meters.notSettledInTime()
      if (kind === 'cancelled') await cancel(customer, body.id)
    } catch (error) {
      meters.refused(error instanceof Error ? error.message : String(error))
    }
  }

  const cancel = async (customer: Session, id: string): Promise<void> => {
    const { status } = await customer.post(`/orders/${id}/cancel`, {}, { 'idempotency-key': randomUUID() })
    if (status >= 300) meters.refused(`${status} for a cancellation`)
  }

  const endsAt = performance.now() + options.forMs
  let dueAt = performance.now()
  for (;;) {
    const wish = options.wishes.next().value
    dueAt += wish.afterMs
    if (dueAt >= endsAt || signal.aborted) break
    const early = dueAt - performance.now()
    if (early > 1) await delay(early, undefined, { signal }).catch(() => undefined)
    const placing = place(wish, dueAt)
    underWay.add(placing)
    meters.waiting(underWay.size)
    void placing.then(() => underWay.delete(placing))
  }
  await Promise.all(underWay)
  return placed
}
