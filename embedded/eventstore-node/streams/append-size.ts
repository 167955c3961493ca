import type { ProposedEvent } from '../log/types.ts'

/** Bytes that the events of one append may take together. */
export const MAXIMUM_APPEND_SIZE = 1024 * 1024

export const sizeOf = ({ data, metadata, type }: ProposedEvent): number =>
  data.length + metadata.length + type.length * 2
