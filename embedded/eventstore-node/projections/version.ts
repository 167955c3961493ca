/** Which run of a projection a link or a checkpoint is from. */
export interface ProjectionVersion {
  readonly id: number
  /** Version in which the projection was reset last; -1 where it never was. */
  readonly epoch: number
  /** Grows with each change of the projection's state. */
  readonly version: number
}

/** Version of EventStoreDB's projections subsystem. */
const SUBSYSTEM_VERSION = 4

/** How a link or a checkpoint says what it stands for. */
export interface Tag {
  readonly version: ProjectionVersion
  /** Position of the event that caused it. */
  readonly position: number
}

/** JSON with `more` behind the tag: fields, each with a comma before it. */
export const tagJson = ({ version: { id, epoch, version }, position }: Tag, more = ''): string =>
  `{"$v":"${id}:${epoch}:${version}:${SUBSYSTEM_VERSION}","$c":${position},"$p":${position}${more}}`

const TAG = /^\{"\$v":"(\d+):(-?\d+):(\d+):\d+","\$c":-?\d+,"\$p":(-?\d+)[,}]/

/** The tag in the metadata of a link or a checkpoint; undefined where none stands at its beginning. */
export function parseTag(metadata: Uint8Array): Tag | undefined {
  const match = TAG.exec(
    Buffer.from(metadata.buffer, metadata.byteOffset, metadata.byteLength).toString('latin1'),
  )
  if (match === null) return undefined
  const [, id, epoch, version, position] = match
  return {
    version: { id: Number(id), epoch: Number(epoch), version: Number(version) },
    position: Number(position),
  }
}

/** A place in the log as statistics show it. */
export const positionText = (position: number): string =>
  position < 0 ? 'C:0/P:-1' : `C:${position}/P:${position}`
