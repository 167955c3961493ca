import { v5 as uuidV5 } from 'uuid'

const NAMESPACE = 'a8e2a8d6-5a3b-5d0e-9a53-0a4cf3f7a1c9'

/**
 * Id of the `index`-th event that a command makes in a stream (UUID v5, RFC 9562 §5.5): doing the command again gives the same
 * ids, so that the store recognises what it has already written.
 */
export const eventId = (stream: string, commandId: string, index: number): string =>
  uuidV5(`${stream}/${commandId}/${index}`, NAMESPACE)
