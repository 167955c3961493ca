/** Positions as clients carry them; the API speaks of them and does not know the event store. */
export { formatPosition, parsePosition } from '../eventstore/position.ts'
export type { Position } from '../eventstore/types.ts'
