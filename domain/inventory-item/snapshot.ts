import { Map as PersistentMap, Set as PersistentSet } from 'immutable'
import { z } from 'zod'
import type { Snapshots } from '../snapshot.ts'
import { Instant } from '../values.ts'
import {
  mergeClosed,
  type ClosedAs,
  type ClosedReservation,
  type ClosedReservations,
} from './closed-reservations.ts'
import { closedAmong, type OpenReservation, type Reservations } from './reservations.ts'
import type { InventoryItem } from './state.ts'

const waysToClose: ReadonlySet<unknown> = new Set(['released', 'committed', 'refused'] satisfies ClosedAs[])
const FULL_MINUTE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z$/

const isClosing = (value: unknown): value is ClosedReservation => {
  const { status, until } = Object(value) as Record<string, unknown>
  return waysToClose.has(status) && typeof until === 'string' && FULL_MINUTE.test(until)
}

const isAscending = (ids: readonly unknown[]): boolean =>
  ids.every((id, index) => typeof id === 'string' && (index === 0 || id > String(ids[index - 1])))

/** Checked by hand: there may be a day's sales, for which a schema of each part takes as long as all the rest of a cold start. */
const Closed = z.custom<ClosedReservations>((value) => {
  const { ids, closings, closingOf } = Object(value) as Record<string, unknown>
  if (!Array.isArray(ids) || !Array.isArray(closings) || !Array.isArray(closingOf)) return false
  return (
    isAscending(ids) &&
    closings.every(isClosing) &&
    closingOf.length === ids.length &&
    closingOf.every((index) => Number.isInteger(index) && index >= 0 && index < closings.length)
  )
})

const Snapshot = z.strictObject({
  available: z.int(),
  reserved: z.int(),
  lowStockThreshold: z.int().nullable(),
  open: z.array(z.tuple([z.string(), z.int(), Instant])),
  closed: Closed,
  forgottenUntil: z.union([Instant, z.literal('')]),
  forgetAt: z.int(),
  returns: z.array(z.string()),
})
type Snapshot = z.output<typeof Snapshot>

export const inventoryItemSnapshots: Snapshots<InventoryItem> = {
  toSnapshot: ({ reservations, returns, ...figures }) => ({
    ...figures,
    ...parted(reservations),
    forgottenUntil: reservations.forgottenUntil,
    forgetAt: reservations.forgetAt,
    returns: [...returns],
  }),
  fromSnapshot: (snapshot) => {
    const { open, closed, forgottenUntil, forgetAt, returns, ...figures } = Snapshot.parse(snapshot)
    const reservations = { current: opened(open), closed, forgottenUntil, forgetAt }
    return { ...figures, reservations, returns: PersistentSet(returns) }
  },
}

const parted = ({
  current,
  closed,
}: Reservations): { readonly open: Snapshot['open']; readonly closed: ClosedReservations } => {
  const open: Snapshot['open'] = []
  current.forEach((reservation, reservationId) => {
    if (reservation.status === 'open') open.push([reservationId, reservation.quantity, reservation.expiresAt])
  })
  return { open, closed: mergeClosed(closed, closedAmong(current)) }
}

const opened = (open: Snapshot['open']): PersistentMap<string, OpenReservation> =>
  PersistentMap(
    open.map(([reservationId, quantity, expiresAt]) => [
      reservationId,
      { status: 'open', quantity, expiresAt },
    ]),
  )
