/** Server-sent events as they go over the wire: https://html.spec.whatwg.org/multipage/server-sent-events.html */

export const EVENT_STREAM = 'text/event-stream'

export interface ServerSentEvent {
  /** Left out it is `message`. */
  readonly event?: string
  /** Comes back as Last-Event-ID. Without one, that of the event before stays. */
  readonly id?: string
  /** Is sent as JSON: that has no line ends. */
  readonly data: unknown
}

export const eventText = ({ event, id, data }: ServerSentEvent): string =>
  [
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    `data: ${JSON.stringify(data)}`,
    '\n',
  ].join('\n')

/** Nobody is told of it; it shows that the connection stands. */
export const commentText = (text: string): string => `: ${text}\n\n`

/** How long to wait before a lost connection is made anew, in milliseconds. */
export const retryText = (ms: number): string => `retry: ${ms}\n\n`
