/** A command of a process was refused although its step was lawful: history, code or data is not as it should be. */
export class UnexpectedRejectionError extends Error {
  override readonly name = 'UnexpectedRejectionError'
  readonly command: string
  readonly rejection: unknown

  constructor(command: string, rejection: unknown) {
    super(`${command} was refused: ${JSON.stringify(rejection)}`)
    this.command = command
    this.rejection = rejection
  }
}
