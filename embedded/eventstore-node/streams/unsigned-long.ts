/** A number, or a name, with which EventStoreDB's handlers can do nothing: they throw, and clients learn no more than that. */
export class OutOfRangeError extends Error {
  readonly parameter: string

  constructor(parameter: string, reason: string) {
    super(`${parameter}: ${reason}`)
    this.name = 'OutOfRangeError'
    this.parameter = parameter
  }
}

const LARGEST = 2n ** 63n - 1n
const NOTHING = 2n ** 64n - 1n

/**
 * A revision or position as it is sent, in decimal digits. Undefined for the largest number of 64 bits, which is −1: the end
 * where one reads from, no stream where a revision is expected.
 * @throws OutOfRangeError for others that are no signed number of 64 bits
 */
export function unsignedLong(parameter: string, digits: string): number | undefined {
  const value = BigInt.asUintN(64, BigInt(digits))
  if (value === NOTHING) return undefined
  if (value > LARGEST) throw new OutOfRangeError(parameter, `${value} is larger than ${LARGEST}`)
  return Number(value)
}
