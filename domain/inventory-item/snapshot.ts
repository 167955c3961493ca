import { Map as PersistentMap, Set as PersistentSet } from 'immutable'
import { z } from 'zod'
import type { Snapshots } from '../snapshot.ts'
import { Instant } from '../values.ts'
import type { ClosedReservation, OpenReservation, Reservations } from './reservations.ts'
import type { InventoryItem } from './state.ts'

const ClosedAs = z.enum(['released', 'committed', 'refused'])

/** Closed reservations by what they were closed as and until when it matters: a busy product has many of each minute. */
const Snapshot = z.strictObject({
  available: z.int(),
  reserved: z.int(),
  lowStockThreshold: z.int().nullable(),
  open: z.array(z.tuple([z.string(), z.int(), Instant])),
  closed: z.array(z.tuple([ClosedAs, Instant, z.array(z.string())])),
  forgottenUntil: z.union([Instant, z.literal('')]),
  forgetAt: z.int(),
  returns: z.array(z.string()),
})
type Snapshot = z.output<typeof Snapshot>

export const inventoryItemSnapshots: Snapshots<InventoryItem> = {
  toSnapshot: ({ reservations, returns, ...figures }): Snapshot => ({
    ...figures,
    ...parted(reservations),
    forgottenUntil: reservations.forgottenUntil,
    forgetAt: reservations.forgetAt,
    returns: [...returns],
  }),
  fromSnapshot: (snapshot) => {
    const { open, closed, forgottenUntil, forgetAt, returns, ...figures } = Snapshot.parse(snapshot)
    const reservations = { current: opened(open), closed: ungrouped(closed), forgottenUntil, forgetAt }
    return { ...figures, reservations, returns: PersistentSet(returns) }
  },
}

const parted = ({ current, closed }: Reservations): Pick<Snapshot, 'open' | 'closed'> => {
  const open: Snapshot['open'] = []
  const groups = new Map<string, Snapshot['closed'][number]>()
  const add = ({ status, until }: ClosedReservation, reservationId: string): void => {
    const group = groups.get(`${status} ${until}`)
    if (group) group[2].push(reservationId)
    else groups.set(`${status} ${until}`, [status, until, [reservationId]])
  }
  closed.forEach(add)
  current.forEach((reservation, reservationId) => {
    if (reservation.status === 'open') open.push([reservationId, reservation.quantity, reservation.expiresAt])
    else add(reservation, reservationId)
  })
  return { open, closed: [...groups.values()] }
}

const opened = (open: Snapshot['open']): PersistentMap<string, OpenReservation> =>
  PersistentMap(
    open.map(([reservationId, quantity, expiresAt]) => [
      reservationId,
      { status: 'open', quantity, expiresAt },
    ]),
  )

const ungrouped = (groups: Snapshot['closed']): ReadonlyMap<string, ClosedReservation> => {
  const closed = new Map<string, ClosedReservation>()
  for (const [status, until, reservationIds] of groups) {
    const one = { status, until }
    for (const reservationId of reservationIds) closed.set(reservationId, one)
  }
  return closed
}
