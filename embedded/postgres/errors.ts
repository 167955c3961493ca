/** The embedded Postgres did not come up. The message is one sentence for the person who started it. */
export class PostgresStartError extends Error {
  constructor(sentence: string, options?: { cause: unknown }) {
    super(sentence, options)
    this.name = 'PostgresStartError'
  }
}

/** Its port is taken by another program. */
export class PostgresPortInUseError extends PostgresStartError {
  readonly port: number

  constructor(port: number) {
    super(`Port ${port}, meant for the embedded Postgres, is in use: stop what uses it or set POSTGRES_PORT.`)
    this.name = 'PostgresPortInUseError'
    this.port = port
  }
}

/** It ended without having been told to. What was committed is there at the next start. */
export class PostgresEndedError extends Error {
  constructor(how: string) {
    super(`The embedded Postgres ended by itself (${how}).`)
    this.name = 'PostgresEndedError'
  }
}
