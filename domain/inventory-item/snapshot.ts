import { Map, Set } from 'immutable'
import { z } from 'zod'
import type { Snapshots } from '../snapshot.ts'
import { Instant } from '../values.ts'
import type { InventoryItem, Reservation } from './state.ts'

const ReservationSnapshot: z.ZodType<Reservation> = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('open'), quantity: z.int(), expiresAt: Instant }),
  z.strictObject({ status: z.enum(['released', 'committed', 'refused']), until: Instant }),
])

const Snapshot = z.strictObject({
  available: z.int(),
  reserved: z.int(),
  lowStockThreshold: z.int().nullable(),
  reservations: z.array(z.tuple([z.string(), ReservationSnapshot])),
  returns: z.array(z.string()),
  forgottenUntil: z.union([Instant, z.literal('')]),
  sweepAt: z.int(),
})

export const inventoryItemSnapshots: Snapshots<InventoryItem> = {
  toSnapshot: (item) => ({
    ...item,
    reservations: [...item.reservations],
    returns: [...item.returns],
  }),
  fromSnapshot: (snapshot) => {
    const item = Snapshot.parse(snapshot)
    return { ...item, reservations: Map(item.reservations), returns: Set(item.returns) }
  },
}
