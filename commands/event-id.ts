import { createHash } from 'node:crypto'

const NAMESPACE = Buffer.from('a8e2a8d65a3b5d0e9a530a4cf3f7a1c9', 'hex')

/**
 * Id of the `index`-th event that a command makes in a stream (UUID v5, RFC 9562 §5.5): doing the command again gives the same
 * ids, so that the store recognises what it has already written.
 */
export const eventId = (stream: string, commandId: string, index: number): string => {
  const hash = createHash('sha1').update(NAMESPACE).update(`${stream}/${commandId}/${index}`).digest()
  // version and variant take the place of a few bits
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6)
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = hash.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
