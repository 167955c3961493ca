/** An export or import can't be done, or not go on; the message is for the person who asked for it. */
export class TransferError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TransferError'
  }
}
