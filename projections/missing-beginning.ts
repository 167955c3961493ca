/** An event of a stream whose beginning is not there: it can't be shown without it. */
export class MissingBeginning extends Error {
  override readonly name = 'MissingBeginning'

  constructor(event: { readonly type: string; readonly stream: string; readonly revision: bigint }) {
    super(`${event.type} at ${event.stream}@${event.revision} comes before the event that begins the stream`)
  }
}
