/** An event that no decision could have made in this state: the stream was written by something else, or the fold is wrong. */
export class ImpossibleHistory extends Error {
  override readonly name = 'ImpossibleHistory'
  readonly eventType: string
  readonly status: string

  constructor(eventType: string, status: string) {
    super(`${eventType} can't follow in status ${status}`)
    this.eventType = eventType
    this.status = status
  }
}
