export interface Position {
  readonly commit: bigint
  readonly prepare: bigint
}

/** An event as a server has it. */
export interface StoredEvent {
  readonly stream: string
  readonly revision: bigint
  readonly position: Position
  readonly id: string
  readonly type: string
  /** RFC 3339. */
  readonly created: string
  readonly json: boolean
  readonly data: Buffer
  readonly metadata: Buffer
}
