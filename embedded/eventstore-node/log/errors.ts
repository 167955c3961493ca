/** Bytes of a log file are not what was once written and acknowledged: nothing from there on can be trusted. */
export class LogDamagedError extends Error {
  readonly file: string
  /** Byte offset in the file. */
  readonly offset: number
  readonly reason: string

  constructor(file: string, offset: number, reason: string) {
    super(`The event log is damaged: ${file}, byte ${offset}: ${reason}`)
    this.name = 'LogDamagedError'
    this.file = file
    this.offset = offset
    this.reason = reason
  }
}

/** Another live process works on the data directory. */
export class DataDirectoryInUseError extends Error {
  readonly directory: string
  readonly pid: number

  constructor(directory: string, pid: number) {
    super(`The data directory ${directory} is in use by another event store node (process ${pid}).`)
    this.name = 'DataDirectoryInUseError'
    this.directory = directory
    this.pid = pid
  }
}

/** The disk refused a write. What was acknowledged stays; the log takes no more appends until it is opened again. */
export class LogWriteError extends Error {
  readonly file: string

  constructor(file: string, cause: unknown) {
    super(
      `The event log could not be written: ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    )
    this.name = 'LogWriteError'
    this.file = file
  }
}

export class LogClosedError extends Error {
  constructor() {
    super('The event log is closed.')
    this.name = 'LogClosedError'
  }
}

/** An event can't be stored as it is: `field` says what of it is out of bounds. */
export class InvalidEventError extends Error {
  readonly field: string

  constructor(field: string, reason: string) {
    super(`${field}: ${reason}`)
    this.name = 'InvalidEventError'
    this.field = field
  }
}

/** A backup can't be made from this place, or into that one. */
export class BackupError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'BackupError'
  }
}
