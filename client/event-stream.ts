/** A server-sent event as it arrives: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface StreamEvent {
  /** `message` where the server names none. */
  readonly event: string
  /** Of the last event that had one. */
  readonly id: string | undefined
  readonly data: string
}

export interface EventStreamOptions {
  /** Told how long to wait before a lost connection is made anew, in milliseconds. */
  readonly onRetry?: (ms: number) => void
}

/** Line ends may be LF, CR LF or CR; one CR LF may come in two parts. */
async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    const text = rest + decoder.decode(bytes, { stream: true })
    // whether a CR at the end stands alone shows the next part
    const end = text.endsWith('\r') ? text.length - 1 : text.length
    const lines = text.slice(0, end).split(/\r\n|\n|\r/)
    rest = (lines.pop() ?? '') + text.slice(end)
    yield* lines
  }
  if (rest.endsWith('\r')) yield rest.slice(0, -1)
}

/** The events of a body of the type `text/event-stream`. What an end without a blank line leaves unfinished is left out. */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  { onRetry = () => undefined }: EventStreamOptions = {},
): AsyncGenerator<StreamEvent, void, undefined> {
  let event = ''
  let id: string | undefined
  let data: string[] = []
  for await (const line of linesOf(body)) {
    if (line === '') {
      if (data.length > 0) yield { event: event || 'message', id, data: data.join('\n') }
      event = ''
      data = []
      continue
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line) ?? []
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
    else if (field === 'id' && !value.includes('\0')) id = value
    else if (field === 'retry' && /^\d+$/.test(value)) onRetry(Number(value))
  }
}
