import { Map as PersistentMap } from 'immutable'

export type ClosedAs = 'released' | 'committed' | 'refused'

export interface OpenReservation {
  readonly status: 'open'
  readonly quantity: number
  readonly expiresAt: string
}
/** Remembered until `until`, a full minute, so that nothing that arrives late can open it again. */
export interface ClosedReservation {
  readonly status: ClosedAs
  readonly until: string
}
export type Reservation = OpenReservation | ClosedReservation

/** The open reservations of an item, and the closed ones that still matter. */
export interface Reservations {
  /** The open ones, and those that were closed since something was last forgotten. */
  readonly current: PersistentMap<string, Reservation>
  /** Those that were closed before; never changed, only replaced. */
  readonly closed: ReadonlyMap<string, ClosedReservation>
  /** A reservation that would expire by then may have been closed and forgotten; empty before the first was. */
  readonly forgottenUntil: string
  /** How many there may be before those that no longer matter are forgotten. */
  readonly forgetAt: number
}

/**
 * A release or refusal may be forgotten once its reservation has expired: from then on no request for it is lawful. A
 * commit is remembered for a day more, because whoever cancels the order must learn that the goods are to be put back.
 */
const commitMemory = 24 * 60 * 60 * 1000
const minute = 60 * 1000
const fewest = 64

export const noReservations: Reservations = {
  current: PersistentMap(),
  closed: new Map(),
  forgottenUntil: '',
  forgetAt: fewest,
}

export const reservationIn = (reservations: Reservations, reservationId: string): Reservation | undefined =>
  reservations.current.get(reservationId) ?? reservations.closed.get(reservationId)

/** How many there are, open or closed. */
export const remembered = ({ current, closed }: Reservations): number => current.size + closed.size

export const closedAs = (status: ClosedAs, expiresAt: string, at: string): ClosedReservation => ({
  status,
  until: fullMinute(
    status === 'committed'
      ? Math.max(Date.parse(expiresAt), Date.parse(at)) + commitMemory
      : Date.parse(expiresAt),
  ),
})

/** With `reservation` as it is at `at`. */
export const remember = (
  reservations: Reservations,
  reservationId: string,
  reservation: Reservation,
  at: string,
): Reservations => {
  const current = reservations.current.set(reservationId, reservation)
  const all = { ...reservations, current }
  return remembered(all) < all.forgetAt ? all : forget(all, at)
}

/** Put off until their number has doubled: one event in many pays for it, however many reservations there are. */
const forget = (reservations: Reservations, at: string): Reservations => {
  const closed = new Map<string, ClosedReservation>()
  let { forgottenUntil } = reservations
  const keep = (reservation: Reservation, reservationId: string): void => {
    if (reservation.status === 'open') return
    if (reservation.until > at) closed.set(reservationId, reservation)
    else if (at > forgottenUntil) forgottenUntil = at
  }
  reservations.closed.forEach(keep)
  reservations.current.forEach(keep)
  const current = reservations.current.filter((reservation) => reservation.status === 'open')
  return { current, closed, forgottenUntil, forgetAt: Math.max(fewest, 2 * (current.size + closed.size)) }
}

const fullMinute = (time: number): string => new Date(Math.ceil(time / minute) * minute).toISOString()
