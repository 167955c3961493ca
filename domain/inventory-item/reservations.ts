import { Map as PersistentMap } from 'immutable'
import {
  closedIn,
  mergeClosed,
  noneClosed,
  type ClosedAs,
  type ClosedReservation,
  type ClosedReservations,
} from './closed-reservations.ts'

export interface OpenReservation {
  readonly status: 'open'
  readonly quantity: number
  readonly expiresAt: string
}
export type Reservation = OpenReservation | ClosedReservation

/** The open reservations of an item, and the closed ones that still matter. */
export interface Reservations {
  /** The open ones, and those that were closed since something was last forgotten. */
  readonly current: PersistentMap<string, Reservation>
  /** Those that were closed before; never changed, only replaced. */
  readonly closed: ClosedReservations
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
  closed: noneClosed,
  forgottenUntil: '',
  forgetAt: fewest,
}

export const reservationIn = (reservations: Reservations, reservationId: string): Reservation | undefined =>
  reservations.current.get(reservationId) ?? closedIn(reservations.closed, reservationId)

/** How many there are, open or closed. */
export const remembered = ({ current, closed }: Reservations): number => current.size + closed.ids.length

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

/**
 * Put off until there are a quarter more than mattered at the last time: one event in many pays for it, however many reservations
 * there are, and a busy item never carries many that are over.
 */
const forget = (reservations: Reservations, at: string): Reservations => {
  const matters = ({ until }: ClosedReservation): boolean => until > at
  const newlyClosed = closedAmong(reservations.current)
  const forgets = ![...newlyClosed.values(), ...reservations.closed.closings].every(matters)
  const current = reservations.current.filter(isOpen)
  const closed = mergeClosed(reservations.closed, newlyClosed, matters)
  return {
    current,
    closed,
    forgottenUntil: forgets && at > reservations.forgottenUntil ? at : reservations.forgottenUntil,
    forgetAt: Math.max(fewest, Math.ceil(1.25 * (current.size + closed.ids.length))),
  }
}

const isOpen = (reservation: Reservation): reservation is OpenReservation => reservation.status === 'open'

/** Those of `current` that are not open any more. */
export const closedAmong = (current: Reservations['current']): ReadonlyMap<string, ClosedReservation> => {
  const closed = new Map<string, ClosedReservation>()
  current.forEach((reservation, reservationId) => {
    if (!isOpen(reservation)) closed.set(reservationId, reservation)
  })
  return closed
}

const fullMinute = (time: number): string => new Date(Math.ceil(time / minute) * minute).toISOString()
